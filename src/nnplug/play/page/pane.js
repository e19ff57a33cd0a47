// One setup and all that shows it. It has a connection, and so a trainer, of its own.

import { Connection } from "./connection.js";
import { Curve } from "./curve.js";
import { DataPanel } from "./data.js";
import { el } from "./dom.js";
import { Fitting } from "./fitting.js";
import { Formula } from "./formula.js";
import { Layers } from "./layers.js";
import { Messages } from "./messages.js";
import { Network } from "./network.js";
import { copy, whole } from "./setup.js";
import { Share } from "./share.js";
import { Status } from "./status.js";
import { Surface } from "./surface.js";
import { allTables } from "./tables.js";
import { Training } from "./training.js";
import { Views } from "./views.js";
import { WeightList } from "./weights.js";
import { answer } from "./answers.js";

/** How long building may take before the user is told, in milliseconds. */
const PATIENCE = 6000;

export class Pane {
  /** given: a setup or a part of one, null for the defaults; letter: "A" or "B". */
  constructor(app, letter, given) {
    Object.assign(this, { app, letter, given, id: 0, waiting: null, dirty: false, state: "paused" });
    this.messages = new Messages();
    this.root = el("section", {
      class: "pane", label: `Setup ${letter}`, test: `pane-${letter}`,
      on: { pointerdown: () => app.activate(this), focusin: () => app.activate(this) },
    }, el("div", { class: "pane-inner" }, this.messages.root, el("p", { class: "waiting", text: "Connecting …" })));
  }

  get colours() {
    return this.app.colours;
  }

  connect() {
    this.connection?.close();
    this.waiting = null;
    this.connection = new Connection({
      open: () => this.messages.clear("lost"),
      message: (message) => answer(this, message),
      close: () => this.lost("The connection to nnplug play is gone.", "Is it still running in its terminal?"),
    });
  }

  /** Take the catalogue: from now on there is a whole setup, and controls for it. */
  start(catalogue) {
    this.catalogue = catalogue;
    if (this.given !== undefined) this.load(this.given);
    this.given = undefined;
    this.fresh = true;
    if (!this.grid) this.make();
    this.refresh();
    for (const table of allTables()) this.send({ do: "table", name: table.name, data: table.data });
    this.send({ do: "speed", rate: this.app.speed });
    this.build();
  }

  make() {
    this.layers = new Layers(this);
    this.network = new Network(this, this.layers.root, { look: (unit) => this.surface.look(unit) });
    this.data = new DataPanel(this);
    this.surface = new Surface(this, {
      add: (x, y) => this.data.tools.add(x, y),
      remove: (x, y) => this.data.tools.remove(x, y),
    });
    this.fitting = new Fitting(this);
    this.curve = new Curve(this);
    this.status = new Status();
    this.views = new Views(this);
    this.training = new Training(this);
    this.formula = new Formula(this);
    this.share = new Share(this);
    this.weights = new WeightList(this, this.network);
    this.grid = el("div", { class: "grid" },
      this.data.root,
      el("div", { class: "middle" },
        el("section", { class: "box", label: "Network" },
          el("div", { class: "box-head" }, el("h3", { text: "Network" }), this.layers.bar),
          this.network.root, this.weights.root),
        this.training.root),
      el("div", { class: "right" },
        el("section", { class: "box outputs", label: "Output" }, this.status.root, this.views.root),
        el("section", { class: "box", label: "Loss" }, this.curve.root)),
      this.formula.root, this.share.root);
    this.root.querySelector(".waiting").remove();
    this.root.querySelector(".pane-inner").append(this.grid);
  }

  /** Make all controls anew: another setup was loaded, or other components are installed. */
  refresh() {
    for (const part of [this.data, this.layers, this.training]) part.refresh();
  }

  /** Make the controls anew once the present event is over. */
  refreshLater() {
    setTimeout(() => this.refresh());
  }

  /** Use another setup; what is missing has its default. */
  load(given) {
    const { setup, wrong } = whole(given ?? {}, this.catalogue.defaults);
    this.setup = setup;
    if (wrong.length) {
      this.say({ key: "link", text: `The setup's ${wrong.join(", ")} cannot be read.`, hint: "The defaults stand there." });
    }
  }

  /** Replace the setup and train it from the start. */
  replace(given) {
    this.load(given);
    this.refresh();
    this.rebuild();
  }

  /** Change the setup by `edit(setup)` and train it from the start. points: "drop" forgets edits of them. */
  change(edit, { points } = {}) {
    edit(this.setup);
    if (points === "drop") this.setup.points = { added: [], removed: [] };
    this.rebuild();
  }

  rebuild() {
    this.changed();
    this.build();
  }

  /** Change a number while it trains. */
  live(key, value) {
    this.setup[key] = value;
    this.send({ do: key, value });
    this.changed();
  }

  /** Tell the page that the setup is another: its link is, too. */
  changed() {
    this.app.save();
  }

  /** Ask the trainer to build the setup; while it builds one, only the latest of the next ones waits. */
  build() {
    if (this.waiting !== null) {
      this.dirty = true;
      return;
    }
    this.id += 1;
    this.waiting = this.id;
    this.dirty = false;
    this.send({ do: "setup", setup: copy(this.setup), id: this.id });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.waiting === this.id) {
        this.say({
          key: "slow", kind: "note", text: "Building this takes long.", actions: [this.again("Stop it and start again")],
        });
      }
    }, PATIENCE);
  }

  /** The trainer has answered a setup: go on with what was changed meanwhile. */
  answered() {
    this.waiting = null;
    clearTimeout(this.timer);
    this.messages.clear("slow");
    if (this.dirty) this.build();
  }

  /** Train on; what has blown up trains from the start. */
  play() {
    if (["diverged", "failed"].includes(this.state)) this.build();
    else this.send({ do: "play" });
  }

  send(message) {
    this.connection?.send(message);
  }

  say(message) {
    this.messages.say(message);
  }

  /** Explain a component in the formula panel. */
  explain(role, entry) {
    this.formula.show(role, entry);
  }

  again(text) {
    return { text, test: "reconnect", run: () => this.connect() };
  }

  lost(text, hint) {
    this.waiting = null;
    clearTimeout(this.timer);
    this.state = "paused";
    this.app.stopped();
    this.say({ key: "lost", text, hint, actions: [this.again("Connect again")] });
  }

  /** Draw a frame, then ask for the next. */
  show(frame) {
    this.curve.take(frame);
    this.pending = frame;
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this.pending.id === this.built?.id) this.draw(this.pending);
      this.send({ do: "drawn" });
    });
  }

  draw(frame) {
    for (const part of [this.status, this.network, this.surface, this.fitting, this.curve, this.share, this.weights]) {
      part.frame(frame);
    }
    const { stats } = this.app;
    stats.frames += 1;
    if (frame.arrays.surface) stats.surfaces += 1;
  }

  /** Draw all in other colours. */
  repaint() {
    if (!this.grid) return;
    for (const part of [this.network, this.surface, this.fitting, this.curve]) part.redraw();
    if (this.built) this.data.tools.build(this.built);
  }

  close() {
    clearTimeout(this.timer);
    this.connection?.close();
    this.root.remove();
  }
}

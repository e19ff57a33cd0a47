// The page: one pane or two, what steers both, and the link that holds all of it.

import { palette } from "./colours.js";
import { el, icon } from "./dom.js";
import { Pane } from "./pane.js";
import { Presets } from "./presets.js";
import { copy, fromHash, SPEEDS, toHash } from "./setup.js";
import { theme } from "./theme.js";

const $ = (name) => document.querySelector(`[data-testid="${name}"]`);

const app = {
  playing: false,
  speed: 100,
  panes: [],
  active: null,
  stats: { frames: 0, surfaces: 0 },

  get colours() {
    return palette(theme.scheme);
  },

  /** Show these setups, one or two; null stands for the defaults. */
  open({ a, b, speed }) {
    for (const pane of app.panes) pane.close();
    app.panes = [];
    app.speed = speed;
    $("speed").value = speed;
    app.play(false);
    app.add("A", a);
    if (b) app.add("B", b);
    app.arrange();
  },

  add(letter, setup) {
    const pane = new Pane(app, letter, setup);
    app.panes.push(pane);
    document.querySelector("main").append(pane.root);
    pane.connect();
  },

  arrange() {
    document.body.classList.toggle("compare", app.panes.length === 2);
    $("compare").setAttribute("aria-pressed", String(app.panes.length === 2));
    if (!app.panes.includes(app.active)) app.activate(app.panes[0]);
  },

  activate(pane) {
    app.active = pane;
    for (const other of app.panes) other.root.classList.toggle("active", other === pane);
    if (pane.setup) presets.show(pane.setup);
  },

  compare() {
    if (app.panes.length === 2) app.panes.pop().close();
    else app.add("B", copy(app.panes[0].setup ?? null));
    app.arrange();
    app.save();
  },

  know(catalogue) {
    presets.fill(catalogue);
    $("version").textContent = catalogue.version ?? "";
    app.save();
  },

  send(message) {
    for (const pane of app.panes) pane.send(message);
  },

  play(on) {
    app.playing = on;
    if (on) {
      const over = (pane) => ["done", "diverged", "failed"].includes(pane.state);
      const going = app.panes.filter((pane) => !over(pane));
      for (const pane of going.length ? going : app.panes) pane.play();
    } else app.send({ do: "pause" });
    app.showPlay();
  },

  showPlay() {
    const button = $("play");
    button.replaceChildren(icon(app.playing ? "pause" : "play"), el("span", { text: app.playing ? "Pause" : "Play" }));
    button.setAttribute("aria-pressed", String(app.playing));
    button.setAttribute("aria-label", app.playing ? "Pause" : "Play");
  },

  /** A pane has come to its end: where all have, nothing plays any more. */
  stopped() {
    if (app.panes.every((pane) => pane.state !== "playing")) {
      app.playing = false;
      app.showPlay();
    }
  },

  step(of) {
    if (app.playing) app.play(false);
    app.send({ do: "step", of });
  },

  reset() {
    app.play(false);
    for (const pane of app.panes) if (pane.setup) pane.build();
  },

  /** Look for components again: a fresh process finds what was installed meanwhile. */
  rescan() {
    app.play(false);
    for (const pane of app.panes) pane.connect();
  },

  /** Keep the page's state in its address, soon. */
  save() {
    clearTimeout(app.saver);
    app.saver = setTimeout(() => {
      const [a, b] = app.panes;
      if (!a?.setup || (b && !b.setup)) return;
      app.hash = `#${toHash({ a: a.setup, b: b?.setup, speed: app.speed })}`;
      if (app.hash !== location.hash) history.replaceState(null, "", app.hash);
      for (const pane of app.panes) pane.share?.address(location.href);
      if (app.active?.setup) presets.show(app.active.setup);
    }, 120);
  },

  /** Open what the address says; what cannot be read is told, and the defaults stand there. */
  follow() {
    let state = null;
    let damage = null;
    try {
      state = fromHash(location.hash);
    } catch (error) {
      damage = error.message;
    }
    app.open(state ?? { a: null, b: null, speed: 100 });
    if (damage) app.panes[0].say({ key: "link", text: damage, hint: "The defaults are shown." });
  },
};

const presets = new Presets($("preset"), $("why"), (setup) => app.active.replace(setup));

function header() {
  for (const [name, run] of Object.entries({
    play: () => app.play(!app.playing),
    step: () => app.step("batch"),
    "step-epoch": () => app.step("epoch"),
    reset: app.reset,
    compare: app.compare,
    rescan: app.rescan,
  })) $(name).addEventListener("click", run);
  $("step").prepend(icon("step"));
  $("step-epoch").prepend(icon("epoch"));
  $("reset").prepend(icon("reset"));
  $("speed").replaceChildren(...SPEEDS.map((rate) => el("option", {
    value: rate, text: rate ? `${rate} epoch${rate > 1 ? "s" : ""}/s` : "as fast as it can",
  })));
  $("speed").addEventListener("change", () => {
    app.speed = Number($("speed").value);
    app.send({ do: "speed", rate: app.speed });
    app.save();
  });
  $("theme").value = theme.choice;
  $("theme").addEventListener("change", () => theme.choose($("theme").value));
  theme.onChange(() => {
    for (const pane of app.panes) pane.repaint();
  });
  app.showPlay();
}

const KEYS = { " ": "play", s: "step", e: "step-epoch", r: "reset" };

function keyboard(event) {
  const typing = event.target.closest("input:not([type=range]), select, textarea");
  const pressing = event.key === " " && event.target.closest("button, summary, a, input");
  if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  $(KEYS[event.key]).click();
}

header();
document.addEventListener("keydown", keyboard);
window.addEventListener("hashchange", () => {
  if (location.hash !== app.hash) app.follow();
});
window.nnplugStats = app.stats;
app.follow();

// The data column: which points, how many are held out, and the tools that edit them.

import { field, picker } from "./controls.js";
import { el } from "./dom.js";
import { nameOf } from "./layers.js";
import { entryOf } from "./setup.js";
import { allTables, readTable } from "./tables.js";
import { Tools } from "./tools.js";

/** Return a table of the user's as an entry of the catalogue: the target is its hyperparameter. */
function asEntry(table) {
  const choices = table.columns;
  const target = choices.length
    ? { type: "choice", choices, default: choices.at(-1) }
    : { type: "text", optional: true, default: null };
  return {
    name: table.name, package: "your table", version: "", summary: "a table of your own", aliases: [],
    formula: `${table.name}, a table of your own.\n\nIt stays on this machine: a link names it and does not hold it.`,
    controls: [{ name: "target", doc: "the column to predict", ...target }],
  };
}

export class DataPanel {
  constructor(pane) {
    this.pane = pane;
    this.tools = new Tools(pane);
    this.body = el("div", { class: "stack" });
    this.said = el("ul", { class: "said", test: "said" });
    this.root = el("section", { class: "box data", label: "Data" },
      el("h3", { text: "Data" }), this.body, this.tools.root, this.said);
    this.allowDrop();
  }

  /** Make the controls anew for the setup as it is. */
  refresh() {
    const { setup, catalogue } = this.pane;
    const entries = [...catalogue.kinds.dataset, ...allTables().map(asEntry)];
    const value = setup.dataset.table ? { ...setup.dataset, name: setup.dataset.table } : setup.dataset;
    const file = el("input", {
      type: "file", class: "hidden-file", test: "file", label: "Open a table of your own",
      on: { change: () => this.open(file.files) },
    });
    const setting = (name) => field(catalogue.settings.find((control) => control.name === name), setup[name], {
      test: name, change: (next) => this.pane.change((s) => { s[name] = next; }, { points: "drop" }),
    });
    this.seed = setting("seed");
    this.body.replaceChildren(
      picker(value, {
        entries, label: "Data set", test: "dataset", inline: true,
        explain: (entry) => this.pane.explain("dataset", entry),
        change: (next) => this.choose(next, entries),
      }),
      el("label", { class: "file" }, file, el("span", { class: "button", text: "Own table…" })),
      setting("test_split"), this.seed,
      el("button", {
        type: "button", text: "Regenerate", test: "regenerate", title: "Draw anew, with the next seed",
        on: { click: () => this.regenerate() },
      }),
    );
  }

  choose(next, entries) {
    const entry = entryOf(next.name, entries);
    const dataset = entry?.package === "your table"
      ? { table: next.name, ...(next.target ? { target: next.target } : {}) } : next;
    const losses = this.pane.catalogue.kinds.loss;
    this.pane.change((setup) => {
      setup.dataset = dataset;
      // A loss that was chosen for other data may have no meaning for these.
      const tasks = setup.loss && entryOf(setup.loss.name, losses)?.tasks;
      if (tasks && entry?.tasks?.length && !tasks.some((task) => entry.tasks.includes(task))) {
        setup.loss = null;
        setup.output = null;
        this.pane.refreshLater();
      }
    }, { points: "drop" });
  }

  regenerate() {
    this.pane.change((setup) => {
      setup.seed += 1;
      this.seed.set(setup.seed);
    }, { points: "drop" });
  }

  async open(files) {
    if (!files.length) return;
    const { table, kept } = await readTable(files[0]);
    this.pane.send({ do: "table", name: table.name, data: table.data });
    if (!kept) {
      this.pane.say({
        key: "table", kind: "note", text: `${table.name} is too large to be kept over a reload.`,
        hint: "After a reload, open it again.",
      });
    }
    const target = table.columns.at(-1);
    this.pane.change((setup) => {
      setup.dataset = { table: table.name, ...(target ? { target } : {}) };
      setup.loss = null;
      setup.output = null;
    }, { points: "drop" });
    this.pane.refresh();
  }

  allowDrop() {
    const over = (on) => (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.pane.root.classList.toggle("dropping", on);
      if (event.type === "drop") this.open(event.dataTransfer.files);
    };
    this.pane.root.addEventListener("dragover", over(true));
    this.pane.root.addEventListener("dragleave", over(false));
    this.pane.root.addEventListener("drop", over(false));
  }

  build(built) {
    const lines = (built.said ?? []).slice(0, 6);
    this.said.replaceChildren(...lines.map((line) => el("li", { text: nameOf(line) ?? "" })));
    this.tools.build(built);
  }
}

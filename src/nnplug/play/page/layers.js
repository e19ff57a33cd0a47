// The controls above the diagram: a card for each hidden layer, one for the inputs, one for the
// output.

import { picker } from "./controls.js";
import { el } from "./dom.js";
import { copy, entryOf } from "./setup.js";

export class Layers {
  constructor(pane) {
    this.pane = pane;
    this.root = el("div", { class: "cards" });
    this.count = el("output", { test: "hidden-count" });
    this.less = el("button", {
      type: "button", class: "square", text: "−", label: "Remove the last hidden layer", test: "layer-remove",
      on: { click: () => this.remove(this.pane.setup.hidden.length - 1) },
    });
    this.more = el("button", {
      type: "button", class: "square", text: "+", label: "Add a hidden layer", test: "layer-add",
      on: { click: () => this.add() },
    });
    this.bar = el("div", { class: "layer-bar" }, this.less, this.count, this.more);
  }

  /** Make the cards anew for the setup as it is. */
  refresh() {
    const { setup, catalogue } = this.pane;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    this.count.textContent = `${setup.hidden.length} hidden layer${setup.hidden.length === 1 ? "" : "s"}`;
    this.less.disabled = setup.hidden.length === 0;
    this.inputs = el("div", { class: "card quiet" }, el("strong", { text: "Inputs" }),
      this.features = el("span", { class: "faint" }));
    this.output = picker(setup.output, {
      entries: catalogue.kinds.activation, label: "Output activation", test: "output", none: "auto",
      explain: (entry) => this.pane.explain("output", entry),
      change: (value) => this.pane.change((s) => { s.output = value; }),
    });
    this.root.replaceChildren(
      this.inputs,
      ...setup.hidden.map((entry, k) => this.card(entry, k)),
      el("div", { class: "card quiet" }, el("strong", { text: "Output" }), this.units = el("span", { class: "faint" }),
        this.output),
    );
    this.build(this.pane.built);
    if (focused) this.root.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  /** Show what the trainer chose; give each card the column of its layer. */
  build(built) {
    if (!built || !this.output) return;
    const { columns } = built.network;
    const count = built.features.length;
    this.features.textContent = `${count} feature${count === 1 ? "" : "s"}`;
    const outputs = columns.at(-1).units;
    this.units.textContent = `${outputs} unit${outputs === 1 ? "" : "s"}`;
    this.output.auto(`auto (${nameOf(built.chosen.output) ?? "none"})`);
    this.root.classList.toggle("loose", this.root.children.length !== columns.length);
  }

  card(entry, k) {
    const { catalogue } = this.pane;
    const layers = catalogue.kinds.layer;
    const edit = (change) => this.pane.change((setup) => change(setup.hidden[k], setup));
    const layer = picker(entry.layer, {
      entries: layers, label: `Layer ${k + 1}`, test: `layer-${k}`, skip: ["units"],
      explain: (found) => this.pane.explain("layer", found),
      change: (value) => {
        edit((hidden) => { hidden.layer = value; });
        this.refresh();
      },
    });
    const activation = picker(entry.activation ?? null, {
      entries: catalogue.kinds.activation, label: `Activation ${k + 1}`, test: `activation-${k}`, none: "no activation",
      explain: (found) => this.pane.explain("activation", found),
      change: (value) => edit((hidden) => { hidden.activation = value; }),
    });
    const controls = entryOf(entry.layer.name, layers)?.controls ?? [];
    const units = controls.find((control) => control.name === "units");
    return el("div", { class: "card", test: `card-${k}` },
      el("button", {
        type: "button", class: "card-close", text: "×", label: `Remove layer ${k + 1}`, test: `layer-remove-${k}`,
        on: { click: () => this.remove(k) },
      }),
      layer, units ? this.stepper(entry.layer.units ?? units.default ?? 1, k, edit) : null, activation);
  }

  stepper(units, k, edit) {
    const input = el("input", {
      type: "number", min: 1, step: 1, value: units, label: `Units of layer ${k + 1}`, test: `units-${k}`,
      inputmode: "numeric",
      on: {
        change: () => {
          const count = Math.max(1, Math.round(input.valueAsNumber || 1));
          input.value = count;
          edit((hidden) => { hidden.layer.units = count; });
        },
      },
    });
    const button = (text, by, label) => el("button", {
      type: "button", class: "square", text, label: `${label} unit of layer ${k + 1}`, test: `units-${k}-${label.toLowerCase()}`,
      on: {
        click: () => {
          input.value = Math.max(1, (input.valueAsNumber || 1) + by);
          input.dispatchEvent(new Event("change"));
        },
      },
    });
    return el("div", { class: "stepper" }, button("−", -1, "Less"), input, button("+", 1, "More"));
  }

  add() {
    this.pane.change((setup) => {
      const last = setup.hidden.at(-1);
      const usual = { layer: { name: "linear", units: 4 }, activation: { name: "tanh" } };
      setup.hidden.push(last ? copy(last) : usual);
    });
    this.refresh();
  }

  remove(k) {
    this.pane.change((setup) => { setup.hidden.splice(k, 1); });
    this.refresh();
  }
}

/** Return the name in what `chosen` says of a component: a name or a table with one. */
export function nameOf(chosen) {
  return typeof chosen === "string" ? chosen : chosen?.name;
}

// Editing one weight: a small box beside the link that was clicked, and a list for the keyboard.

import { el } from "./dom.js";
import { rounded } from "./numbers.js";

export class WeightEditor {
  constructor(pane) {
    this.pane = pane;
    this.name = el("label", { for: `weight-${pane.letter}` });
    this.input = el("input", { id: `weight-${pane.letter}`, type: "number", step: "any", test: "weight-input" });
    this.root = el("form", {
      class: "weight-editor", hidden: true, test: "weight-editor",
      on: {
        submit: (event) => {
          event.preventDefault();
          this.set();
        },
        keydown: (event) => {
          if (event.key === "Escape") this.close();
        },
      },
    }, this.name, this.input,
    el("button", { type: "submit", text: "Set", test: "weight-set" }),
    el("button", { type: "button", text: "×", label: "Close", class: "quiet", on: { click: () => this.close() } }));
  }

  /** Ask for the number at `at` of the array `path`; (x, y) is where in the stage. */
  open(path, at, value, x, y, width) {
    Object.assign(this, { path, at });
    this.name.textContent = `${path} [${at.join(", ")}]`;
    this.input.value = Number.isFinite(value) ? rounded(value, 5) : "";
    this.root.hidden = false;
    this.root.style.left = `${Math.max(4, Math.min(x - 40, width - this.root.offsetWidth - 4))}px`;
    this.root.style.top = `${Math.max(0, y + 8)}px`;
    this.input.select();
    this.input.focus();
  }

  set() {
    const value = this.input.valueAsNumber;
    if (!Number.isFinite(value)) return;
    this.pane.send({ do: "weight", path: this.path, at: this.at, value });
    this.close();
  }

  close() {
    this.root.hidden = true;
  }
}

/** All weights and biases by name and number, for those who do not point at a link. */
export class WeightList {
  constructor(pane, network) {
    this.pane = pane;
    this.network = network;
    this.path = el("select", { label: "Which weights", test: "weights-path" });
    this.from = el("select", { label: "From unit", test: "weights-from" });
    this.to = el("select", { label: "To unit", test: "weights-to" });
    this.value = el("input", { type: "number", step: "any", label: "Its value", test: "weights-value" });
    this.now = el("output", { class: "faint", test: "weights-now" });
    this.path.addEventListener("change", () => this.choose());
    for (const select of [this.from, this.to]) select.addEventListener("change", () => this.read());
    this.root = el("details", { class: "fold", test: "weights", on: { toggle: () => this.read() } },
      el("summary", { text: "Weights by number" }),
      el("form", {
        class: "line-form",
        on: {
          submit: (event) => {
            event.preventDefault();
            this.set();
          },
        },
      }, this.path, el("span", { text: "from" }), this.from, el("span", { text: "to" }), this.to, this.value,
      el("button", { type: "submit", text: "Set", test: "weights-set" }), this.now));
  }

  build() {
    const { links, biases } = this.network.where;
    this.parts = [
      ...links.filter((link) => !link.fixed).map((link) => ({ ...link, array: "weights" })),
      ...biases.map((bias) => ({ path: bias.path, rows: 0, cols: bias.count, offset: bias.offset, array: "biases" })),
    ];
    this.path.replaceChildren(...this.parts.map((part, i) => el("option", { value: i, text: part.path })));
    this.choose();
  }

  choose() {
    const part = this.parts[this.path.value] ?? { rows: 0, cols: 0 };
    const numbers = (count) => Array.from({ length: count }, (_, i) => el("option", { value: i, text: i }));
    this.from.replaceChildren(...numbers(part.rows));
    this.from.disabled = part.rows === 0;
    this.to.replaceChildren(...numbers(part.cols));
    this.read();
  }

  index() {
    const part = this.parts?.[this.path.value];
    return part && part.offset + Number(this.from.value || 0) * (part.rows ? part.cols : 0) + Number(this.to.value);
  }

  /** Show the chosen number in the input. */
  read() {
    const part = this.parts?.[this.path.value];
    const value = part && this.network.last?.arrays[part.array]?.[this.index()];
    this.value.value = Number.isFinite(value) ? rounded(value, 5) : "";
    this.frame();
  }

  frame() {
    const part = this.parts?.[this.path.value];
    if (this.root.open && part) this.now.textContent = `now ${this.network.valueOf(part.array, this.index())}`;
  }

  set() {
    const part = this.parts?.[this.path.value];
    const value = this.value.valueAsNumber;
    if (!part || !Number.isFinite(value)) return;
    const to = Number(this.to.value);
    this.pane.send({ do: "weight", path: part.path, at: part.rows ? [Number(this.from.value), to] : [to], value });
  }
}

// How it is trained: loss, optimizer, learning rate and the rest. The learning rate and the weight
// decay act while it trains; all else starts anew.

import { field, picker } from "./controls.js";
import { el } from "./dom.js";
import { nameOf } from "./layers.js";
import { rounded } from "./numbers.js";

const PARTS = [
  ["loss", "loss", "Loss", "auto"],
  ["optimizer", "optimizer", "Optimizer", undefined],
  ["init", "initializer", "Initial weights", "auto"],
  ["schedule", "schedule", "Schedule", undefined],
];
const PLAIN = ["batch_size", "clip", "epochs", "dtype", "scale"];

export class Training {
  constructor(pane) {
    this.pane = pane;
    this.body = el("div", { class: "training-grid" });
    this.root = el("section", { class: "box training", label: "Training" }, el("h3", { text: "Training" }), this.body);
  }

  /** Make the controls anew for the setup as it is. */
  refresh() {
    const { setup, catalogue } = this.pane;
    this.pickers = {};
    const parts = PARTS.map(([key, kind, label, none]) => {
      this.pickers[key] = picker(setup[key], {
        entries: catalogue.kinds[kind], label, test: key, none, skip: key === "optimizer" ? ["lr"] : [],
        explain: (entry) => this.pane.explain(key, entry),
        change: (value) => this.pane.change((s) => { s[key] = value; }),
      });
      return el("div", { class: "labelled" }, el("span", { class: "label", text: label }), this.pickers[key]);
    });
    this.lr = this.live("lr", "learning rate", -6, 1);
    this.decay = this.live("weight_decay", "weight decay", -6, 0);
    const plain = PLAIN.map((name) => {
      const control = catalogue.settings.find((c) => c.name === name);
      return control && field(control, setup[name], {
        test: name, auto: name === "batch_size" ? "all" : name === "clip" ? "off" : "auto",
        change: (value) => this.pane.change((s) => { s[name] = value; }),
      });
    });
    this.body.replaceChildren(this.lr, this.decay, ...parts, ...plain.filter(Boolean));
    this.build(this.pane.built);
  }

  /** Return a number with a slider of powers of ten; the lowest place of a decay is 0. */
  live(key, label, low, high) {
    const control = this.pane.catalogue.settings.find((c) => c.name === key);
    const zero = key === "weight_decay";
    const slider = el("input", {
      type: "range", min: zero ? low - 0.1 : low, max: high, step: 0.05, label: `${label}, slider`, test: `${key}-slider`,
    });
    const input = field(control, this.pane.setup[key], {
      label, test: key,
      change: (value) => {
        if (value === null) this.pane.change((s) => { s[key] = null; });
        else {
          slide(value);
          this.pane.live(key, value);
        }
      },
    });
    const slide = (value) => {
      slider.value = value > 0 ? Math.log10(value) : slider.min;
    };
    slider.addEventListener("input", () => {
      const place = Number(slider.value);
      const value = zero && place < low ? 0 : rounded(10 ** place, 2);
      input.set(value);
      this.pane.live(key, value);
    });
    slide(this.pane.setup[key] ?? 0.01);
    input.classList.add("field-live");
    input.querySelector("input[type=range]")?.remove();
    input.insertBefore(slider, input.lastElementChild);
    input.slide = slide;
    return input;
  }

  /** Show what the trainer chose where the setup leaves it open. */
  build(built) {
    if (!built || !this.pickers) return;
    for (const key of ["loss", "init"]) {
      this.pickers[key].auto(built.chosen[key] ? `auto (${nameOf(built.chosen[key])})` : "auto");
    }
    this.pickers.loss.forTask(built.task);
    if (this.pane.setup.lr === null && built.chosen.lr) {
      this.lr.slide(built.chosen.lr);
      this.lr.input.placeholder = `auto (${built.chosen.lr})`;
    }
  }
}

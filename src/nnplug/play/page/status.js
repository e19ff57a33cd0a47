// How far it is and how good: the epoch, the metrics of both parts, the speed.

import { el } from "./dom.js";
import { percent, short } from "./numbers.js";

export class Status {
  constructor() {
    this.epoch = el("output", { class: "epoch", test: "epoch" });
    this.total = el("span", { class: "faint", test: "total" });
    this.progress = el("progress", { max: 1, value: 0, label: "Epochs done" });
    this.speed = el("span", { class: "faint", test: "rate" });
    this.rows = el("tbody");
    this.cells = new Map();
    this.root = el("div", { class: "status" },
      el("div", { class: "epochs" }, el("div", {}, el("span", { class: "label", text: "Epoch " }), this.epoch, this.total),
        this.progress, this.speed),
      el("table", { class: "metrics" },
        el("thead", {}, el("tr", {}, el("th"), el("th", { text: "train" }), el("th", { text: "held out" }))), this.rows));
  }

  build(built) {
    this.cells.clear();
    this.rows.replaceChildren();
    this.held = built.counts.test > 0;
  }

  frame({ epoch, batch, batches, total, lr, rate, state, metrics }) {
    this.epoch.textContent = String(epoch);
    this.total.textContent = ` of ${total}`;
    this.progress.value = total ? epoch / total : 0;
    let where = batches > 1 && batch > 0 ? `batch ${batch} of ${batches}, ` : "";
    if (state === "playing") where = rate ? `${short(rate, 3)} epochs/s, ` : "";
    this.speed.textContent = `${where}lr ${short(lr, 3)}`;
    this.root.dataset.state = state;
    for (const name of Object.keys(metrics?.train ?? {})) {
      for (const part of ["train", "test"]) this.write(name, part, metrics[part]?.[name]);
    }
  }

  write(name, part, value) {
    if (!this.cells.has(name)) {
      const cells = { train: el("td", { test: `${name}-train` }), test: el("td", { test: `${name}-test` }) };
      this.cells.set(name, cells);
      this.rows.append(el("tr", {}, el("th", { scope: "row", text: name.replaceAll("_", " ") }), cells.train, cells.test));
    }
    const shown = name.includes("accuracy") ? percent(value) : short(value);
    this.cells.get(name)[part].textContent = shown;
  }
}

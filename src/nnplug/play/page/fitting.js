// How well it fits: truth beside prediction. A regression is a cloud around the diagonal; classes are
// two pictures of the points, and the table of what was taken for what.

import { classColour } from "./colours.js";
import { el, fit } from "./dom.js";
import { drawPoint } from "./dots.js";
import { linear, short, ticks } from "./numbers.js";

export class Fitting {
  constructor(pane) {
    this.pane = pane;
    this.canvas = el("canvas", { class: "fitting", test: "fitting", role: "img", label: "Truth beside prediction" });
    this.tables = el("div", { class: "confusions" });
    this.root = el("div", { class: "fitting-box" }, this.canvas, this.tables);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  build(built) {
    this.built = built;
    this.last = null;
    this.tables.replaceChildren();
    this.cells = null;
    this.canvas.classList.toggle("wide", built.task !== "regression");
  }

  frame(frame) {
    this.last = frame;
    if (!this.root.hidden) this.draw();
  }

  redraw() {
    this.draw();
  }

  draw() {
    if (!this.last || !this.canvas.clientWidth) return;
    const { width, height } = fit(this.canvas);
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    if (this.built.task === "regression") this.drawCloud(context, width, height);
    else {
      const half = width / 2;
      this.drawClasses(context, "truth", 0, half - 6, height);
      this.drawClasses(context, "prediction", half + 6, half - 6, height);
      this.showTables();
    }
  }

  drawCloud(context, width, height) {
    const { colours } = this.pane;
    const parts = ["test", "train"].map((part) => [part, this.built.arrays[`${part}_y`],
      this.last.arrays[`${part}_p`] ?? []]);
    let [low, high] = [Infinity, -Infinity];
    for (const [, truth] of parts) {
      for (const t of truth) [low, high] = [Math.min(low, t), Math.max(high, t)];
    }
    if (!(high > low)) [low, high] = [low - 1 || -1, high + 1 || 1];
    const spare = (high - low) * 0.08;
    const x = linear(low - spare, high + spare, 48, width - 10);
    const y = linear(low - spare, high + spare, height - 36, 10);
    context.font = "11px system-ui, sans-serif";
    context.fillStyle = colours.faint;
    context.strokeStyle = colours.grid;
    context.strokeRect(48.5, 10.5, width - 59, height - 47);
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of ticks(low, high, 5)) context.fillText(short(tick), x(tick), height - 31);
    context.fillText("truth", (48 + width) / 2, height - 14);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of ticks(low, high, 5)) context.fillText(short(tick), 43, y(tick));
    context.save();
    context.translate(8, height / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText("prediction", 0, 0);
    context.restore();
    context.strokeStyle = colours.faint;
    context.beginPath();
    context.moveTo(x(low - spare), y(low - spare));
    context.lineTo(x(high + spare), y(high + spare));
    context.stroke();
    context.save();
    context.beginPath();
    context.rect(48, 10, width - 58, height - 46);
    context.clip();
    for (const [part, truth, said] of parts) {
      const held = part === "test";
      for (let i = 0; i < truth.length && i < said.length; i += 1) {
        drawPoint(context, x(truth[i]), y(said[i]), 0, held ? colours.test : colours.train, held, 3.2, colours);
      }
    }
    context.restore();
  }

  drawClasses(context, what, left, width, height) {
    const { colours } = this.pane;
    const { view, task, arrays } = this.built;
    const x = linear(...view.limits[0], left + 6, left + width - 6);
    const line = view.kind === "line";
    const y = linear(...view.limits[1], height - 8, 26);
    context.font = "600 12px system-ui, sans-serif";
    context.fillStyle = colours.ink;
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(what, left + 2, 2);
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, 20.5, width - 1, height - 22);
    for (const part of ["train", "test"]) {
      const xy = arrays[`${part}_x`];
      const truth = arrays[`${part}_y`];
      const said = this.last.arrays[`${part}_p`] ?? [];
      for (let i = 0; i < truth.length; i += 1) {
        const known = what === "truth" ? truth[i] : said[i];
        const k = task === "binary" ? Number(known >= 0.5) : known;
        if (Number.isNaN(known) || known === undefined) continue;
        drawPoint(context, x(xy[2 * i]), y(line ? k : xy[2 * i + 1]), k, classColour(colours, k),
          part === "test", 3, colours);
      }
    }
  }

  /** Write the numbers into the confusion tables; the tables are made once for a setup. */
  showTables() {
    const { confusion } = this.last;
    if (!confusion) return;
    const parts = Object.entries(confusion).filter(([, rows]) => rows?.length);
    const names = this.built.classes.map(String);
    if (!this.cells || this.cells.length !== parts.length) {
      this.cells = [];
      this.tables.replaceChildren(...parts.map(([part]) => this.table(part, names)));
    }
    parts.forEach(([, rows], p) => rows.forEach((row, i) => {
      const all = Math.max(1, row.reduce((a, b) => a + b, 0));
      row.forEach((count, j) => {
        const cell = this.cells[p][i][j];
        cell.textContent = count;
        cell.style.setProperty("--share", `${Math.round((100 * count) / all)}%`);
        cell.classList.toggle("wrong", i !== j && count > 0);
      });
    }));
  }

  table(part, names) {
    const cells = names.map(() => names.map(() => el("td")));
    this.cells.push(cells);
    return el("table", { class: "confusion", test: `confusion-${part}` },
      el("caption", { text: part === "test" ? "held out" : "train" }),
      el("thead", {}, el("tr", {}, el("th", { text: "truth ↓ said →", class: "faint" }),
        names.map((name) => el("th", { scope: "col", text: name })))),
      el("tbody", {}, names.map((name, i) => el("tr", {},
        el("th", { scope: "row", text: name }), cells[i]))));
  }
}

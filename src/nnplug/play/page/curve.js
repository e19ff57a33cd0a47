// The chart of the loss while it falls: one line for the training points, one for those held out.

import { el, fit } from "./dom.js";
import { linear, logarithmic, logTicks, short, ticks } from "./numbers.js";

const MARGIN = { left: 48, right: 10, top: 8, bottom: 22 };

/** Return [low, high] of the losses and whether a scale of logarithms shows them better. */
export function span(rows) {
  let [low, high] = [Infinity, -Infinity];
  for (const [, ...losses] of rows) {
    for (const loss of losses) {
      if (loss === null || !Number.isFinite(loss)) continue;
      low = Math.min(low, loss);
      high = Math.max(high, loss);
    }
  }
  if (low > high) return { low: 0, high: 1, log: false };
  const log = low > 0 && high / low > 20;
  if (log) return { low, high, log };
  if (low === high) return { low: low - 0.5, high: high + 0.5, log };
  return { low: low >= 0 ? 0 : low, high, log };
}

/** Return the rows that a chart so many pixels wide needs: in each pixel the first, least and most. */
export function thinned(rows, width, column) {
  if (rows.length <= 3 * width) return rows;
  const found = [];
  for (let pixel = 0; pixel < width; pixel += 1) {
    const from = Math.floor((pixel * rows.length) / width);
    const to = Math.floor(((pixel + 1) * rows.length) / width);
    let [least, most] = [from, from];
    for (let i = from; i < to; i += 1) {
      if (rows[i][column] < rows[least][column]) least = i;
      if (rows[i][column] > rows[most][column]) most = i;
    }
    for (const i of [...new Set([from, least, most])].sort((a, b) => a - b)) found.push(rows[i]);
  }
  found.push(rows[rows.length - 1]);
  return found;
}

export class Curve {
  constructor(pane) {
    this.pane = pane;
    this.rows = [];
    this.canvas = el("canvas", { class: "curve", test: "curve", role: "img", label: "Loss by epoch" });
    this.key = el("div", { class: "legend" });
    this.root = el("div", { class: "curve-box" }, el("div", { class: "box-head" },
      el("h3", { text: "Loss" }), this.key), this.canvas);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** Take the rows of a frame; draw() shows them. */
  take(frame) {
    const { curve = [], curve_from: from } = frame;
    this.rows.length = Math.min(this.rows.length, from);
    for (const row of curve) this.rows.push(row);
    this.fresh = true;
  }

  frame() {
    if (this.fresh) this.draw();
  }

  redraw() {
    this.draw();
  }

  draw() {
    if (!this.canvas.clientWidth) return;
    this.fresh = false;
    const { width, height } = fit(this.canvas);
    const context = this.canvas.getContext("2d");
    const { colours } = this.pane;
    context.clearRect(0, 0, width, height);
    const { low, high, log } = span(this.rows);
    const first = this.rows[0]?.[0] ?? 0;
    const last = Math.max(this.rows.at(-1)?.[0] ?? 0, first + 10);
    const x = linear(first, last, MARGIN.left, width - MARGIN.right);
    const y = (log ? logarithmic : linear)(low, high, height - MARGIN.bottom, MARGIN.top);
    this.drawAxes(context, { low, high, log, first, last, x, y, width, height });
    const parts = [["test", 2, colours.test], ["train", 1, colours.train]];
    for (const [name, column, colour] of parts) {
      this.drawLine(context, thinned(this.rows, width, column), column, x, y, colour, name === "test");
    }
    const end = this.rows.at(-1);
    const items = parts.reverse().filter(([, column]) => end && end[column] !== null
      && end[column] !== undefined);
    this.key.replaceChildren(...items.map(([name, column, colour]) => {
      const swatch = el("span", { class: `line-sample ${name}` });
      swatch.style.borderColor = colour;
      return el("span", { class: "legend-item" }, swatch,
        `${name === "test" ? "held out" : name} ${short(end[column], 3)}`);
    }), log ? el("span", { class: "legend-item faint", text: "log" }) : "");
  }

  drawAxes(context, { low, high, log, first, last, x, y, width, height }) {
    const { colours } = this.pane;
    context.font = "11px system-ui, sans-serif";
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const tick of log ? logTicks(low, high) : ticks(low, high, 4)) {
      context.strokeStyle = colours.grid;
      context.beginPath();
      context.moveTo(MARGIN.left, Math.round(y(tick)) + 0.5);
      context.lineTo(width - MARGIN.right, Math.round(y(tick)) + 0.5);
      context.stroke();
      context.fillStyle = colours.faint;
      context.fillText(short(tick, 2), MARGIN.left - 5, y(tick));
    }
    context.textBaseline = "top";
    context.textAlign = "center";
    for (const tick of ticks(first, last, 5)) {
      context.fillText(short(tick, 6), x(tick), height - MARGIN.bottom + 6);
    }
  }

  drawLine(context, rows, column, x, y, colour, dashed) {
    context.beginPath();
    let pen = false;
    for (const row of rows) {
      const loss = row[column];
      const place = loss === null || loss === undefined ? NaN : y(loss);
      if (!Number.isFinite(place)) pen = false;
      else {
        context[pen ? "lineTo" : "moveTo"](x(row[0]), place);
        pen = true;
      }
    }
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.setLineDash(dashed ? [5, 3] : []);
    context.stroke();
    context.setLineDash([]);
  }
}

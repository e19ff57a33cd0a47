// The main picture: what the network says everywhere, with the points. In a plane it is graded
// colour, over one feature it is a line. A unit that is looked at takes the network's place.

import { drawAxes, MARGIN } from "./axes.js";
import { classColour } from "./colours.js";
import { el, fit } from "./dom.js";
import { drawPoints, legend } from "./dots.js";
import { linear, short } from "./numbers.js";
import { Picture, paintClasses, paintValues } from "./pixels.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Surface {
  /** on: {add(x, y), remove(x, y)} in the view's own numbers; where: text of a place, for readers. */
  constructor(pane, on) {
    this.pane = pane;
    this.on = on;
    this.picture = new Picture();
    this.dots = document.createElement("canvas");
    this.cursor = null;
    this.unit = null;
    this.canvas = el("canvas", {
      class: "surface", test: "surface", tabindex: 0, role: "application",
      label: "Surface. Arrow keys move a crosshair, Enter adds a point, Delete removes the nearest.",
      on: {
        click: (event) => this.click(event),
        keydown: (event) => this.key(event),
        pointermove: (event) => this.tell(...this.placeOf(event)),
        pointerleave: () => this.tell(),
        blur: () => {
          this.cursor = null;
          this.draw();
        },
      },
    });
    this.readout = el("output", { class: "readout", test: "readout" });
    this.legend = el("div", { class: "legend", test: "legend" });
    this.root = el("div", { class: "surface-box" }, this.canvas, this.readout, this.legend);
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
  }

  build(built) {
    this.built = built;
    this.values = null;
    this.unit = null;
    this.redraw();
  }

  frame(frame) {
    if (frame.arrays.surface) {
      this.values = frame.arrays.surface;
      this.n = frame.shapes.surface.at(-1);
    }
    if (this.unit) this.unit.map = this.unit.read();
    this.draw();
  }

  /** Show one unit's map: {title, read(): its numbers now}; null shows the network again. */
  look(unit) {
    this.unit = unit && { ...unit, map: unit.read() };
    this.draw();
  }

  /** Draw all anew: the points, the legend, the colours. */
  redraw() {
    this.stale = true;
    if (this.built) this.legend.replaceChildren(...legend(this.built, this.pane.colours));
    this.draw();
  }

  draw() {
    if (!this.built || !this.canvas.clientWidth) return;
    const { width, height, ratio } = fit(this.canvas);
    const context = this.canvas.getContext("2d");
    const { limits } = this.built.view;
    this.x = linear(...limits[0], MARGIN.left, width - MARGIN.right);
    this.y = linear(...limits[1], height - MARGIN.bottom, MARGIN.top);
    context.clearRect(0, 0, width, height);
    if (this.built.view.kind === "plane") this.drawPlane(context, width, height);
    else this.drawLines(context);
    if (this.stale) this.drawDots(width, height, ratio);
    context.drawImage(this.dots, 0, 0, width, height);
    if (this.unit) this.drawTitle(context, width);
    if (this.cursor) this.drawCursor(context, width, height);
  }

  drawPlane(context, width, height) {
    const { colours } = this.pane;
    const { task } = this.built;
    if (this.unit) {
      const n = Math.round(Math.sqrt(this.unit.map.length));
      this.picture.fill(n, (pixels) => paintValues(pixels, this.unit.map, n, colours.between));
    } else if (this.values) {
      this.picture.fill(this.n, (pixels, n) => {
        if (task === "multiclass") paintClasses(pixels, this.values, n, colours.classSure);
        else paintValues(pixels, this.values, n, task === "regression" ? colours.values : colours.between);
      });
    } else return;
    // The first and last numbers stand on the borders: half a pixel hangs over on each side.
    const n = this.picture.size;
    context.imageSmoothingEnabled = true;
    context.drawImage(this.picture.canvas, 0.5, 0.5, n - 1, n - 1, MARGIN.left, MARGIN.top,
      width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom);
  }

  drawLines(context) {
    const { colours } = this.pane;
    const { view, task } = this.built;
    const line = (values, colour, y) => {
      const n = values.length;
      context.beginPath();
      let pen = false;
      for (let i = 0; i < n; i += 1) {
        const v = values[i];
        if (Number.isNaN(v)) pen = false;
        else {
          const x = view.limits[0][0] + (i / (n - 1)) * (view.limits[0][1] - view.limits[0][0]);
          context[pen ? "lineTo" : "moveTo"](this.x(x), y(v));
          pen = true;
        }
      }
      context.strokeStyle = colour;
      context.lineWidth = 2.5;
      context.stroke();
    };
    if (this.unit) {
      line(this.unit.map, colours.plus, linear(0, 255, this.y(view.limits[1][0]), this.y(view.limits[1][1])));
    } else if (this.values) {
      for (let k = 0; this.n * k < this.values.length; k += 1) {
        const colour = task === "multiclass" ? classColour(colours, k) : colours.ink;
        line(this.values.subarray(k * this.n, (k + 1) * this.n), colour, this.y);
      }
    }
  }

  drawDots(width, height, ratio) {
    this.stale = false;
    this.dots.width = this.canvas.width;
    this.dots.height = this.canvas.height;
    const context = this.dots.getContext("2d");
    context.scale(ratio, ratio);
    const { colours } = this.pane;
    const { view, task, arrays } = this.built;
    drawAxes(context, view, this.x, this.y, width, height, colours);
    context.save();
    context.beginPath();
    context.rect(MARGIN.left - 6, MARGIN.top - 6, width - MARGIN.left - MARGIN.right + 12,
      height - MARGIN.top - MARGIN.bottom + 12);
    context.clip();
    const many = arrays.train_y.length + arrays.test_y.length > 400;
    for (const part of ["train", "test"]) {
      drawPoints(context, {
        xy: arrays[`${part}_x`], y: arrays[`${part}_y`], part, view, task, colours,
        x: this.x, at: this.y, radius: many ? 3 : 4.2,
      });
    }
    context.restore();
  }

  drawTitle(context, width) {
    const { colours } = this.pane;
    context.font = "600 12px system-ui, sans-serif";
    const wide = Math.min(context.measureText(this.unit.title).width + 16, width - 70);
    context.fillStyle = colours.paper;
    context.fillRect(MARGIN.left + 6, MARGIN.top + 6, wide, 22);
    context.fillStyle = colours.ink;
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.fillText(this.unit.title, MARGIN.left + 14, MARGIN.top + 17, wide - 14);
  }

  drawCursor(context, width, height) {
    const [x, y] = [this.x(this.cursor[0]), this.y(this.cursor[1])];
    for (const [colour, wide] of [[this.pane.colours.halo, 4], [this.pane.colours.ink, 1.5]]) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.beginPath();
      context.moveTo(x, MARGIN.top);
      context.lineTo(x, height - MARGIN.bottom);
      context.moveTo(MARGIN.left, y);
      context.lineTo(width - MARGIN.right, y);
      context.stroke();
    }
  }

  placeOf(event) {
    const box = this.canvas.getBoundingClientRect();
    if (!this.x) return [NaN, NaN];
    return [this.x.invert(event.clientX - box.left), this.y.invert(event.clientY - box.top)];
  }

  click(event) {
    const place = this.placeOf(event);
    if (this.inside(...place)) this.on[event.shiftKey ? "remove" : "add"](...place);
  }

  inside(x, y) {
    const [[a, b], [c, d]] = this.built?.view.limits ?? [[1, 0], [1, 0]];
    return x >= a && x <= b && y >= c && y <= d;
  }

  key(event) {
    const move = KEYS[event.key];
    if (!this.built || !(move || ["Enter", "Delete", "Backspace"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    const { limits } = this.built.view;
    const middle = limits.map(([low, high]) => (low + high) / 2);
    if (move) {
      const part = event.shiftKey ? 0.1 : 0.02;
      this.cursor = (this.cursor ?? middle).map((value, i) => Math.max(limits[i][0],
        Math.min(limits[i][1], value + move[i] * part * (limits[i][1] - limits[i][0]))));
    } else if (this.cursor) this.on[event.key === "Enter" ? "add" : "remove"](...this.cursor);
    else this.cursor = middle;
    this.tell(...(this.cursor ?? []));
    this.draw();
  }

  /** Write the place under the mouse or the crosshair, and what the network says there. */
  tell(x, y) {
    if (x === undefined || !this.inside(x, y)) {
      this.readout.textContent = "";
      return;
    }
    const { view } = this.built;
    const said = this.saidAt(x, y);
    this.readout.textContent = `${view.axes[0]} ${short(x, 3)}, ${view.axes[1]} ${short(y, 3)}`
      + (said ? ` → ${said}` : "");
  }

  saidAt(x, y) {
    if (!this.values) return "";
    const { view, task, classes } = this.built;
    const cell = (i, value) => Math.round(((value - view.limits[i][0]) / (view.limits[i][1] - view.limits[i][0]))
      * (this.n - 1));
    if (view.kind === "line") return task === "multiclass" ? "" : short(this.values[cell(0, x)], 3);
    const at = cell(1, y) * this.n + cell(0, x);
    if (task === "multiclass") return String(classes[this.values[at]]);
    const part = this.values[at] / 255;
    if (task === "binary") return `${classes[1] ?? 1}: ${Math.round(part * 100)} %`;
    return short(view.values[0] + part * (view.values[1] - view.values[0]), 3);
  }
}

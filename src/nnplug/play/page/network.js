// The diagram: a column of boxes for each layer, with a small map of what every unit gives; links
// whose width is the weight's size and whose colour is its sign; a dot for each bias.

import { el, fit, svg } from "./dom.js";
import { curve, offsets, place, widthOf } from "./layout.js";
import { short } from "./numbers.js";
import { Picture, paintValues } from "./pixels.js";
import { WeightEditor } from "./weights.js";

export class Network {
  /** on: {look(unit or null)}; head: the element with the layers' controls, above the columns. */
  constructor(pane, head, on) {
    this.pane = pane;
    this.on = on;
    this.pinned = null;
    this.links = svg("svg", { class: "links", "aria-hidden": "true" });
    this.units = el("div", { class: "units" });
    this.editor = new WeightEditor(pane);
    this.stage = el("div", { class: "stage" }, this.links, this.units, this.editor.root);
    this.inner = el("div", { class: "network-inner" }, head, this.stage);
    this.root = el("div", { class: "network", test: "network" }, this.inner);
    this.picture = new Picture();
    new ResizeObserver(() => this.arrange()).observe(this.stage);
  }

  build(built) {
    this.network = built.network;
    this.view = built.view;
    this.where = offsets(built.network);
    this.last = null; // a frame of the network before
    this.pinned = null;
    this.inner.style.setProperty("--columns", built.network.columns.length);
    this.width = 0;
    this.editor.close();
    this.arrange();
  }

  /** Make the boxes and links for the width that there is. */
  arrange() {
    const width = this.stage.clientWidth;
    if (!this.network || !width || width === this.width) return;
    this.width = width;
    const { columns } = this.network;
    const places = place(columns, width);
    this.stage.style.height = `${places.height}px`;
    this.links.setAttribute("viewBox", `0 0 ${width} ${places.height}`);
    this.links.replaceChildren();
    this.units.replaceChildren();
    this.canvases = [];
    this.lines = this.where.links.map((link) => this.makeLink(link, places));
    columns.forEach((column, c) => this.makeColumn(column, c, places));
    this.dots = this.where.biases.map((bias) => this.makeBiases(bias, places));
    if (this.last) this.show(this.last);
  }

  makeLink(link, { columns, size }) {
    const lines = [];
    for (let i = 0; i < link.rows; i += 1) {
      for (let j = 0; j < link.cols; j += 1) {
        const d = curve(columns[link.from].x, columns[link.from].y[i], columns[link.to].x,
          columns[link.to].y[j], size);
        const line = svg("path", { d, class: "link" });
        this.links.append(line);
        const index = link.fixed ? -1 : link.offset + i * link.cols + j;
        lines.push({ line, index, width: -1, sign: "" });
        if (link.fixed) continue;
        const hit = svg("path", { d, class: "hit", test: `link-${link.path}-${i}-${j}` });
        hit.append(svg("title", { text: `${link.path}, from ${i} to ${j}: click to edit` }));
        hit.addEventListener("click", (event) => this.edit(event, link.path, [i, j], index, "weights"));
        hit.addEventListener("pointerenter", () => line.classList.add("near"));
        hit.addEventListener("pointerleave", () => line.classList.remove("near"));
        this.links.append(hit);
      }
    }
    return lines;
  }

  makeColumn(column, c, { columns, size }) {
    const { x, y } = columns[c];
    y.forEach((middle, i) => {
      const name = column.names?.[i] ?? String(i + 1);
      const title = `${column.label}, ${column.names?.[i] ? name : `unit ${name}`}`;
      const canvas = el("canvas", { "aria-hidden": "true" });
      const mapped = c > 0;
      const unit = mapped && { title, read: () => this.mapOf(this.where.maps[c] + i) };
      const box = el("button", {
        class: mapped ? "unit" : "unit input", type: "button", test: `unit-${c}-${i}`, label: title, title,
        "aria-pressed": mapped ? "false" : null,
        on: mapped ? {
          pointerenter: (event) => event.pointerType === "mouse" && this.on.look(unit),
          pointerleave: (event) => event.pointerType === "mouse" && this.on.look(this.pinned?.unit ?? null),
          focus: () => box.matches(":focus-visible") && this.on.look(unit),
          blur: () => this.on.look(this.pinned?.unit ?? null),
          click: () => this.pin(box, unit),
        } : {},
      }, mapped ? canvas : el("span", { text: name }));
      box.style.cssText = `left:${x - size / 2}px;top:${middle - size / 2}px;width:${size}px;height:${size}px`;
      this.units.append(box);
      if (mapped) this.canvases.push(canvas);
      if (c === columns.length - 1 && column.names) {
        const label = el("span", { class: "unit-name", text: name });
        label.style.cssText = `left:${x + size / 2 + 4}px;top:${middle - 8}px`;
        this.units.append(label);
      }
    });
    if (column.units > column.shown) {
      const more = el("span", { class: "more", text: `+${column.units - column.shown}` });
      more.style.cssText = `left:${x - 24}px;top:${y.at(-1) + size / 2 + 2}px`;
      this.units.append(more);
    }
  }

  makeBiases(bias, { columns, size }) {
    const { x, y } = columns[bias.column];
    return y.map((middle, i) => {
      const dot = el("button", {
        class: "bias", type: "button", test: `bias-${bias.path}-${i}`, tabindex: -1,
        label: `bias ${bias.path} ${i}`, title: `${bias.path}, ${i}: click to edit`,
        on: { click: (event) => this.edit(event, bias.path, [i], bias.offset + i, "biases") },
      });
      dot.style.cssText = `left:${x - size / 2 - 9}px;top:${middle + size / 2 - 9}px`;
      this.units.append(dot);
      return { dot, index: bias.offset + i, colour: "" };
    });
  }

  edit(event, path, at, index, array) {
    const box = this.stage.getBoundingClientRect();
    this.editor.open(path, at, this.last?.arrays[array]?.[index], event.clientX - box.left,
      event.clientY - box.top, box.width);
  }

  pin(box, unit) {
    const again = this.pinned?.box === box;
    this.pinned?.box.setAttribute("aria-pressed", "false");
    this.pinned = again ? null : { box, unit };
    if (!again) box.setAttribute("aria-pressed", "true");
    this.on.look(this.pinned?.unit ?? null);
  }

  /** Return the numbers of map k in the last frame. */
  mapOf(k) {
    const { maps } = this.last?.arrays ?? {};
    if (!maps) return new Uint8Array(this.view.kind === "plane" ? 4 : 2).fill(128);
    const each = this.last.shapes.maps.slice(1).reduce((a, b) => a * b, 1);
    return maps.subarray(k * each, (k + 1) * each);
  }

  frame(frame) {
    this.last = frame;
    if (this.network && this.width) this.show(frame);
  }

  redraw() {
    for (const lines of this.lines ?? []) for (const line of lines) line.sign = "";
    for (const dots of this.dots ?? []) for (const dot of dots) dot.colour = "";
    if (this.last && this.width) this.show(this.last);
  }

  show({ arrays }) {
    const { colours } = this.pane;
    const weights = arrays.weights ?? [];
    let largest = 0;
    for (const w of weights) if (Math.abs(w) > largest && Number.isFinite(w)) largest = Math.abs(w);
    for (const lines of this.lines) {
      for (const line of lines) {
        const w = weights[line.index];
        const width = line.index < 0 ? 0.8 : Math.round(widthOf(w, largest) * 5) / 5;
        const sign = line.index < 0 ? colours.faint : w < 0 ? colours.minus : colours.plus;
        if (width !== line.width) {
          line.line.setAttribute("stroke-width", width);
          line.line.setAttribute("stroke-opacity", (0.3 + width / 9).toFixed(2));
          line.width = width;
        }
        if (sign !== line.sign) {
          line.line.setAttribute("stroke", sign);
          line.sign = sign;
        }
      }
    }
    for (const dots of this.dots) {
      for (const dot of dots) {
        const b = arrays.biases?.[dot.index];
        const colour = b < 0 ? colours.minus : colours.plus;
        if (colour !== dot.colour) dot.dot.style.setProperty("--sign", colour);
        dot.colour = colour;
      }
    }
    if (arrays.maps) this.canvases.forEach((canvas, k) => this.drawMap(canvas, this.mapOf(k)));
  }

  drawMap(canvas, map) {
    const { colours } = this.pane;
    if (this.view.kind === "plane") {
      const n = Math.round(Math.sqrt(map.length));
      if (canvas.width !== n) canvas.width = canvas.height = n;
      this.picture.fill(n, (pixels) => paintValues(pixels, map, n, colours.between));
      canvas.getContext("2d").drawImage(this.picture.canvas, 0, 0);
      return;
    }
    const { width, height } = fit(canvas);
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.beginPath();
    map.forEach((v, i) => context.lineTo((i / (map.length - 1)) * width, height - 3 - (v / 255) * (height - 6)));
    context.strokeStyle = colours.plus;
    context.lineWidth = 2;
    context.stroke();
  }

  /** Return what a number of the network is now: text for the weights' list. */
  valueOf(array, index) {
    return short(this.last?.arrays[array]?.[index]);
  }
}

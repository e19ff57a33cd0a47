// The tools for points: what a click on the surface adds, or that it removes.

import { classColour } from "./colours.js";
import { el } from "./dom.js";
import { drawPoint } from "./dots.js";
import { rounded } from "./numbers.js";
import { nearest, origins, withoutPoint, withPoint } from "./points.js";

export class Tools {
  constructor(pane) {
    this.pane = pane;
    this.chosen = 0;
    this.part = "train";
    this.row = el("div", { class: "tools", role: "radiogroup", label: "What a click does" });
    this.value = el("input", { type: "number", step: "any", label: "Value of added points", test: "tool-value" });
    this.partSelect = el("select", {
      label: "Part of added points", test: "tool-part",
      on: { change: () => { this.part = this.partSelect.value; } },
    }, el("option", { value: "train", text: "to train" }), el("option", { value: "test", text: "held out" }));
    this.undo = el("button", {
      type: "button", text: "Undo edits", test: "points-undo",
      on: { click: () => this.apply({ added: [], removed: [] }) },
    });
    this.note = el("p", { class: "faint small" });
    this.root = el("div", { class: "point-tools", test: "tools" }, el("h4", { text: "Click adds" }), this.row,
      el("div", { class: "row" }, this.value, this.partSelect, this.undo), this.note);
  }

  build(built) {
    this.now = built;
    const { editable } = built.view;
    this.root.hidden = !editable;
    if (!editable) return;
    const values = built.task === "regression";
    const plane = built.view.kind === "plane";
    this.value.hidden = !(values && plane);
    if (values && this.value.value === "") this.value.value = rounded(built.view.values?.[1] ?? 1);
    const kinds = values ? ["a point"] : built.classes.map(String);
    if (this.chosen !== "remove" && this.chosen >= kinds.length) this.chosen = 0;
    this.row.replaceChildren(...kinds.map((name, k) => this.tool(k, name, values)), this.tool("remove", "remove"));
    this.undo.hidden = !this.pane.setup.points.added.length && !this.pane.setup.points.removed.length;
    this.note.textContent = "Shift-click removes the nearest.";
  }

  tool(key, name, values) {
    const { colours } = this.pane;
    let sample = el("span", { class: "tool-cross", text: "✕", "aria-hidden": "true" });
    if (key !== "remove") {
      const ratio = window.devicePixelRatio || 1;
      sample = el("canvas", { width: 18 * ratio, height: 18 * ratio, class: "sample" });
      const context = sample.getContext("2d");
      context.scale(ratio, ratio);
      drawPoint(context, 9, 9, key, values ? colours.faint : classColour(colours, key), false, 5.5, colours);
    }
    return el("button", {
      type: "button", role: "radio", class: "tool", test: `tool-${key}`, title: name,
      "aria-checked": String(this.chosen === key),
      on: {
        click: () => {
          this.chosen = key;
          for (const other of this.row.children) other.setAttribute("aria-checked", "false");
          this.row.querySelector(`[data-testid="tool-${key}"]`).setAttribute("aria-checked", "true");
        },
      },
    }, sample, el("span", { text: name }));
  }

  /** Do at a place of the view what the chosen tool does. */
  add(x, y) {
    if (!this.now?.view.editable) return;
    if (this.chosen === "remove") {
      this.remove(x, y);
      return;
    }
    const { task, view } = this.now;
    const line = view.kind === "line";
    let target = this.chosen;
    if (task === "regression") target = line ? rounded(y, 5) : this.value.valueAsNumber;
    if (!Number.isFinite(target)) return;
    const place = line ? [rounded(x, 5)] : [rounded(x, 5), rounded(y, 5)];
    this.apply(withPoint(this.pane.setup.points, place, target, this.part));
  }

  /** Remove the point that is nearest on the screen. */
  remove(x, y) {
    if (!this.now?.view.editable) return;
    const { view, arrays, counts } = this.now;
    const [scaleX, scaleY] = view.limits.map(([low, high]) => (value) => (value - low) / (high - low));
    const found = ["train", "test"].map((part) => {
      const [index, distance] = nearest(arrays[`${part}_x`], scaleX(x), scaleY(y), scaleX, scaleY);
      return { part, index, distance };
    }).filter(({ index }) => index >= 0).sort((a, b) => a.distance - b.distance)[0];
    if (!found) return;
    const { part, index } = found;
    const { points } = this.pane.setup;
    const origin = origins(part, counts.shown?.[part] ?? counts[part], points, arrays[`${part}_row`])[index];
    if (origin) this.apply(withoutPoint(points, part, origin));
  }

  apply(points) {
    this.pane.setup.points = points;
    this.pane.send({ do: "points", points });
    this.pane.changed();
  }
}

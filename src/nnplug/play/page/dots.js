// The points on a surface, and the legend that explains them. Training points are filled, those held
// out are rings; every class has a colour and a marker.

import { classColour, cssOf, trace } from "./colours.js";
import { el } from "./dom.js";
import { short } from "./numbers.js";

/** Draw point after point of a part at (x, y) given in pairs; y: its class or value. */
export function drawPoints(context, { xy, y, part, view, task, colours, x, at, radius = 4.2 }) {
  const held = part === "test";
  for (let i = 0; i < y.length; i += 1) {
    const [px, py] = [x(xy[2 * i]), at(xy[2 * i + 1])];
    if (!Number.isFinite(px + py)) continue;
    const kind = task === "regression" ? 0 : y[i];
    drawPoint(context, px, py, kind, colourOf(y[i], view, task, colours, held), held, radius, colours);
  }
}

function colourOf(y, view, task, colours, held) {
  if (task !== "regression") return classColour(colours, y);
  if (view.kind === "line") return held ? colours.test : colours.train;
  const [low, high] = view.values;
  return cssOf(colours.values, (255 * (y - low)) / (high - low || 1));
}

/** Draw one point: filled, or a ring where it is held out. */
export function drawPoint(context, x, y, kind, colour, held, radius, colours) {
  trace(context, kind, x, y, radius);
  if (held) {
    context.lineWidth = 4;
    context.strokeStyle = colours.halo;
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.stroke();
  } else {
    context.lineWidth = 2;
    context.strokeStyle = colours.halo;
    context.stroke();
    context.fillStyle = colour;
    context.fill();
  }
}

function sample(kind, colour, held, colours) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = el("canvas", { width: 16 * ratio, height: 16 * ratio, class: "sample", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  drawPoint(context, 8, 8, kind, colour, held, 5, colours);
  return canvas;
}

/** Return the legend's parts for a setup that was built. */
export function legend({ view, task, classes, counts }, colours) {
  const parts = [];
  if (task === "regression" && view.kind === "plane") {
    const bar = el("canvas", { width: 256, height: 1, class: "ramp", "aria-hidden": "true" });
    const image = bar.getContext("2d").createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(colours.values);
    bar.getContext("2d").putImageData(image, 0, 0);
    parts.push(el("span", { class: "legend-item" }, short(view.values[0], 3), bar, short(view.values[1], 3)));
  } else if (task !== "regression") {
    classes.forEach((name, k) => {
      parts.push(el("span", { class: "legend-item" },
        sample(k, classColour(colours, k), false, colours), String(name)));
    });
  }
  const [first, second] = task === "regression" && view.kind === "line"
    ? [colours.train, colours.test] : [colours.faint, colours.faint];
  parts.push(el("span", { class: "legend-item" }, sample(0, first, false, colours),
    `train ${counts.train}`));
  if (counts.test) {
    parts.push(el("span", { class: "legend-item" }, sample(0, second, true, colours),
      `held out ${counts.test}`));
  }
  return parts;
}

// Colours of classes, values and weights, for a light and a dark page. A ramp is a table of 256
// colours, so that drawing a pixel is one look-up. The classes are Okabe and Ito's colours, each with
// a marker of its own; the ramps grow lighter all the way, so that a grey print shows the same.

import { VIRIDIS } from "./viridis.js";

export const MARKERS = ["circle", "triangle", "square", "diamond", "down", "plus", "cross"];

const SCHEMES = {
  light: {
    classes: ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", "#000000"],
    between: ["#5596CF", "#8DB4D8", "#C9CFD2", "#F0DAAB", "#FFDF85"],
    paper: "#FFFFFF", unsure: "#F1F2F3", halo: "#FFFFFF", ink: "#1D2430", faint: "#5B6573",
    grid: "#E1E5EA", minus: "#0072B2", plus: "#C77700", train: "#0072B2", test: "#C2570C", sure: 0.62,
  },
  dark: {
    classes: ["#56B4E9", "#FFC247", "#22C797", "#E29CC3", "#FF8A3D", "#A6DBFF", "#F5EC6B", "#F2F2F2"],
    between: ["#123F69", "#28465F", "#474D54", "#84672F", "#CC912C"],
    paper: "#1A2028", unsure: "#262C34", halo: "#0B0E12", ink: "#E6EAF0", faint: "#A3AEBB",
    grid: "#323B46", minus: "#56B4E9", plus: "#F0A92E", train: "#56B4E9", test: "#FFB04A", sure: 0.5,
  },
};

/** Return [red, green, blue] of "#rrggbb". */
export function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Return 256 colours as 32-bit pixels (little endian, opaque), evenly between the stops. */
export function ramp(stops) {
  const colours = stops.map(rgb);
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i += 1) {
    const place = (i / 255) * (colours.length - 1);
    const k = Math.min(Math.floor(place), colours.length - 2);
    const [r, g, b] = colours[k].map((c, j) => Math.round(c + (colours[k + 1][j] - c) * (place - k)));
    table[i] = pixel(r, g, b);
  }
  return table;
}

function pixel(r, g, b) {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function viridis() {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i += 1) {
    table[i] = pixel(...[0, 2, 4].map((at) => parseInt(VIRIDIS.slice(6 * i + at, 6 * i + at + 2), 16)));
  }
  return table;
}

function mixed(a, b, share) {
  const [p, q] = [rgb(a), rgb(b)];
  return `#${p.map((c, j) => Math.round(c + (q[j] - c) * share).toString(16).padStart(2, "0")).join("")}`;
}

const made = {};

/**
 * Return the colours of a scheme, "light" or "dark": the plain ones above by name, and the tables
 * `between` (class 0 to 1, or low to high), `values` (of a regression) and `classSure[k]` (from
 * unsure to sure of class k).
 */
export function palette(scheme) {
  if (!made[scheme]) {
    const plain = SCHEMES[scheme];
    made[scheme] = {
      ...plain,
      scheme,
      between: ramp(plain.between),
      betweenStops: plain.between,
      values: viridis(),
      classSure: plain.classes.map((c) => ramp([plain.unsure, mixed(plain.unsure, c, plain.sure)])),
    };
  }
  return made[scheme];
}

/** Return the colour of class k; colours come round, and with the markers 56 pairs differ. */
export function classColour(colours, k) {
  return colours.classes[k % colours.classes.length];
}

/** Return a table's colour number i (0 .. 255) as a CSS text. */
export function cssOf(table, i) {
  const p = table[Math.max(0, Math.min(255, Math.round(i)))];
  return `rgb(${p & 255}, ${(p >> 8) & 255}, ${(p >> 16) & 255})`;
}

/** Trace marker k around (x, y) with radius r; the caller fills and strokes. */
export function trace(context, k, x, y, r) {
  const points = {
    triangle: [[0, -1.15], [1.05, 0.75], [-1.05, 0.75]],
    down: [[0, 1.15], [1.05, -0.75], [-1.05, -0.75]],
    square: [[-0.87, -0.87], [0.87, -0.87], [0.87, 0.87], [-0.87, 0.87]],
    diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
    plus: PLUS,
    cross: PLUS.map(([a, b]) => [(a - b) * 0.75, (a + b) * 0.75]),
  }[MARKERS[k % MARKERS.length]];
  context.beginPath();
  if (!points) context.arc(x, y, r, 0, 2 * Math.PI);
  else {
    points.forEach(([a, b], i) => context[i ? "lineTo" : "moveTo"](x + a * r, y + b * r));
    context.closePath();
  }
}

const PLUS = [
  [-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4],
  [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4],
];

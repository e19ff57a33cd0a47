// Elements in one call. Texts are set as text, never as HTML: they may come from a plugin.

/**
 * Make an element.
 * props: class, text, test (data-testid), label (aria-label), on: {event: handler}; anything else is
 * an attribute, left out where it is null or false. Children are elements, texts or null.
 */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element, as `el` does. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (name === "text") node.textContent = value;
    else if (name === "class") node.setAttribute("class", value);
    else if (name === "test") node.dataset.testid = value;
    else if (name === "label") node.setAttribute("aria-label", value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const PATHS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  step: "M5 4.5v15l10-7.5zM16 5h3v14h-3z",
  epoch: "M3 5v14l7-7zM10.5 5v14l7-7zM18.5 5h2.5v14h-2.5z",
  reset: "M12 5V1.5L6.5 6.5 12 11.5V8a5.2 5.2 0 1 1-5.2 5.6H3.7A8.3 8.3 0 1 0 12 5z",
  gear: "M10.3 2h3.4l.5 2.7 1.7.7 2.3-1.6 2.4 2.4-1.6 2.3.7 1.7 2.7.5v3.4l-2.7.5-.7 1.7 1.6 2.3-2.4 "
    + "2.4-2.3-1.6-1.7.7-.5 2.7h-3.4l-.5-2.7-1.7-.7-2.3 1.6-2.4-2.4 1.6-2.3-.7-1.7L1.6 14v-3.4l2.7"
    + "-.5.7-1.7-1.6-2.3 2.4-2.4 2.3 1.6 1.7-.7zM12 8.6a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2z",
};

/** Return a small picture for a button, hidden from screen readers: its button has a label. */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    svg("path", { d: PATHS[name], "fill-rule": "evenodd" }));
}

/** Give a canvas the pixels of its box on this screen; return its width and height in CSS pixels. */
export function fit(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  return { width, height, ratio };
}

/** Hand a file to the user. */
export function download(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// To take away: the link, the command, the TOML, files and pictures.

import { download, el } from "./dom.js";

export class Share {
  constructor(pane) {
    this.pane = pane;
    this.link = this.line("Link", "link");
    this.command = this.line("Command", "command");
    this.toml = this.line("TOML", "toml", true);
    this.changed = el("p", { class: "small warn", test: "changed", hidden: true });
    const button = (text, test, run) => el("button", { type: "button", text, test, on: { click: run } });
    this.files = button("Points as CSV", "export", () => pane.send({ do: "export" }));
    this.root = el("section", { class: "box share", label: "Share" }, el("h3", { text: "Share" }),
      this.link.root, this.command.root, this.changed, this.toml.root,
      el("div", { class: "row wrap" },
        button("Save run folder", "save", () => pane.send({ do: "save" })), this.files,
        button("Surface PNG", "png-surface", () => this.picture("surface", pane.surface.canvas)),
        button("Network PNG", "png-network", () => this.picture("network", drawNetwork(pane))),
        button("Loss PNG", "png-curve", () => this.picture("loss", pane.curve.canvas))));
  }

  line(name, test, tall = false) {
    const text = el(tall ? "textarea" : "input", {
      readonly: true, test, label: name, spellcheck: "false", rows: tall ? 6 : null, type: tall ? null : "text",
      on: { focus: () => text.select() },
    });
    const copy = el("button", {
      type: "button", text: "Copy", label: `Copy ${name}`, test: `copy-${test}`,
      on: { click: () => copyText(text, copy) },
    });
    const root = tall
      ? el("details", { class: "fold" }, el("summary", { text: name }), el("div", { class: "copied tall" }, text, copy))
      : el("div", { class: "copied" }, el("span", { class: "label", text: name }), text, copy);
    return { root, set: (value) => { text.value = value; } };
  }

  build(built) {
    this.command.set(built.command ?? "");
    this.toml.set(built.toml ?? "");
    this.files.hidden = !(built.files ?? []).length;
  }

  frame(frame) {
    const lines = frame.changed ?? [];
    this.changed.hidden = lines.length === 0;
    const text = `The command does not do the same: ${lines.join("; ")}.`;
    if (lines.length && this.changed.textContent !== text) this.changed.textContent = text;
  }

  address(href) {
    this.link.set(href);
  }

  /** Save a canvas as a PNG, on the page's paper. */
  picture(name, canvas) {
    const paper = el("canvas", { width: canvas.width, height: canvas.height });
    const context = paper.getContext("2d");
    context.fillStyle = this.pane.colours.paper;
    context.fillRect(0, 0, paper.width, paper.height);
    context.drawImage(canvas, 0, 0);
    paper.toBlob((blob) => download(`nnplug-${name}.png`, blob));
  }
}

async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.select(); // a page that is not served from this machine may not use the clipboard
    document.execCommand("copy");
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

/** Return a canvas with the diagram: its links, then its boxes and dots. */
function drawNetwork({ network, colours }) {
  const ratio = 2;
  const { stage } = network;
  const box = stage.getBoundingClientRect();
  const canvas = el("canvas", { width: box.width * ratio, height: box.height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  for (const path of stage.querySelectorAll("path.link")) {
    context.strokeStyle = path.getAttribute("stroke") ?? colours.grid;
    context.globalAlpha = Number(path.getAttribute("stroke-opacity") ?? 1);
    context.lineWidth = Number(path.getAttribute("stroke-width") ?? 1);
    context.stroke(new Path2D(path.getAttribute("d")));
  }
  context.globalAlpha = 1;
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const unit of stage.querySelectorAll(".unit, .unit-name, .more")) {
    const at = unit.getBoundingClientRect();
    const [x, y] = [at.left - box.left, at.top - box.top];
    const map = unit.querySelector("canvas");
    if (map) context.drawImage(map, x, y, at.width, at.height);
    context.strokeStyle = colours.faint;
    context.lineWidth = 1;
    if (unit.classList.contains("unit")) context.strokeRect(x, y, at.width, at.height);
    if (map) continue;
    context.fillStyle = colours.ink;
    context.textAlign = "center";
    context.fillText(unit.textContent, x + at.width / 2, y + at.height / 2, at.width);
  }
  for (const dot of stage.querySelectorAll(".bias")) {
    const at = dot.getBoundingClientRect();
    context.beginPath();
    context.arc(at.left - box.left + at.width / 2, at.top - box.top + at.height / 2, 4, 0, 2 * Math.PI);
    context.fillStyle = getComputedStyle(dot).getPropertyValue("--sign");
    context.fill();
  }
  return canvas;
}

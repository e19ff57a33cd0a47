// Which picture of the output is shown, the surface or truth beside prediction, and in which plane.

import { el } from "./dom.js";

export class Views {
  constructor(pane) {
    this.pane = pane;
    this.tabs = ["surface", "fit"].map((name) => el("button", {
      type: "button", role: "tab", text: name === "surface" ? "Surface" : "Truth × prediction", test: `view-${name}`,
      on: { click: () => this.choose(name) },
    }));
    this.plane = el("select", {
      label: "Which plane", test: "plane",
      on: {
        change: () => {
          const { plane } = this.pane.built.view.planes[this.plane.value];
          this.wanted = this.plane.value;
          pane.send({ do: "look", plane });
        },
      },
    });
    this.head = el("div", { class: "view-head" }, el("div", { role: "tablist", class: "tabs" }, this.tabs), this.plane);
    this.root = el("div", { class: "views" }, this.head, pane.surface.root, pane.fitting.root);
    this.choose("surface");
  }

  choose(name) {
    this.tabs.forEach((tab, i) => tab.setAttribute("aria-selected", String((i === 0) === (name === "surface"))));
    this.pane.surface.root.hidden = name !== "surface";
    this.pane.fitting.root.hidden = name === "surface";
    this.pane.surface.draw();
    this.pane.fitting.draw();
  }

  build({ view }) {
    const planes = view.planes ?? [];
    this.plane.hidden = planes.length < 2;
    this.tabs[0].textContent = view.kind === "line" ? "Line" : "Surface";
    const chosen = planes.findIndex(({ plane }) => JSON.stringify(plane) === JSON.stringify(view.plane));
    this.plane.replaceChildren(...planes.map(({ label }, i) => el("option", { value: i, text: label })));
    if (planes.length) this.plane.value = chosen >= 0 ? chosen : Math.min(this.wanted ?? 0, planes.length - 1);
  }
}

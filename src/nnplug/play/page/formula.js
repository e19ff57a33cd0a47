// What is computed: the docstring of the component that was last looked at, as its package gives it.

import { el } from "./dom.js";

export class Formula {
  constructor(pane) {
    this.chips = el("div", { class: "chips" });
    this.title = el("h4", { test: "formula-title" });
    this.text = el("pre", { class: "formula", test: "formula", tabindex: 0, label: "Formula" });
    this.root = el("section", { class: "box formula-box", label: "Formula" }, el("h3", { text: "Formula" }),
      this.chips, this.title, this.text);
    this.pane = pane;
  }

  /** Show an entry of the catalogue. */
  show(role, entry) {
    this.chosen = true;
    this.write(`${role} ${entry.name}`, `${entry.package} ${entry.version ?? ""}`, entry.formula ?? entry.summary);
  }

  write(name, from, text) {
    this.title.replaceChildren(el("span", { text: name }), el("span", { class: "faint", text: ` from ${from}` }));
    this.text.textContent = text ?? "";
  }

  build(built) {
    const formulas = built.formulas ?? [];
    this.chips.replaceChildren(...formulas.map((formula) => el("button", {
      type: "button", class: "chip", text: `${formula.role} ${formula.name}`,
      on: {
        click: () => {
          this.chosen = true;
          this.write(`${formula.role} ${formula.name}`, formula.package, formula.text);
        },
      },
    })));
    if (!this.chosen && formulas.length) {
      const { role, name, package: from, text } = formulas[0];
      this.write(`${role} ${name}`, from, text);
    }
  }
}

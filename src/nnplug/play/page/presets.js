// The presets: setups worth seeing, each with a sentence that says why.

import { el } from "./dom.js";
import { same, whole } from "./setup.js";

export class Presets {
  /** select, why: where they are listed, and where the sentence goes; use(setup) loads one. */
  constructor(select, why, use) {
    Object.assign(this, { select, why, presets: [] });
    select.addEventListener("change", () => {
      const preset = this.presets[select.value];
      if (preset) use(preset.setup);
    });
  }

  fill({ presets, defaults }) {
    this.defaults = defaults;
    this.presets = presets ?? [];
    this.select.replaceChildren(el("option", { value: "", text: "your own" }),
      ...this.presets.map((preset, i) => el("option", { value: i, text: preset.name, title: preset.why })));
  }

  /** Show which preset a setup is, if it is one. */
  show(setup) {
    if (!this.defaults) return;
    const found = this.presets.findIndex((preset) => same(whole(preset.setup, this.defaults).setup, setup));
    this.select.value = found < 0 ? "" : found;
    this.why.textContent = this.presets[found]?.why ?? "A setup of your own: its link, command and TOML are below.";
  }
}

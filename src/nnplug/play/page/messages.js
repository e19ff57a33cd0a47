// What went wrong or is worth knowing, one line each. Screen readers hear it.

import { el } from "./dom.js";

export class Messages {
  constructor() {
    this.shown = new Map();
    this.root = el("div", { class: "messages", "aria-live": "assertive", test: "messages" });
  }

  /**
   * Show a message. key: another one of the same key takes its place; kind: "error" or "note";
   * actions: [{text, test, run}].
   */
  say({ key = "", kind = "error", text, hint, actions = [] }) {
    this.clear(key);
    const row = el("div", { class: `message ${kind}`, test: kind === "error" ? "message" : "note" },
      el("p", {}, el("strong", { text }), hint ? el("span", { text: ` ${hint}` }) : null),
      actions.map((action) => el("button", {
        type: "button", text: action.text, test: action.test,
        on: {
          click: () => {
            this.clear(key);
            action.run();
          },
        },
      })),
      el("button", {
        type: "button", class: "quiet square", text: "×", label: "Dismiss", test: "dismiss",
        on: { click: () => this.clear(key) },
      }));
    this.shown.set(key, row);
    this.root.append(row);
  }

  clear(key) {
    this.shown.get(key)?.remove();
    this.shown.delete(key);
  }
}

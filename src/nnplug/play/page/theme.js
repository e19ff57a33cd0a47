// Light, dark, or as the system says. The choice is kept in the browser, not in the link.

const KEY = "nnplug-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set();

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be forbidden; the theme is then that of the system
  }
}

let choice = ["light", "dark"].includes(stored()) ? stored() : "auto";

function apply() {
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const listener of listeners) listener();
}

export const theme = {
  get choice() {
    return choice;
  },
  /** "light" or "dark": what is shown now. */
  get scheme() {
    if (choice !== "auto") return choice;
    return system.matches ? "dark" : "light";
  },
  choose(next) {
    choice = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // it holds until the page is left
    }
    apply();
  },
  onChange(listener) {
    listeners.add(listener);
  },
};

system.addEventListener("change", apply);
apply();

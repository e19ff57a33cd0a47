// The setup: what a pane shows and trains, as one object. The whole page (one or two setups and the
// speed) fits into the part of its address after "#".

export const SPEEDS = [1, 10, 100, 1000, 0];

export const copy = (value) => JSON.parse(JSON.stringify(value));

/** Say whether two JSON values are the same; the order of keys does not count. */
export function same(a, b) {
  if (a === b) return true;
  if (!a || !b || typeof a !== "object" || typeof b !== "object") return false;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length
    && keys.every((key) => key in b && same(a[key], b[key]));
}

const plain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const component = (value) => plain(value) && typeof value.name === "string";
const optional = (check) => (value) => value === null || check(value);
const number = (value) => typeof value === "number" && Number.isFinite(value);

const CHECKS = {
  dataset: (value) => component(value) || (plain(value) && typeof value.table === "string"),
  hidden: (value) => Array.isArray(value) && value.every((entry) => plain(entry)
    && component(entry.layer) && optional(component)(entry.activation ?? null)),
  output: optional(component),
  loss: optional(component),
  optimizer: component,
  init: optional(component),
  schedule: optional(component),
  lr: optional(number),
  weight_decay: number,
  clip: optional(number),
  batch_size: optional(number),
  epochs: number,
  test_split: number,
  scale: optional((value) => typeof value === "string"),
  seed: number,
  dtype: (value) => typeof value === "string",
  points: (value) => plain(value)
    && Array.isArray(value.removed ?? []) && Array.isArray(value.added ?? [])
    && (value.added ?? []).every((p) => plain(p) && Array.isArray(p.x) && p.x.every(number) && number(p.y))
    && (value.removed ?? []).every((p) => Array.isArray(p) && p.length === 2 && number(p[1])),
};

/**
 * Return a whole setup made of `given` over `defaults`, and the names of its parts that are no
 * such thing and were replaced. Whether the rest can be built is the trainer's to say.
 */
export function whole(given, defaults) {
  const setup = copy(defaults);
  const wrong = [];
  for (const [key, value] of Object.entries(plain(given) ? given : {})) {
    if (!(key in CHECKS)) wrong.push(key);
    else if (!CHECKS[key](value)) wrong.push(key);
    else setup[key] = copy(value);
  }
  setup.points = { added: [], removed: [], ...setup.points };
  return { setup, wrong };
}

/** Return a setup without what says nothing: nulls and empty lists of points. */
export function brief(setup) {
  const found = {};
  for (const [key, value] of Object.entries(setup)) {
    if (value === null) continue;
    if (key === "points" && !value.added.length && !value.removed.length) continue;
    found[key] = value;
  }
  return found;
}

/** Return the page's state as the part of an address after "#". */
export function toHash({ a, b, speed }) {
  const state = { v: 1, a: brief(a) };
  if (b) state.b = brief(b);
  if (speed !== 100) state.speed = speed;
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * Return {a, b, speed} of the part of an address after "#", null where there is none.
 * Throws Error, with a sentence for the user, where it is no state of this page.
 */
export function fromHash(hash) {
  const text = hash.replace(/^#/, "");
  if (!text) return null;
  let state;
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    state = JSON.parse(new TextDecoder("utf-8", { fatal: true })
      .decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))));
  } catch {
    throw new Error("This link is damaged: what follows its # cannot be read.");
  }
  if (!plain(state) || !plain(state.a) || (state.b !== undefined && !plain(state.b))) {
    throw new Error("This link is damaged: what follows its # is no setup.");
  }
  if (state.v !== 1) throw new Error(`This link is of another version (${short(state.v)}), not 1.`);
  return { a: state.a, b: state.b ?? null, speed: SPEEDS.includes(state.speed) ? state.speed : 100 };
}

const short = (value) => String(JSON.stringify(value)).slice(0, 20);

/** Return how to call an entry of the catalogue: with its package where two share the name. */
export function keyOf(entry, entries) {
  const shared = entries.filter((other) => other.name === entry.name).length > 1;
  return shared ? `${entry.package}:${entry.name}` : entry.name;
}

/** Return the entry that a name stands for, undefined where none is installed. */
export function entryOf(name, entries) {
  return entries.find((entry) => keyOf(entry, entries) === name)
    ?? entries.find((entry) => `${entry.package}:${entry.name}` === name)
    ?? entries.find((entry) => (entry.aliases ?? []).includes(name))
    ?? entries.find((entry) => entry.name === name);
}

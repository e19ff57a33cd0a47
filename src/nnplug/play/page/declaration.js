// What a hyperparameter's declaration says about its control: how texts become values, which values
// are allowed, and whether a slider makes sense. Nothing here touches the page.

/** Return the range as a text, "> 0, < 1", or "" where there is none. */
export function rangeText(control) {
  const parts = [];
  if (given(control.low)) parts.push(`${control.low_open ? ">" : "≥"} ${control.low}`);
  if (given(control.high)) parts.push(`${control.high_open ? "<" : "≤"} ${control.high}`);
  return parts.join(", ");
}

const given = (value) => value !== null && value !== undefined;

/** Return the name as it is read: "batch_size" as "batch size". */
export const spoken = (name) => name.replaceAll("_", " ");

/** Return what a control is called when the mouse rests on it: meaning, range and default. */
export function meaning(control) {
  const range = rangeText(control);
  const usual = control.required || control.default === undefined ? "" : `default ${asText(control.default)}`;
  return [control.doc || spoken(control.name), range, usual].filter(Boolean).join("; ");
}

/** Return a value as its control shows it; null is empty. */
export function asText(value) {
  if (!given(value)) return "";
  return Array.isArray(value) ? value.map(asText).join(", ") : String(value);
}

/**
 * Return the value that a text stands for in this control, null for an empty optional one.
 * Throws Error with a sentence where it stands for none.
 */
export function fromText(control, text) {
  const trimmed = text.trim();
  if (trimmed === "" && control.optional) return null;
  if (control.type === "text" || control.type === "choice") return text;
  if (control.type === "component") return { name: trimmed };
  if (trimmed === "") throw new Error(`${spoken(control.name)} needs a value`);
  const texts = control.type === "numbers" ? trimmed.split(/[\s,;]+/).filter(Boolean) : [trimmed];
  const values = texts.map(Number);
  const range = rangeText(control);
  for (const value of values) {
    if (!Number.isFinite(value)) throw new Error(`${spoken(control.name)} takes numbers, not ${text}`);
    if (control.type === "whole" && !Number.isInteger(value)) {
      throw new Error(`${spoken(control.name)} takes whole numbers, not ${text}`);
    }
    if (!within(control, value)) throw new Error(`${spoken(control.name)} must be ${range}`);
  }
  return control.type === "numbers" ? values : values[0];
}

function within({ low, low_open: lowOpen, high, high_open: highOpen }, value) {
  if (given(low) && (lowOpen ? value <= low : value < low)) return false;
  return !(given(high) && (highOpen ? value >= high : value > high));
}

/**
 * Return {low, high, step} of a slider beside a number, or null where its range calls for none: a
 * share has both ends; a noise begins at 0 and is small.
 */
export function sliderOf(control) {
  const { low, high } = control;
  if (control.type !== "number" || !given(low)) return null;
  const step = 0.01;
  if (given(high)) {
    if (high - low > 1 || high <= low) return null;
    return {
      low: control.low_open ? low + step : low,
      high: control.high_open ? high - step : high,
      step,
    };
  }
  if (low !== 0 || control.low_open || !given(control.default) || control.default > 0.5) return null;
  return { low: 0, high: 1, step };
}

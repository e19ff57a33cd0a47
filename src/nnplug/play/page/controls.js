// Controls made from declarations: an input for a hyperparameter, a select for a component with its
// hyperparameters beside it.

import { asText, fromText, meaning, sliderOf, spoken } from "./declaration.js";
import { el, icon } from "./dom.js";
import { entryOf, keyOf } from "./setup.js";

let made = 0;

/**
 * Return a labelled input for a control.
 * value: as in the setup. options: change(value) when it is committed, test (data-testid), auto: what
 * an empty optional one says. The element's `set(value)` shows another value.
 */
export function field(control, value, { change, test, auto = "auto", label }) {
  made += 1;
  const id = `field-${made}`;
  const common = { id, test, title: meaning(control), "aria-describedby": null };
  const input = inputOf(control, common, auto, label);
  const slider = slide(control, input);
  const commit = () => {
    let read;
    try {
      read = control.type === "switch" ? input.checked : fromText(control, input.value);
      input.setCustomValidity("");
    } catch (error) {
      input.setCustomValidity(error.message);
      input.reportValidity();
      return;
    }
    if (slider) slider.value = read ?? slider.min;
    change(read);
  };
  input.addEventListener("change", commit);
  input.addEventListener("input", () => input.setCustomValidity?.(""));
  slider?.addEventListener("input", () => {
    input.value = slider.value;
    commit();
  });
  const root = el("div", { class: `field field-${control.type}` },
    el("label", { for: id, text: label ?? spoken(control.name), title: meaning(control) }),
    slider, input);
  root.set = (next) => {
    if (control.type === "switch") input.checked = Boolean(next);
    else if (document.activeElement !== input) input.value = asText(next);
    if (slider && document.activeElement !== slider) slider.value = next ?? slider.min;
  };
  root.input = input;
  root.set(value);
  return root;
}

function inputOf(control, common, auto) {
  if (control.type === "switch") return el("input", { type: "checkbox", ...common });
  if (control.type === "choice") {
    const choices = control.choices.map((c) => el("option", { value: asText(c), text: asText(c) }));
    if (control.optional) choices.unshift(el("option", { value: "", text: auto }));
    return el("select", common, choices);
  }
  const number = control.type === "number" || control.type === "whole";
  return el("input", {
    ...common,
    type: number ? "number" : "text",
    step: control.type === "whole" ? 1 : "any",
    inputmode: number ? "decimal" : null,
    placeholder: control.optional ? auto : null,
    min: control.type === "whole" ? control.low : null,
    autocomplete: "off",
    spellcheck: "false",
  });
}

function slide(control, input) {
  const range = sliderOf(control);
  if (!range) return null;
  return el("input", {
    type: "range", min: range.low, max: range.high, step: range.step,
    label: `${spoken(control.name)}, slider`, title: input.title, tabindex: -1,
  });
}

/**
 * Return a select of a kind's components, with controls for the hyperparameters of the chosen one.
 * value: {name, ...} or null.
 * options: entries; label; test; none: what null is called ("auto", "none"), left out where a
 * component is required; change(value); explain(entry): called when one is looked at; inline: whether
 * the hyperparameters stand below and not behind a button; skip: names of those set elsewhere; task:
 * of the data, so that losses that cannot be are greyed.
 * The element's `auto(text)` tells what null stands for now.
 */
export function picker(value, options) {
  const { entries, label, test, none, change, explain, inline, skip = [] } = options;
  let current = value;
  const select = el("select", { label, test });
  const settings = el("div", { class: inline ? "settings" : "popover-body" });
  const holder = inline ? settings : popover(`settings of ${label}`, settings, `${test}-settings`);
  const root = el("div", { class: "picker" }, el("div", { class: "picker-line" }, select,
    inline ? null : holder), inline ? holder : null);

  const fillSelect = () => {
    const found = entries.map((entry) => el("option", {
      value: keyOf(entry, entries),
      text: keyOf(entry, entries),
      title: entry.summary,
    }));
    if (none !== undefined) found.unshift(el("option", { value: "", text: none }));
    if (current && !entryOf(current.name, entries)) {
      found.push(el("option", { value: current.name, text: `${current.name} (not installed)` }));
    }
    select.replaceChildren(...found);
  };
  const show = () => {
    const entry = current && entryOf(current.name, entries);
    select.value = current ? (entry ? keyOf(entry, entries) : current.name) : "";
    select.title = entry?.summary ?? "";
    const controls = (entry?.controls ?? []).filter((control) => !skip.includes(control.name));
    settings.replaceChildren(...controls.map((control) => field(
      control, current[control.name] ?? control.default ?? null, {
        test: `${test}-${control.name}`,
        change: (next) => {
          current = { ...current, [control.name]: next };
          change(current);
        },
      })));
    holder.hidden = controls.length === 0;
  };
  const look = () => {
    const entry = current && entryOf(current.name, entries);
    if (entry) explain(entry);
  };
  select.addEventListener("change", () => {
    const kept = Object.fromEntries(skip.filter((n) => current?.[n] !== undefined).map((n) => [n, current[n]]));
    current = select.value ? { name: select.value } : null;
    const entry = current && entryOf(current.name, entries);
    for (const control of entry?.controls ?? []) {
      if (control.name in kept) current[control.name] = kept[control.name];
      else if (control.required) current[control.name] = firstOf(control);
    }
    show();
    look();
    change(current);
  });
  root.addEventListener("focusin", look);
  root.set = (next) => {
    current = next;
    fillSelect();
    show();
  };
  root.auto = (text) => {
    if (select.options[0]?.value === "") select.options[0].textContent = text;
  };
  root.forTask = (task) => {
    for (const option of select.options) {
      const tasks = entryOf(option.value, entries)?.tasks;
      option.disabled = Boolean(tasks?.length) && !tasks.includes(task);
    }
  };
  root.select = select;
  root.set(value);
  return root;
}

/** Return a first value for a hyperparameter that has no default. */
export function firstOf(control) {
  if (control.choices?.length) return control.choices[0];
  if (control.type === "switch") return false;
  if (control.type === "text" || control.type === "component") return "";
  const low = control.low ?? 0;
  const value = control.name === "units" ? 4 : low + (control.low_open ? 1 : 0);
  return control.type === "numbers" ? [value] : value;
}

/** Return a button that opens a small box over the page; Escape closes it. */
export function popover(label, body, test) {
  const details = el("details", { class: "popover" },
    el("summary", { label, title: label, test }, icon("gear")), body);
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      details.querySelector("summary").focus();
      event.stopPropagation();
    }
  });
  return details;
}

document.addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll("details.popover[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

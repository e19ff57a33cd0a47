import assert from "node:assert/strict";
import { test } from "node:test";

import { asText, fromText, meaning, rangeText, sliderOf } from "../page/declaration.js";

const control = (more) => ({
  name: "beta_1", type: "number", optional: false, required: false, default: 0.9, choices: [], doc: "kept of the mean",
  low: 0, low_open: false, high: 1, high_open: true, ...more,
});

test("ranges are told as they are declared", () => {
  assert.equal(rangeText(control()), "≥ 0, < 1");
  assert.equal(rangeText(control({ low_open: true, high: null })), "> 0");
  assert.equal(rangeText(control({ low: null, high: null })), "");
  assert.equal(meaning(control()), "kept of the mean; ≥ 0, < 1; default 0.9");
});

test("texts become values inside of the range", () => {
  assert.equal(fromText(control(), " 0.5 "), 0.5);
  assert.equal(fromText(control(), "0"), 0);
  for (const text of ["1", "-0.1", "two", "", "NaN", "Infinity"]) assert.throws(() => fromText(control(), text), Error);
  assert.throws(() => fromText(control({ type: "whole", high: null }), "1.5"), /whole numbers/);
  assert.throws(() => fromText(control({ low_open: true }), "0"), /must be > 0, < 1/);
});

test("an empty optional one is null, and lists are lists", () => {
  assert.equal(fromText(control({ optional: true }), ""), null);
  assert.deepEqual(fromText(control({ type: "numbers", high: null }), "1, 2 3;4"), [1, 2, 3, 4]);
  assert.equal(fromText(control({ type: "text" }), "as it is"), "as it is");
});

test("a value is shown as it is read", () => {
  for (const value of [0.1, 1e-8, 3]) assert.equal(fromText(control({ high: null }), asText(value)), value);
  assert.equal(asText(null), "");
  assert.equal(asText([1, 2]), "1, 2");
});

test("a share has a slider, an open range has none", () => {
  assert.deepEqual(sliderOf(control()), { low: 0, high: 0.99, step: 0.01 });
  assert.equal(sliderOf(control({ high: null, default: 10 })), null);
  assert.deepEqual(sliderOf(control({ name: "noise", high: null, default: 0.1 })), { low: 0, high: 1, step: 0.01 });
  assert.equal(sliderOf(control({ type: "whole" })), null);
});

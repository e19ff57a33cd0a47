import assert from "node:assert/strict";
import { test } from "node:test";

import { linear, logarithmic, logTicks, percent, short, ticks } from "../page/numbers.js";

test("numbers are short, and large and small ones have powers", () => {
  assert.equal(short(0.123456), "0.1235");
  assert.equal(short(-7.5), "−7.5");
  assert.equal(short(12345.678), "12350");
  assert.equal(short(0.00002), "2e−5");
  assert.equal(short(3e250, 2), "3e250");
  assert.equal(short(NaN), "–");
  assert.equal(short(null), "–");
  assert.equal(short(Infinity), "∞");
});

test("less than all is never 100 %", () => {
  assert.equal(percent(1), "100 %");
  assert.equal(percent(0.99999), "99.9 %");
  assert.equal(percent(20 / 21), "95.2 %");
  assert.equal(percent(undefined), "–");
});

test("ticks are round, inside, and about as many as asked", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-1.1, 1.1, 5), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(0, 1000, 5), [0, 200, 400, 600, 800, 1000]);
  assert.deepEqual(ticks(1, 1, 5), []);
  for (let k = 0; k < 200; k += 1) {
    const low = Math.tan(k);
    const high = low + Math.exp(((k * 37) % 40) - 20);
    for (const tick of ticks(low, high)) {
      assert.ok(tick >= low - 1e-9 * Math.abs(low) - 1e-12 && tick <= high + 1e-6 * (high - low) + 1e-9 * Math.abs(high));
    }
    assert.ok(ticks(low, high).length <= 12);
  }
});

test("a scale of logarithms has powers of ten", () => {
  assert.ok([0.01, 0.1, 1].every((power) => logTicks(0.005, 2).includes(power)));
  const y = logarithmic(0.01, 1, 100, 0);
  assert.ok(Math.abs(y(0.1) - 50) < 1e-9);
});

test("a linear scale is undone by its inverse", () => {
  const x = linear(-2, 3, 44, 300);
  assert.equal(x(-2), 44);
  assert.equal(x(3), 300);
  assert.ok(Math.abs(x.invert(x(0.7)) - 0.7) < 1e-12);
});

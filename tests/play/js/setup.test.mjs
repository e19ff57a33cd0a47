import assert from "node:assert/strict";
import { test } from "node:test";

import { entryOf, fromHash, keyOf, same, toHash, whole } from "../page/setup.js";

const DEFAULTS = {
  dataset: { name: "xor" }, hidden: [], output: null, loss: null, optimizer: { name: "adam" }, init: null,
  schedule: { name: "constant" }, lr: null, weight_decay: 0, clip: null, batch_size: null, epochs: 1000,
  test_split: 0, scale: "auto", seed: 0, dtype: "float64", points: { added: [], removed: [] },
};

test("a link gives back what it was made of", () => {
  const a = { ...DEFAULTS, dataset: { name: "Zwiebelkuchen-äöü-漢字", noise: 0.1 }, lr: 1e-5 };
  const found = fromHash(`#${toHash({ a, b: null, speed: 1000 })}`);
  assert.deepEqual(whole(found.a, DEFAULTS).setup, a);
  assert.equal(found.b, null);
  assert.equal(found.speed, 1000);
});

test("a link holds two setups, and edits of points", () => {
  const points = { added: [{ x: [0.5, 0.25], y: 1, part: "train" }], removed: [["test", 3]] };
  const b = { ...DEFAULTS, points, optimizer: { name: "gd" } };
  const found = fromHash(`#${toHash({ a: DEFAULTS, b, speed: 100 })}`);
  assert.deepEqual(whole(found.b, DEFAULTS).setup, b);
});

test("a link is made of what an address may hold", () => {
  assert.match(toHash({ a: { ...DEFAULTS, dataset: { name: "?>~ÿ" } }, speed: 0 }), /^[A-Za-z0-9_-]+$/);
});

test("a damaged link throws a sentence", () => {
  for (const hash of ["#%%%", "#bm9uc2Vuc2U", `#${btoa("[1]")}`, `#${btoa('{"v":1}')}`, `#${btoa('{"v":1,"a":7}')}`]) {
    assert.throws(() => fromHash(hash), /^Error: This link is damaged/);
  }
  assert.throws(() => fromHash(`#${btoa('{"v":2,"a":{}}')}`), /another version/);
  assert.equal(fromHash("#"), null);
});

test("what is no setting is named and replaced", () => {
  const given = { lr: "fast", optimizer: 7, colour: "red", epochs: 5, hidden: [{ layer: 3 }] };
  const { setup, wrong } = whole(given, DEFAULTS);
  assert.deepEqual(wrong.sort(), ["colour", "hidden", "lr", "optimizer"]);
  assert.deepEqual(setup, { ...DEFAULTS, epochs: 5 });
});

test("the defaults are not touched", () => {
  const { setup } = whole({}, DEFAULTS);
  setup.dataset.name = "moons";
  setup.points.added.push(1);
  assert.equal(DEFAULTS.dataset.name, "xor");
  assert.equal(DEFAULTS.points.added.length, 0);
});

test("the order of keys does not count, that of lists does", () => {
  assert.ok(same({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }));
  assert.ok(!same({ a: [1, 2] }, { a: [2, 1] }));
  assert.ok(!same({ a: 1 }, { a: 1, b: null }));
  assert.ok(!same([], {}));
});

test("a name that two packages share is told with its package", () => {
  const entries = [
    { name: "mish", package: "one" }, { name: "mish", package: "two" }, { name: "relu", package: "nnplug" },
  ];
  assert.deepEqual(entries.map((entry) => keyOf(entry, entries)), ["one:mish", "two:mish", "relu"]);
  for (const entry of entries) assert.equal(entryOf(keyOf(entry, entries), entries), entry);
  assert.equal(entryOf("nnplug:relu", entries), entries[2]);
  assert.equal(entryOf("gone", entries), undefined);
});

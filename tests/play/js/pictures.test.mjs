import assert from "node:assert/strict";
import { test } from "node:test";

import { ramp, rgb } from "../page/colours.js";
import { decode, socketAddress } from "../page/connection.js";
import { offsets, place, widthOf } from "../page/layout.js";
import { paintClasses, paintValues } from "../page/pixels.js";
import { nearest, origins, withoutPoint, withPoint } from "../page/points.js";

test("a frame is read as it was packed", () => {
  const header = JSON.stringify({
    type: "frame", note: "é", arrays: [{ name: "m", dtype: "u1", shape: [1, 3] }, { name: "w", dtype: "f4", shape: [2] }],
  });
  const text = new TextEncoder().encode(header);
  const start = Math.ceil((4 + text.length) / 4) * 4;
  const buffer = new ArrayBuffer(start + 4 + 8);
  new DataView(buffer).setUint32(0, text.length, true);
  new Uint8Array(buffer, 4).set(text);
  new Uint8Array(buffer, start, 3).set([7, 8, 255]);
  new DataView(buffer).setFloat32(start + 4, 1.5, true);
  new DataView(buffer).setFloat32(start + 8, -2, true);
  const { type, note, arrays, shapes } = decode(buffer);
  assert.deepEqual([type, note], ["frame", "é"]);
  assert.deepEqual([...arrays.m], [7, 8, 255]);
  assert.deepEqual([...arrays.w], [1.5, -2]);
  assert.deepEqual(shapes, { m: [1, 3], w: [2] });
});

test("the socket stands beside the page, below any path", () => {
  assert.equal(socketAddress("http://127.0.0.1:8765/#abc"), "ws://127.0.0.1:8765/ws");
  assert.equal(socketAddress("https://hub.test/lab/play/"), "wss://hub.test/lab/play/ws");
  assert.equal(socketAddress("https://hub.test/lab/play/index.html"), "wss://hub.test/lab/play/ws");
});

test("rows come from the lowest up and are painted from the top down", () => {
  const table = Uint32Array.from({ length: 256 }, (_, i) => i + 1000);
  const pixels = new Uint32Array(4);
  paintValues(pixels, Uint8Array.of(1, 2, 3, 4), 2, table);
  assert.deepEqual([...pixels], [1003, 1004, 1001, 1002]);
  const tables = [table, Uint32Array.from({ length: 256 }, (_, i) => i + 5000)];
  paintClasses(pixels, Uint8Array.of(0, 1, 1, 0, 10, 20, 30, 40), 2, tables);
  assert.deepEqual([...pixels], [5030, 1040, 1010, 5020]);
});

test("a ramp goes from its first colour to its last", () => {
  const table = ramp(["#102030", "#ffffff", "#405060"]);
  const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  assert.deepEqual(channels(table[0]), rgb("#102030"));
  assert.deepEqual(channels(table[255]), [0x40, 0x50, 0x60]);
  assert.ok(table.every((pixel) => pixel >>> 24 === 255));
});


test("units stand in columns, inside of the picture and apart", () => {
  const columns = [{ shown: 2, units: 2 }, { shown: 10, units: 16 }, { shown: 1, units: 1 }];
  const { size, height, columns: found } = place(columns, 600);
  found.forEach(({ x, y }, c) => {
    assert.equal(y.length, columns[c].shown);
    assert.ok(x - size / 2 >= 0 && x + size / 2 <= 600);
    y.forEach((middle, i) => {
      assert.ok(middle - size / 2 >= -1 && middle + size / 2 <= height + 1);
      if (i) assert.ok(middle - y[i - 1] >= size);
    });
  });
});

test("each weight has its place in the frame", () => {
  const network = {
    columns: [{ shown: 2 }, { shown: 3 }, { shown: 3 }, { shown: 1 }],
    links: [{ path: "0.W", from: 0, to: 1 }, { path: "1", from: 1, to: 2, fixed: true }, { path: "2.W", from: 2, to: 3 }],
    biases: [{ path: "0.b", column: 1 }, { path: "2.b", column: 3 }],
  };
  const { links, biases, maps } = offsets(network);
  assert.deepEqual(links.map((link) => link.offset), [0, -1, 6]);
  assert.deepEqual(biases.map((bias) => [bias.offset, bias.count]), [[0, 3], [3, 1]]);
  assert.deepEqual(maps, [-1, 0, 3, 6]);
});

test("a link is as wide as its weight is large", () => {
  assert.ok(widthOf(1, 2) < widthOf(-2, 2));
  assert.equal(widthOf(NaN, 2), 0);
  assert.equal(widthOf(5, 2), widthOf(2, 2));
});

test("edits of points: added ones are forgotten, drawn ones are removed by their row", () => {
  let points = { added: [], removed: [["train", 1]] };
  points = withPoint(points, [0.5, 0.5], 1, "train");
  points = withPoint(points, [0.1, 0.2], 0, "test");
  // Five were drawn, one is removed, one is added.
  assert.deepEqual(origins("train", 5, points), [["drawn", 0], ["drawn", 2], ["drawn", 3], ["drawn", 4], ["added", 0]]);
  assert.deepEqual(withoutPoint(points, "train", ["drawn", 2]).removed, [["train", 1], ["train", 2]]);
  assert.deepEqual(withoutPoint(points, "train", ["added", 0]).added, [{ x: [0.1, 0.2], y: 0, part: "test" }]);
});

test("the nearest point is found on the screen, not in the numbers", () => {
  const wide = (value) => value / 1000;
  const plain = (value) => value;
  assert.equal(nearest([500, 0, 0, 0.3], 0, 0, wide, plain)[0], 1);
  assert.equal(nearest([], 0, 0, plain, plain)[0], -1);
});

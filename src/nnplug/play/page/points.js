// Edits of the points: which are added, which removed. A point on the page is known by its part and
// its place there; the setup names it by its row as it was drawn, or by its place among the added.

/**
 * Return for each point of a part, in the order shown, ["drawn", row] or ["added", index].
 * Those drawn and not removed come first, then the added ones of that part. `rows`, where the trainer
 * tells it, is their row as drawn, or -1 - index for an added one.
 */
export function origins(part, count, points, rows = null) {
  if (rows) return Array.from(rows, (row) => (row < 0 ? ["added", -1 - row] : ["drawn", row]));
  const removed = new Set(points.removed.filter(([p]) => p === part).map(([, row]) => row));
  const added = points.added.map((point, i) => [point.part, i]).filter(([p]) => p === part);
  const found = [];
  for (let row = 0; found.length < count - added.length; row += 1) {
    if (!removed.has(row)) found.push(["drawn", row]);
  }
  return [...found, ...added.map(([, i]) => ["added", i])].slice(0, count);
}

/** Return the points with one more. */
export function withPoint(points, x, y, part) {
  return { ...points, added: [...points.added, { x, y, part }] };
}

/** Return the points without the one of this part and origin. */
export function withoutPoint(points, part, [kind, index]) {
  if (kind === "added") {
    return { ...points, added: points.added.filter((_, i) => i !== index) };
  }
  return { ...points, removed: [...points.removed, [part, index]] };
}

/** Return the index of the point nearest to (x, y) and its squared distance; -1 where there is none. */
export function nearest(xy, x, y, scaleX, scaleY) {
  let best = -1;
  let least = Infinity;
  for (let i = 0; 2 * i < xy.length; i += 1) {
    const distance = (scaleX(xy[2 * i]) - x) ** 2 + (scaleY(xy[2 * i + 1]) - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return [best, least];
}

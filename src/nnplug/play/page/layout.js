// Where the units of the diagram stand. Nothing here touches the page.

/**
 * Return the places of a network's units.
 * columns: [{shown, units}, ...] from the catalogue's frame; width: of the whole diagram; tall: whether
 * it is for a narrow pane.
 * Gives {size, height, columns: [{x, y: [...]}]}: x and y are the middles of boxes of this size.
 */
export function place(columns, width, room = 330) {
  const most = Math.max(1, ...columns.map((column) => column.shown));
  const pitch = Math.max(36, Math.min(56, room / most));
  const size = Math.min(46, pitch - 4);
  const height = Math.ceil(most * pitch + 26);
  const step = width / columns.length;
  return {
    size,
    height,
    columns: columns.map((column, c) => ({
      x: (c + 0.5) * step,
      y: Array.from({ length: column.shown },
        (_, i) => height / 2 - 8 + (i - (column.shown - 1) / 2) * pitch),
    })),
  };
}

/** Return the curve of a link, from the right side of one box to the left side of another. */
export function curve(x0, y0, x1, y1, size) {
  const [a, b] = [x0 + size / 2, x1 - size / 2];
  const bend = Math.max(12, (b - a) * 0.45);
  const r = (value) => Math.round(value * 10) / 10;
  return `M${r(a)} ${r(y0)}C${r(a + bend)} ${r(y0)} ${r(b - bend)} ${r(y1)} ${r(b)} ${r(y1)}`;
}

/**
 * Return where each number stands in the arrays of a frame.
 * Gives {links: [{...link, offset, rows, cols}], biases: [{...bias, offset, count}], maps: [first map
 * of each column; the inputs, which have none, -1]}.
 */
export function offsets(network) {
  const { columns } = network;
  let at = 0;
  const links = network.links.map((link) => {
    const [rows, cols] = [columns[link.from].shown, columns[link.to].shown];
    // Lines that carry no single weight stand in no array.
    const found = { ...link, offset: link.fixed ? -1 : at, rows, cols };
    if (!link.fixed) at += rows * cols;
    return found;
  });
  at = 0;
  const biases = network.biases.map((bias) => {
    const found = { ...bias, offset: at, count: columns[bias.column].shown };
    at += found.count;
    return found;
  });
  at = 0;
  const maps = columns.map((column, c) => {
    if (c === 0) return -1;
    at += column.shown;
    return at - column.shown;
  });
  return { links, biases, maps };
}

/** Return the width of a link in pixels: the largest weight of the network is the widest. */
export function widthOf(weight, largest) {
  if (!Number.isFinite(weight)) return 0;
  return 0.4 + 5.6 * Math.min(1, Math.abs(weight) / Math.max(largest, 1e-12));
}

// From a frame's numbers to pixels. Rows come from the lowest up, pixels go from the top down.

/** Fill `pixels` (Uint32Array, n x n) with a surface of one number a place, through a colour table. */
export function paintValues(pixels, values, n, table) {
  for (let row = 0; row < n; row += 1) {
    const from = (n - 1 - row) * n;
    const to = row * n;
    for (let column = 0; column < n; column += 1) pixels[to + column] = table[values[from + column]];
  }
}

/** As `paintValues`, of (2, n, n): the likeliest class and how sure; a table for each class. */
export function paintClasses(pixels, values, n, tables) {
  const all = n * n;
  for (let row = 0; row < n; row += 1) {
    const from = (n - 1 - row) * n;
    const to = row * n;
    for (let column = 0; column < n; column += 1) {
      const table = tables[values[from + column] % tables.length];
      pixels[to + column] = table[values[all + from + column]];
    }
  }
}

/** An n x n picture kept in a canvas of its own, so that it is scaled up by one call. */
export class Picture {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.size = 0;
  }

  /** Let `paint(pixels, n)` fill the picture. */
  fill(n, paint) {
    if (n !== this.size) {
      this.canvas.width = this.canvas.height = n;
      this.size = n;
      this.context = this.canvas.getContext("2d");
      this.image = this.context.createImageData(n, n);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    paint(this.pixels, n);
    this.context.putImageData(this.image, 0, 0);
  }
}

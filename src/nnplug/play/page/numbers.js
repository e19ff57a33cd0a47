// Numbers for people: ticks of an axis, short texts, and scales. Nothing here touches the page.

/** Return a number in at most `digits` significant digits, "–" where there is none. */
export function short(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    const [digitsText, power] = value.toExponential(Math.max(0, digits - 2)).split("e");
    return `${Number(digitsText)}e${Number(power)}`.replace("-", "−").replace("e-", "e−");
  }
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** Return a share of 0 .. 1 in percent with one decimal; never "100" for less than all. */
export function percent(share) {
  if (share === null || share === undefined || Number.isNaN(share)) return "–";
  const shown = Math.round(share * 1000) / 10;
  if (shown === 100 && share < 1) return "99.9 %";
  return `${shown === 100 ? "100" : shown.toFixed(1)} %`;
}

/** Return round numbers from low to high, about `count` of them, evenly spaced. */
export function ticks(low, high, count = 5) {
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

/** Return powers of ten (and, where they are few, 2 and 5 times them) from low to high; low > 0. */
export function logTicks(low, high) {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const apart = Math.max(1, Math.ceil((last - first) / 6));
  const between = last - first <= 2 ? [1, 2, 5] : [1];
  const found = [];
  for (let power = first; power <= last; power += apart) {
    for (const times of between) {
      const value = Number(`${times}e${power}`);
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    }
  }
  return found;
}

/** Return the map from low .. high to from .. to, and its way back as `.invert`. */
export function linear(low, high, from, to) {
  const slope = (to - from) / (high - low || 1);
  const scale = (value) => from + (value - low) * slope;
  scale.invert = (place) => low + (place - from) / slope;
  return scale;
}

/** As `linear`, on a scale of logarithms; low > 0. */
export function logarithmic(low, high, from, to) {
  const inner = linear(Math.log(low), Math.log(high), from, to);
  const scale = (value) => inner(Math.log(value));
  scale.invert = (place) => Math.exp(inner.invert(place));
  return scale;
}

/** Round to so many significant digits, as a number: what a slider gives is typed and shared. */
export function rounded(value, digits = 3) {
  return Number(value.toPrecision(digits));
}

"""What the columns of a training part say: what fills a gap, and what they are scaled by."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import DataError
from nnplug.tables.column import quoted

ROWS = 4096
"""Rows that are summed up at once, so that a large table needs little more memory."""

LARGE, SMALL = 1e100, 1e-100
"""Beyond these a square overflows, or vanishes."""


def fills(
    x: Array, categories: Sequence[Sequence[str]], names: Sequence[str], impute: str
) -> tuple[float, ...]:
    """Return what stands in for a missing value of each column.

    x : (rows, columns), NaN where a value is missing
    categories : for each column its texts, () for numbers; texts get the most frequent one
    impute : "mean", "median" or "most_frequent"; of values equally frequent, the smallest
    Raises DataError for a column without any value.
    """
    found = []
    for j, name in enumerate(names):
        values = x[:, j]
        values = values[~np.isnan(values)]
        if not len(values):
            raise DataError(
                f"column {name!r} has no value in the training part, which could fill its gaps",
                f"--ignore {quoted(name)} leaves it out",
            )
        if impute == "most_frequent" or (categories and categories[j]):
            different, counts = np.unique(values, return_counts=True)
            found.append(float(different[counts.argmax()]))
        elif impute == "median":
            found.append(float(np.median(values)))
        else:
            # The mean of large numbers, whose sum would overflow, and never outside of them.
            largest = float(np.abs(values).max()) or 1.0
            mean = float((values / largest).mean()) * largest
            found.append(min(max(mean, float(values.min())), float(values.max())))
    return tuple(found)


def spread(x: Array, scale: str) -> tuple[Array, Array]:
    """Return the center and the width of each feature: (*features,) both.

    x : (rows, *features)
    scale : "standard", mean and standard deviation (by n), or "minmax", least and range
    The width of a feature that never changes is 0.
    """
    low, high = x.min(axis=0), x.max(axis=0)
    if scale == "minmax":
        return low, _differences(high, low)
    # Squares of very large and very small numbers are out of a float's range.
    largest = np.maximum(np.abs(low), np.abs(high))
    unit = np.where((largest > LARGE) | ((largest < SMALL) & (largest > 0)), largest, 1.0)
    center = _sum(x, unit) / len(x)
    squares = _sum(x, unit, center)
    width = np.sqrt(squares / len(x)) * unit
    # Rounding leaves a trace of a width where all values are equal.
    width[low == high] = 0
    return np.clip(center * unit, low, high), width


def _differences(high: Array, low: Array) -> Array:
    with np.errstate(over="ignore"):
        width: Any = high - low
    return np.where(np.isfinite(width), width, np.finfo(np.float64).max)


def _sum(x: Array, unit: Array, center: Array | None = None) -> Array:
    """Return the sum of each feature in its unit, or of its squared distances from a center."""
    total = np.zeros(x.shape[1:])
    for start in range(0, len(x), ROWS):
        rows = x[start : start + ROWS] / unit
        if center is not None:
            rows -= center
            rows *= rows
        total += rows.sum(axis=0)
    return total

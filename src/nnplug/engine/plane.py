"""What a network says all over the plane of two features, and what part of it a picture shows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.data import MARGIN

CELLS = 100
"""How many predictions along each side; a picture shows about three pixels of each."""

Predict = Callable[[Any], Array]
"""predict(x) -> (samples, outputs), as a result has it."""


def limits(data: Data, feature: int) -> tuple[float, float]:
    """Return what a picture shows of a feature: its domain, and every point with a margin."""
    column = data.x[:, feature]
    low, high = float(column.min()), float(column.max())
    margin = MARGIN * (high - low or 1.0)
    low, high = low - margin, high + margin
    if data.domain:
        low, high = min(low, data.domain[feature][0]), max(high, data.domain[feature][1])
    return low, high


def over_plane(predict: Predict, data: Data, cells: int = CELLS) -> Array:
    """Return predictions over the plane of two features: (cells, cells, outputs), NaN for holes.

    Rows go from the lowest second feature up, columns from the lowest first feature.
    """
    sides = []
    for low, high in (limits(data, 0), limits(data, 1)):
        edges = np.linspace(low, high, cells + 1)
        sides.append((edges[1:] + edges[:-1]) / 2)
    points = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    found = np.asarray(predict(points), np.float64)
    found[~np.isfinite(found)] = np.nan
    return found.reshape(cells, cells, -1)

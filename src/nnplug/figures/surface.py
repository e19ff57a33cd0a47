"""What a network says all over the plane of two features, in graded colour."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.plane import limits
from nnplug.figures.style import BETWEEN, VALUES, colour


def draw_binary(axes: Axes, surface: Array, data: Data, threshold: float) -> Any:
    """Draw class 1's probability (rows, columns), and the line where the class changes.

    Outputs that are no probabilities are graded evenly on both sides of the threshold.
    """
    low, high = 0.0, 1.0
    finite = surface[np.isfinite(surface)]
    if finite.size and (finite.min() < 0 or finite.max() > 1):
        # The extremes lie in the corners: a few percent of them may saturate.
        reach = max(float(np.percentile(np.abs(finite - threshold), 95)), 0.5)
        low, high = threshold - reach, threshold + reach
    image = _image(axes, surface, data, cmap=BETWEEN, vmin=low, vmax=high)
    if finite.size and finite.min() < threshold < finite.max():
        _line(axes, surface, data, threshold)
    return image


def draw_multiclass(axes: Axes, surface: Array, data: Data) -> Any:
    """Draw each place in the colour of its class, the paler the less probable; lines between.

    surface : (rows, columns, classes)
    """
    classes = surface.shape[-1]
    filled = np.nan_to_num(surface, nan=0.0)
    best = filled.argmax(axis=-1)
    chance = 1 / classes
    sure = np.clip((filled.max(axis=-1) - chance) / (1 - chance), 0, 1)
    colours = np.array([to_rgb(colour(i)) for i in range(classes)])
    strength = (0.12 + 0.55 * sure)[..., None]
    image = _image(axes, 1 - strength * (1 - colours[best]), data)
    _draw_borders(axes, filled, data)
    return image


def _draw_borders(axes: Axes, surface: Array, data: Data) -> None:
    """Draw a line where one class overtakes another."""
    for i in range(surface.shape[-1]):
        lead = surface[..., i] - np.delete(surface, i, axis=-1).max(axis=-1)
        if lead.min() < 0 < lead.max():
            _line(axes, lead, data, 0.0)


def _line(axes: Axes, heights: Array, data: Data, level: float) -> None:
    axes.contour(
        heights, levels=[level], colors="black", linewidths=1.0, extent=_extent(data), zorder=2
    )


def draw_regression(axes: Axes, surface: Array, data: Data, low: float, high: float) -> Any:
    """Draw predicted values (rows, columns) in graded colour from low to high."""
    return _image(axes, surface, data, cmap=VALUES, vmin=low, vmax=high)


def _image(axes: Axes, pixels: Array, data: Data, **how: Any) -> Any:
    return axes.imshow(
        pixels,
        origin="lower",
        extent=_extent(data),
        aspect="auto",
        interpolation="bilinear",
        zorder=1,
        **how,
    )


def _extent(data: Data) -> tuple[float, float, float, float]:
    return (*limits(data, 0), *limits(data, 1))

"""What a network says all over the plane of two features, in graded colour."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.plane import limits
from nnplug.figures.style import BETWEEN, VALUES, colour

Extent = tuple[float, float, float, float]
"""Left, right, bottom and top edge of what a surface covers."""


def extent_of(data: Data) -> Extent:
    """Return what `engine.plane.over_plane` covers for these points."""
    return (*limits(data, 0), *limits(data, 1))


def draw_binary(axes: Axes, surface: Array, extent: Extent, threshold: float) -> Any:
    """Draw class 1's probability (rows, columns), and the line where the class changes.

    Outputs that are no probabilities are graded evenly on both sides of the threshold.
    """
    low, high = 0.0, 1.0
    finite = surface[np.isfinite(surface)]
    if finite.size and (finite.min() < 0 or finite.max() > 1):
        # The extremes lie in the corners: a few percent of them may saturate.
        reach = max(float(np.percentile(np.abs(finite - threshold), 95)), 0.5)
        low, high = threshold - reach, threshold + reach
    image = _image(axes, surface, extent, cmap=BETWEEN, vmin=low, vmax=high)
    if finite.size and finite.min() < threshold < finite.max():
        _line(axes, surface, extent, threshold)
    return image


def draw_multiclass(axes: Axes, surface: Array, extent: Extent) -> Any:
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
    image = _image(axes, 1 - strength * (1 - colours[best]), extent)
    _draw_borders(axes, filled, extent)
    return image


def _draw_borders(axes: Axes, surface: Array, extent: Extent) -> None:
    """Draw a line where one class overtakes another."""
    for i in range(surface.shape[-1]):
        lead = surface[..., i] - np.delete(surface, i, axis=-1).max(axis=-1)
        if lead.min() < 0 < lead.max():
            _line(axes, lead, extent, 0.0)


def _line(axes: Axes, heights: Array, extent: Extent, level: float) -> None:
    """Draw where heights (rows, columns), each of the middle of its cell, have a level."""
    left, right, bottom, top = extent
    rows, columns = heights.shape
    # One more cell on each side, or the line would end before the edge.
    beside, above = (right - left) / columns, (top - bottom) / rows
    axes.contour(
        np.pad(heights, 1, mode="reflect", reflect_type="odd"),
        levels=[level],
        colors="black",
        linewidths=1.0,
        origin="lower",
        extent=(left - beside, right + beside, bottom - above, top + above),
        zorder=2,
    )
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)


def draw_regression(axes: Axes, surface: Array, extent: Extent, low: float, high: float) -> Any:
    """Draw predicted values (rows, columns) in graded colour from low to high."""
    return _image(axes, surface, extent, cmap=VALUES, vmin=low, vmax=high)


def _image(axes: Axes, pixels: Array, extent: Extent, **how: Any) -> Any:
    return axes.imshow(
        pixels,
        origin="lower",
        extent=extent,
        aspect="auto",
        interpolation="bilinear",
        zorder=1,
        **how,
    )

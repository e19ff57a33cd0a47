"""Points of classes or values in a plane, and the names beside them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.plane import limits
from nnplug.figures.style import INK, SMALL, VALUES, class_names, colour, marker, plain

MOST = 2000
"""How many points of one part are drawn at most: more make a picture slower, and no clearer."""

LEGEND = 10
"""How many classes are named at most."""


def some(data: Data, most: int = MOST) -> Any:
    """Return the rows that are drawn: all, or so many of them, the same ones every time.

    They are drawn by lot: of classes that take turns, every second row would be one class.
    """
    n = len(data)
    if n <= most:
        return slice(None)
    return np.sort(np.random.default_rng(0).choice(n, most, replace=False))


def size_for(n: int) -> float:
    """Return the area of a marker that suits so many points."""
    return float(np.clip(4000 / n, 5, 44))


def rim_for(size: float, *, held_out: bool = False) -> float:
    """Return the width of the rim of a marker: thin around a small one, or it would hide it."""
    if held_out:
        return float(0.14 * np.sqrt(size))
    return float(0.075 * np.sqrt(size)) if size > 8 else 0.0


def column_name(data: Data, feature: int) -> str:
    """Return a feature's name; x1, x2, ... where it has none."""
    named = feature < len(data.columns)
    return plain(data.columns[feature], 32) if named else f"x{feature + 1}"


def true_classes(data: Data) -> NDArray[np.int64]:
    """Return each sample's class by number: (samples,)."""
    found = data.y[:, 0] if data.task == "binary" else data.y.argmax(axis=1)
    return np.asarray(found).astype(np.int64)


def class_count(data: Data) -> int:
    """Return how many classes a classification has."""
    return 2 if data.task == "binary" else data.y.shape[1]


def set_plane(axes: Axes, data: Data) -> None:
    """Set limits and labels of a plane of two features."""
    axes.set_xlim(*limits(data, 0))
    axes.set_ylim(*limits(data, 1))
    axes.set_xlabel(column_name(data, 0))
    axes.set_ylabel(column_name(data, 1))
    axes.locator_params(nbins=6)


def draw_classes(axes: Axes, x: Array, labels: Any, *, size: float, held_out: bool = False) -> None:
    """Draw points (samples, 2), each class with its colour and marker; dark rims if held out."""
    for label in np.unique(labels):
        chosen = x[labels == label]
        axes.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=size,
            c=colour(int(label)),
            marker=marker(int(label)),
            edgecolors=INK if held_out else "white",
            linewidths=rim_for(size, held_out=held_out),
            zorder=3,
        )


def draw_values(
    axes: Axes,
    x: Array,
    values: Array,
    low: float,
    high: float,
    *,
    size: float,
    held_out: bool = False,
) -> Any:
    """Draw points (samples, 2) in graded colour and return what a colour bar needs.

    Those held out are triangles with dark rims.
    """
    return axes.scatter(
        x[:, 0],
        x[:, 1],
        s=size,
        c=values,
        cmap=VALUES,
        vmin=low,
        vmax=high,
        marker="^" if held_out else "o",
        edgecolors=INK if held_out else "white",
        linewidths=rim_for(size, held_out=held_out),
        zorder=3,
    )


def name_held_out(axes: Axes) -> None:
    """Say above the axes, at the right, which values are held out."""
    axes.legend(
        [_handle("^", "none", "held out")],
        ["held out"],
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        fontsize=SMALL,
        borderaxespad=0.2,
        handletextpad=0.2,
        handlelength=1.2,
    )


def mark_wrong(axes: Axes, x: Array, size: float) -> None:
    """Draw a cross on points (samples, 2) that were predicted wrongly."""
    axes.scatter(x[:, 0], x[:, 1], s=max(size, 16), c="black", marker="x", linewidths=1.2, zorder=4)


def name_classes(
    target: Axes | Figure,
    names: Sequence[str],
    count: int,
    place: tuple[float, float],
    *,
    held_out: bool = False,
    wrong: bool = False,
    width: int = 14,
) -> None:
    """Name the classes, and what rims and crosses mean, below and right of a place in `target`."""
    handles = [
        _handle(marker(i), colour(i), plain(name, width))
        for i, name in enumerate(class_names(names, min(count, LEGEND)))
    ]
    if count > LEGEND:
        handles.append(_handle("", "none", f"and {count - LEGEND} more"))
    if held_out:
        handles.append(_handle("o", "none", "held out"))
    if wrong:
        handles.append(_handle("x", "black", "wrong"))
    # A label that begins with an underscore would be left out: texts are set afterwards.
    legend = target.legend(
        handles,
        [str(i) for i in range(len(handles))],
        loc="upper left",
        bbox_to_anchor=place,
        borderaxespad=0,
        borderpad=0,
        handletextpad=0.2,
        handlelength=1.4,
        labelspacing=0.35,
        fontsize=SMALL,
    )
    for text, handle in zip(legend.get_texts(), handles, strict=True):
        text.set_text(str(handle.get_label()))


def _handle(shape: str, face: str, label: str) -> Line2D:
    rim = "black" if shape == "x" else INK if face == "none" and shape else "white"
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=shape,
        markerfacecolor=face,
        markeredgecolor=rim,
        markeredgewidth=1.2 if shape == "x" else 1.0 if face == "none" else 0.4,
        markersize=6.5,
        label=label,
    )

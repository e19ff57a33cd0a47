"""Names beside the ends of lines, and above panels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nnplug.figures.comparison.quartiles import Series
from nnplug.figures.comparison.side import Side
from nnplug.figures.fitting import cut, fitted, width_of
from nnplug.figures.style import DPI, FAINT, INK, SMALL

LINE = 13
"""A line of a name or a title, in pixels."""

GAP = 5
"""Between two names, in pixels."""

REACH, SAMPLE = 22, 26
"""How far names stand from the axes, and how long the samples before them are."""

WIDEST = 320
"""How many pixels a name takes at most."""

FEW = 6
"""Of how many lines the names may take two lines each."""


def room_beside(series: Sequence[Series]) -> int:
    """Return how many pixels `name_at_ends` takes at the right of the axes."""
    widest = max(width_of(text) for one in series for text in (one.label, one.note))
    return REACH + SAMPLE + 6 + int(np.clip(widest + 1, 60, WIDEST)) + 8


def name_at_ends(
    figure: Figure,
    axes: Axes,
    series: Sequence[Series],
    side: Side,
    looks: Sequence[tuple[str, Any]],
) -> None:
    """Name lines at the right of the axes, each as near to its end as the others let it."""
    width, height = figure.get_size_inches() * DPI
    box = axes.get_position()
    right, low, high = box.x1 * width, box.y0 * height, box.y1 * height
    left = right + REACH + SAMPLE + 6
    labels = fitted([one.label for one in series], width - left - 8, 2 if len(series) <= FEW else 1)
    pitch = GAP + LINE * (2 + max(label.count("\n") for label in labels))
    order = sorted(range(len(series)), key=lambda i: _rank(series[i], side))
    wanted = [low + (high - low) * np.clip(_end(series[i], side), 0, 1) for i in order]
    for i, y, end in zip(order, spread(wanted, pitch, low + 8, high - 8), wanted, strict=True):
        one, (shade, dashes) = series[i], looks[i]

        def line(x: Sequence[float], y: Sequence[float], *, shade: str = shade, **how: Any) -> None:
            points = np.array(x) / width, np.array(y) / height
            figure.add_artist(Line2D(*points, color=shade, **how))

        if len(one.x) and 0 <= _end(one, side) <= 1:
            last = (float(one.x[-1]), float(side.place(one.middle)[-1]))
            start = float(axes.transData.transform(last)[0])
            line([start, right + 4, right + REACH - 3], [end, end, y], linewidth=0.6, alpha=0.8)
        line([right + REACH, right + REACH + SAMPLE], [y, y], linestyle=dashes, linewidth=1.8)
        note = cut(one.note, width - left - 8)
        top = y + LINE * (labels[i].count("\n") + 1 + bool(note)) / 2
        for row, text in enumerate([*labels[i].split("\n"), *filter(None, [note])]):
            figure.text(
                left / width,
                (top - LINE * (row + 0.5)) / height,
                text,
                size=SMALL,
                va="center",
                color=FAINT if text is note else INK,
            )


def title_above(figure: Figure, corner: tuple[float, float], label: str, note: str) -> None:
    """Write a label, and what is said of it in fainter letters below, above a panel.

    corner : the panel's upper left one, in pixels
    """
    width, height = figure.get_size_inches() * DPI
    x, y = corner[0] / width, corner[1] + 4
    figure.text(x, y / height, note, size=SMALL, va="bottom", linespacing=1.1, color=FAINT)
    y += LINE * (note.count("\n") + 1) * bool(note)
    figure.text(x, y / height, label, size=SMALL, va="bottom", linespacing=1.1)


def room_above(labels: Sequence[str], notes: Sequence[str]) -> int:
    """Return how many pixels `title_above` takes for the highest of these."""
    lines = [
        label.count("\n") + 1 + (note.count("\n") + 1) * bool(note)
        for label, note in zip(labels, notes, strict=True)
    ]
    return 8 + LINE * max(lines)


def spread(wanted: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Return heights near those that are wanted, in ascending order and a pitch apart at least.

    They lie from `low` to `high` where they have room there. This is isotonic regression: the
    sum of the squared shifts is the least possible.
    """
    blocks: list[list[float]] = []
    for i, height in enumerate(wanted):
        blocks.append([height - i * pitch])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    top = max(high - pitch * (len(wanted) - 1), low)
    levels = [float(np.clip(np.mean(block), low, top)) for block in blocks for _ in block]
    return [level + i * pitch for i, level in enumerate(levels)]


def _end(series: Series, side: Side) -> float:
    """Return how high a line ends, below 0 or above 1 where that is out of the picture."""
    return side.height(float(series.middle[-1])) if len(series.x) else side.height(side.lost)


def _rank(series: Series, side: Side) -> tuple[float, float]:
    """Return what sorts lines by their ends; of those that left, the first lies farthest out."""
    end = side.exit(series)
    if end is None:
        return (_end(series, side), 0.0)
    return (2.0, -end.x) if end.y == side.high else (-1.0, end.x)

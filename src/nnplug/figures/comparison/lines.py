"""Lines with bands: a few in one picture, named at their ends; many in a panel each."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from nnplug.comparison.records import Comparison
from nnplug.figures.comparison.layout import Panels
from nnplug.figures.comparison.names import name_at_ends, room_above, room_beside, title_above
from nnplug.figures.comparison.quartiles import Series
from nnplug.figures.comparison.side import Exit, Side
from nnplug.figures.comparison.words import runs_text
from nnplug.figures.fitting import broken, fitted
from nnplug.figures.style import (
    BLUE,
    COLOURS,
    DPI,
    FAINT,
    FOOT,
    VERMILION,
    add_axes,
    footnote,
    heading,
    new_figure,
    width_for,
)

TOGETHER = 8
"""How many lines share axes at most."""

LOOKS: Sequence[tuple[str, Any]] = (
    (COLOURS[0], "-"),
    (COLOURS[1], (0, (6, 2))),
    (COLOURS[2], (0, (1.5, 1.5))),
    (COLOURS[3], (0, (6, 1.5, 1.5, 1.5))),
    (COLOURS[4], (0, (10, 3))),
    (COLOURS[5], "-"),
    (COLOURS[7], (0, (3, 1.5))),
    (FAINT, (0, (6, 1.5, 1.5, 1.5, 1.5, 1.5))),
)
"""Colour and dashes of each line. Yellow is no colour for a line on white."""

GREY = "#C8C8C8"

STEP = 10
"""From one mark at the edge to the next one below it, in pixels."""


class Said(NamedTuple):
    """What is said around lines: above them, and in a footnote."""

    title: str
    below: str
    foot: str


SetX = Callable[[Axes, bool], None]
"""set_x(axes, labels) sets limits, scale and ticks of the x axis, labelled or bare."""


def draw_together(
    series: Sequence[Series], side: Side, set_x: SetX, said: Said, *, dots: bool = False
) -> Figure:
    """Draw lines in one picture, named at the right in the order of their ends.

    dots : whether each x is marked, and not only where a line ends before others
    """
    foot = FOOT * bool(said.foot)
    width = max(1000, width_for(*said))
    figure = new_figure(width, 430 + foot)
    heading(figure, said.title, said.below)
    footnote(figure, said.foot)
    axes = add_axes(figure, 78, 52 + foot, width - 78 - room_beside(series), 312)
    set_x(axes, True)
    side.apply(axes)
    strength = 0.2 if len(series) < 5 else 0.12
    for one, (shade, dashes) in zip(series, LOOKS, strict=False):
        _draw(axes, one, side, shade, dashes, strength=strength, dots=dots)
    _mark(axes, series, side, [shade for shade, _ in LOOKS], dots=dots)
    name_at_ends(figure, axes, series, side, LOOKS)
    return figure


def draw_apart(
    series: Sequence[Series],
    panels: Panels,
    side: Side,
    set_x: SetX,
    said: Said,
    *,
    dots: bool = False,
) -> Figure:
    """Draw each line in a panel of its own, with the medians of all others in grey behind it."""
    left, right, bottom, head, gap = 60, 26, 50 + FOOT * bool(said.foot), 54, 24
    wide = min((1200 - left - right + gap) // panels.columns - gap, 300)
    labels = fitted([one.label for one in series], wide, 3)
    notes = [broken(one.note, wide, 2) for one in series]
    above = room_above(labels, notes)
    high = int(np.clip(min(0.62 * wide, 1200 / panels.rows - above), 90, 170))
    pitch = high + above + 14
    content = left + panels.columns * (wide + gap) - gap + right
    width = max(content, width_for(*said))
    height = head + panels.rows * pitch - 14 + bottom
    figure = new_figure(width, height)
    heading(figure, said.title, said.below)
    footnote(figure, said.foot)
    behind = [np.column_stack([one.x, side.place(one.middle)]) for one in series]
    for i, (one, place) in enumerate(zip(series, panels.places, strict=True)):
        x, y = left + place[1] * (wide + gap), height - head - place[0] * pitch - above - high
        axes = add_axes(figure, x, y, wide, high)
        lowest, first = panels.lowest(place), place[1] == 0
        set_x(axes, lowest)
        side.apply(axes, labels=first, name=False)
        others = [line for j, line in enumerate(behind) if j != i and len(line)]
        axes.add_collection(
            LineCollection(others, colors=GREY, linewidths=0.7, zorder=1), autolim=False
        )
        _draw(axes, one, side, BLUE, "-", strength=0.3, dots=dots)
        _mark(axes, [one], side, [VERMILION], dots=dots)
        title_above(figure, (x, y + high), labels[i], notes[i])
    return figure


def said_of(
    comparison: Comparison,
    series: Sequence[Series],
    side: Side,
    title: str,
    more: str,
    *,
    dots: bool = False,
) -> Said:
    """Return what is said around lines: what they are, and what marks on them mean.

    more : what is not shown, empty for nothing
    """
    below = runs_text(comparison) + (f"; {more}" if more else "")
    foot = []
    if any(one.early for one in series):
        foot.append("runs that stopped early keep their last value")
    marks = [mark for one in series for mark in _marks(one, side, dots=dots)]
    if any(mark.lost for mark in marks):
        foot.append("×: half of the runs diverged or failed")
    if any(not mark.lost for mark in marks):
        foot.append("triangle: beyond the picture")
    return Said(title, below, "; ".join(foot))


def _draw(
    axes: Axes, series: Series, side: Side, shade: str, dashes: Any, *, strength: float, dots: bool
) -> None:
    if not len(series.x):
        return
    if series.runs > 1:
        axes.fill_between(
            series.x,
            side.place(series.low),
            side.place(series.high),
            color=shade,
            alpha=strength,
            linewidth=0,
            zorder=2,
        )
    middle = side.place(series.middle)
    axes.plot(
        series.x,
        middle,
        color=shade,
        linestyle=dashes,
        marker="o" if dots else "",
        markersize=4,
        label=series.label,
        zorder=3,
    )
    if not dots and side.exit(series) is None and series.x[-1] < axes.get_xlim()[1] * 0.97:
        axes.plot(series.x[-1], middle[-1], marker="o", markersize=4, color=shade, zorder=4)


def _marks(series: Series, side: Side, *, dots: bool) -> list[Exit]:
    """Return where a line is marked: at each x outside the picture, or where it leaves for good."""
    if dots:
        return side.outside(series)
    end = side.exit(series)
    return [] if end is None else [end]


def _mark(
    axes: Axes, series: Sequence[Series], side: Side, shades: Sequence[str], *, dots: bool
) -> None:
    """Mark where lines leave the picture: a cross for lost runs, a triangle for what is far off.

    dots : whether each x outside is marked, those of several lines below each other
    """
    taken: Counter[tuple[float, float]] = Counter()
    for one, shade in zip(series, shades, strict=False):
        for mark in _marks(one, side, dots=dots):
            up = mark.y == side.high
            shift = STEP * taken[mark.x, mark.y] * (-1 if up else 1)
            taken[mark.x, mark.y] += dots
            axes.plot(
                mark.x,
                mark.y,
                linestyle="none",
                marker="X" if mark.lost else "^" if up else "v",
                markersize=7,
                markerfacecolor=shade,
                markeredgecolor="white",
                markeredgewidth=0.6,
                transform=axes.transData
                + ScaledTranslation(0, shift / DPI, axes.figure.dpi_scale_trans),
                clip_on=False,
                zorder=5,
            )

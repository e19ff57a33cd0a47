"""A heat map: the median of the judged metric over two numbers that are varied."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from nnplug.comparison.records import Comparison
from nnplug.comparison.spelling import is_share
from nnplug.figures.comparison.maps import Cell, Map, Maps, maps_of
from nnplug.figures.comparison.names import room_above, title_above
from nnplug.figures.comparison.shades import GOOD, ink_on
from nnplug.figures.comparison.varied import short_values
from nnplug.figures.comparison.words import metric_name, runs_text, setting_name, value_text
from nnplug.figures.curve import DECADES
from nnplug.figures.fitting import fitted, width_of
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import (
    FOOT,
    INK,
    LINES,
    SMALL,
    VERMILION,
    add_axes,
    footnote,
    heading,
    look,
    new_figure,
    width_for,
)

ROOM = (1200, 900)
"""How wide a picture and how high its maps are at most, in pixels."""

TICK = 13
"""From one tick's label to the next at least."""


def draw_heat_map(comparison: Comparison) -> Figure | None:
    """Draw the median of the judged metric over the two varied numbers with the most values.

    Units of hidden layers, 4,4 or none, count as numbers. A cell of which half of the runs are lost
    is hatched and crossed. Where more is varied there is a map for each of the rest. None where
    fewer than two numbers are varied, or no run has ended.
    """
    maps = maps_of(comparison)
    if maps is None or not maps.cells:
        return None
    with look():
        figure = _draw(comparison, maps)
        fit_fonts(figure)
    return figure


def _draw(comparison: Comparison, maps: Maps) -> Figure:
    metric, panels = comparison.metric, maps.panels
    columns = fitted(short_values(maps.columns), 110)
    rows = fitted(short_values(maps.rows), 110)
    left = 44 + int(max(map(width_of, rows)))
    right, head, gap = 84, 54, 18
    cell_wide = int(
        np.clip(
            (ROOM[0] - left - right) / (panels.columns * len(columns)) - gap / len(columns), 3, 68
        )
    )
    cell_high = int(np.clip(ROOM[1] / (panels.rows * len(rows)), 3, 40))
    wide, high = cell_wide * len(columns), cell_high * len(rows)
    turned = max(map(width_of, columns)) > cell_wide - 6
    bottom = 34 + (int(max(map(width_of, columns))) if turned else 14)
    labels = fitted([one.label for one in maps.maps], wide, 3)
    above = room_above(labels, [""] * len(labels)) if any(labels) else 12
    pitch = high + above + gap
    title = f"{metric_name(metric)} by {setting_name(maps.across)} and {setting_name(maps.up)}"
    below, foot = _said(comparison, maps)
    bottom += FOOT * bool(foot)
    width = max(left + panels.columns * (wide + gap) + right, width_for(title, below, foot))
    height = head + panels.rows * pitch - gap + bottom
    figure = new_figure(width, height)
    heading(figure, title, below)
    footnote(figure, foot)
    ramp, norm = _colours(comparison, maps.cells)
    image = None
    for one, label, place in zip(maps.maps, labels, panels.places, strict=True):
        x, y = left + place[1] * (wide + gap), height - head - place[0] * pitch - above - high
        axes = add_axes(figure, x, y, wide, high)
        image = _draw_map(axes, one, (len(rows), len(columns)), ramp, norm)
        _print_values(axes, one, metric, (cell_wide, cell_high), lambda v: ramp(norm(v)))
        across = setting_name(maps.across) if panels.lowest(place) else ""
        up = setting_name(maps.up) if place[1] == 0 else ""
        _set_axes(axes, columns, rows, turned=turned, names=(across, up))
        title_above(figure, (x, y + high), label, "")
    if any(np.isfinite(cell.median) for cell in maps.cells):
        x, long = left + panels.columns * (wide + gap), min(max(high, 100), 240)
        _add_bar(figure, image, metric, (x, height - head - above - long, 13, long))
    return figure


def _said(comparison: Comparison, maps: Maps) -> tuple[str, str]:
    """Return what is said below the title, and in the footnote."""
    below, foot = [runs_text(comparison, band=False)], []
    if any(np.isfinite(cell.median) for cell in maps.cells):
        below.append("darker is better")
    if maps.left_out:
        below.append(f"the first {len(maps.maps)} of {len(maps.maps) + maps.left_out} maps")
    if any(not np.isfinite(cell.median) for cell in maps.cells):
        foot.append("×: half of the runs are lost")
    if any(cell.lost for cell in maps.cells):
        foot.append("lost: diverged or failed")
    return "; ".join(below), "; ".join(foot)


def _colours(comparison: Comparison, cells: Sequence[Cell]) -> tuple[Any, Any]:
    """Return ramp and scale of the medians, the best at the dark end."""
    ramp = GOOD if comparison.higher_is_better else GOOD.reversed()
    found = np.array([cell.median for cell in cells])
    found = found[np.isfinite(found)]
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    if low > 0 and not comparison.higher_is_better and np.log10(high / low) > DECADES:
        return ramp, LogNorm(low, high)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return ramp, Normalize(low, high)


def _draw_map(axes: Axes, one: Map, shape: tuple[int, int], ramp: Any, norm: Any) -> Any:
    """Draw the cells of a map, and return what a colour bar needs."""
    medians = np.full(shape, np.nan)
    for place, cell in one.cells.items():
        medians[place] = cell.median
        if not np.isfinite(cell.median):
            row, column = place
            corner = (column - 0.5, row - 0.5)
            axes.add_patch(
                Rectangle(
                    corner,
                    1,
                    1,
                    facecolor="#EEEEEE",
                    edgecolor="#BBBBBB",
                    hatch="////",
                    linewidth=0,
                )
            )
    return axes.pcolormesh(
        np.arange(shape[1] + 1) - 0.5,
        np.arange(shape[0] + 1) - 0.5,
        np.ma.masked_invalid(medians),
        cmap=ramp,
        norm=norm,
        edgecolors="white",
        linewidth=1.0,
    )


def _print_values(
    axes: Axes, one: Map, metric: str, cell_size: tuple[int, int], shade: Callable[[float], Any]
) -> None:
    """Print each cell's median, and below it how many runs are lost, where there is room."""
    wide, high = cell_size[0] - 4, cell_size[1]
    finite = {place: cell.median for place, cell in one.cells.items() if np.isfinite(cell.median)}
    values, size = dict.fromkeys(finite, ""), 0
    for digits, smaller in ((3, 0), (2, 0), (2, 1), (2, 2)):
        texts = {place: value_text(metric, v, digits) for place, v in finite.items()}
        if max((width_of(t, SMALL - smaller) for t in texts.values()), default=0.0) <= wide:
            values, size = texts, SMALL - smaller
            break
    for (row, column), cell in one.cells.items():
        at_median = (row, column) in values
        ink = ink_on(shade(cell.median)) if at_median else INK
        said = f"{cell.lost} lost" if cell.lost else ""
        two = bool(said) and high >= 30 and width_of(said, SMALL - 1) < wide
        shift = 0.17 if two else 0.0
        if not at_median:
            axes.text(
                column, row + shift, "×", size=SMALL + 4, color=VERMILION, ha="center", va="center"
            )
        elif size:
            text = values[row, column]
            axes.text(column, row + shift, text, size=size, color=ink, ha="center", va="center")
        if two:
            axes.text(column, row - 0.22, said, size=SMALL - 1, color=ink, ha="center", va="center")


def _set_axes(
    axes: Axes,
    columns: Sequence[str],
    rows: Sequence[str],
    *,
    turned: bool,
    names: tuple[str, str],
) -> None:
    """Set ticks and names of a map's axes; a name that is empty leaves its values out too."""
    axes.tick_params(length=0)
    for edge in axes.spines.values():
        edge.set_color(LINES)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(-0.5, len(rows) - 0.5)
    across, up = names
    # Of very many values, some are named.
    every = int(np.ceil(TICK * len(columns) / axes.bbox.width))
    axes.set_xticks(range(0, len(columns), every), columns[::every])
    every = int(np.ceil(TICK * len(rows) / axes.bbox.height))
    axes.set_yticks(range(0, len(rows), every), rows[::every])
    axes.tick_params(labelbottom=bool(across), labelleft=bool(up))
    if turned:
        axes.tick_params(axis="x", labelrotation=90)
    axes.set_xlabel(across)
    axes.set_ylabel(up)


def _add_bar(
    figure: Figure, image: Any, metric: str, box: tuple[float, float, float, float]
) -> None:
    axes = add_axes(figure, *box)
    bar = figure.colorbar(image, cax=axes)
    bar.outline.set_visible(False)
    bar.set_label(metric_name(metric), fontsize=SMALL)
    low, high = image.get_clim()
    if isinstance(image.norm, LogNorm):
        ticks = LogLocator(subs=(1, 3) if high / low < 300 else (1,), numticks=6)
        axes.yaxis.set_major_locator(ticks)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda v, _: f"{100 * v:g} %" if is_share(metric) else f"{v:g}")
    )

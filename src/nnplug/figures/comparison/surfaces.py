"""The decision surfaces of a comparison: what each setting's first seed says over the plane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnplug.comparison.records import Comparison, Record, Setting
from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.scores import as_task
from nnplug.figures import points, surface
from nnplug.figures.comparison.layout import best, left_out, panels_of
from nnplug.figures.comparison.names import room_above, title_above
from nnplug.figures.comparison.words import metric_name, value_text
from nnplug.figures.fitting import broken, fitted
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import SMALL, add_axes, heading, look, new_figure, plain, width_for

LARGEST = 250
"""The side of a panel at most, in pixels."""

MOST_POINTS = 400
"""How many points a panel shows at most."""

SMALLEST = 3.0
"""The area of a marker at least."""

EMPTY = "#F2F2F2"
"""The colour of a panel that has no surface, and of holes in one."""


@dataclass(frozen=True)
class Shown:
    """What one panel shows: the run of a setting's first seed, and the points, where known."""

    setting: Setting
    record: Record | None
    data: Data | None
    task: str

    @property
    def note(self) -> str:
        """What is said below the name of the setting."""
        record = self.record
        if record is None:
            return "no run yet"
        if record.status == "diverged" and record.surface is not None:
            return "diverged, best weights shown"
        return record.status if record.status != "done" else ""


def draw_surfaces(comparison: Comparison) -> Figure | None:
    """Draw what the run of each setting's first seed says all over the plane, under its points.

    Settings that differ in two things stand in rows and columns, others row by row. None where no
    run has a surface.
    """
    settings = best(comparison)
    shown = [_shown(comparison, setting) for setting in settings]
    if not any(one.record is not None and one.record.surface is not None for one in shown):
        return None
    with look():
        figure = _draw(comparison, shown)
        fit_fonts(figure)
    return figure


def _shown(comparison: Comparison, setting: Setting) -> Shown:
    records = comparison.of(setting.index)
    found = [one for one in records if one.surface is not None] or records
    data = comparison.points.get(setting.index)
    if data is not None and data.x.shape[1:] != (2,):
        data = None
    return Shown(
        setting, found[0] if found else None, data, comparison.task if data is None else data.task
    )


def _draw(comparison: Comparison, shown: Sequence[Shown]) -> Figure:
    metric = comparison.metric
    panels = panels_of([one.setting for one in shown])
    plane = _one_plane(shown)
    left, right, bottom, head, gap = (64, 118, 46, 50, 14) if plane else (16, 118, 14, 50, 14)
    room = (1200 - left - right) // panels.columns - gap
    wide = min(room, LARGEST, max(1300 // panels.rows - 60, 130))
    labels = fitted([one.setting.label for one in shown], wide, 3)
    notes = [broken(_note(one, metric), wide, 2) for one in shown]
    above = room_above(labels, notes) + 8
    title, below = "predictions over the plane", _below(comparison, shown)
    width = max(left + panels.columns * (wide + gap) + right, width_for(title, below))
    height = head + panels.rows * (wide + above) + bottom
    figure = new_figure(width, height)
    heading(figure, title, below)
    low, high = _range(shown)
    images: list[Any] = []
    for one, label, note, place in zip(shown, labels, notes, panels.places, strict=True):
        x, y = left + place[1] * (wide + gap), height - head - (place[0] + 1) * (wide + above)
        axes = add_axes(figure, x, y, wide, wide)
        axes.set_facecolor(EMPTY)
        title_above(figure, (x, y + wide), label, note)
        _draw_panel(axes, one, low, high, images)
        _set_axes(axes, one.data if plane else None, place[1] == 0, panels.lowest(place))
    corner = (left + panels.columns * (wide + gap), height - head - above)
    _name(figure, shown, images, corner, wide)
    return figure


def _below(comparison: Comparison, shown: Sequence[Shown]) -> str:
    """Return what is said below the title: whose runs, and which points."""
    seeds = {one.record.seed for one in shown if one.record is not None}
    said = f"the run of seed {seeds.pop()}" if len(seeds) == 1 else "one run"
    some = any(one.data is not None and len(one.data) > MOST_POINTS for one in shown)
    more = left_out(comparison, [one.setting for one in shown])
    which = "some of the points" if some else "the points"
    return f"{said} of each setting, and {which} that it trained on" + f"; {more}" * bool(more)


def _note(shown: Shown, metric: str) -> str:
    """Return what is said below a setting: its run's metric, or why there is none."""
    if shown.note or shown.record is None or metric not in shown.record.metrics:
        return shown.note
    value = float(shown.record.metrics[metric])
    return f"{metric_name(metric)} {value_text(metric, value)}"


def _draw_panel(axes: Axes, shown: Shown, low: float, high: float, images: list[Any]) -> None:
    """Draw a surface with its points; what a colour bar could be of is appended to `images`."""
    data = shown.data
    if shown.record is not None and shown.record.surface is not None:
        extent = (0.0, 1.0, 0.0, 1.0) if data is None else surface.extent_of(data)
        found = as_task(np.array(shown.record.surface, np.float64), shown.task)
        if shown.task == "binary":
            threshold = _threshold(shown, found[..., 0], extent)
            images.append(surface.draw_binary(axes, found[..., 0], extent, threshold))
        elif shown.task == "multiclass":
            surface.draw_multiclass(axes, found, extent)
        else:
            images.append(surface.draw_regression(axes, found[..., 0], extent, low, high))
    if data is None:
        return
    rows = points.some(data, MOST_POINTS)
    share = axes.bbox.width / LARGEST
    size = max(points.size_for(min(len(data), MOST_POINTS)) * share**2, SMALLEST)
    if data.task == "regression":
        points.draw_values(axes, data.x[rows], data.y[rows, 0], low, high, size=size)
    else:
        labels = points.true_classes(data)[rows]
        points.draw_classes(axes, data.x[rows], labels, size=size)


def _threshold(shown: Shown, found: Array, extent: surface.Extent) -> float:
    """Return where class 1 begins; of a median, what the surface has at the points."""
    chosen = shown.setting.config.get("threshold")
    if chosen != "median":
        return 0.5 if chosen is None else float(chosen)
    if shown.data is None:
        return float(np.nanmedian(found))
    x, cells = shown.data.x, len(found)
    column = ((x[:, 0] - extent[0]) / (extent[1] - extent[0]) * cells).astype(int)
    row = ((x[:, 1] - extent[2]) / (extent[3] - extent[2]) * cells).astype(int)
    at_points = found[np.clip(row, 0, cells - 1), np.clip(column, 0, cells - 1)]
    return float(np.nanmedian(at_points))


def _set_axes(axes: Axes, data: Data | None, first: bool, lowest: bool) -> None:
    """Set the axes of a panel; `data` where all panels show one plane, and it has ticks."""
    if data is None:
        axes.set_xticks([])
        axes.set_yticks([])
        return
    points.set_plane(axes, data)
    axes.locator_params(nbins=3)
    axes.tick_params(labelleft=first, labelbottom=lowest)
    if not first:
        axes.set_ylabel("")
    if not lowest:
        axes.set_xlabel("")


def _one_plane(shown: Sequence[Shown]) -> bool:
    """Say whether all settings have points, in one and the same plane."""
    planes = {None if one.data is None else surface.extent_of(one.data) for one in shown}
    return len(planes) == 1 and None not in planes


def _range(shown: Sequence[Shown]) -> tuple[float, float]:
    """Return the least and largest true value of all regressions: one scale for all panels."""
    values = [
        one.data.y[:, 0] for one in shown if one.data is not None and one.task == "regression"
    ]
    if not values:
        return 0.0, 1.0
    return min(float(v.min()) for v in values), max(float(v.max()) for v in values)


def _name(
    figure: Figure,
    shown: Sequence[Shown],
    images: Sequence[Any],
    corner: tuple[float, float],
    wide: float,
) -> None:
    """Name the classes at the right of the grid, and what the colours mean, where all agree."""
    w, h = figure.get_size_inches() * 100
    kinds: Mapping[Any, Data] = {
        (one.task, one.data.names, one.data.y.shape[1]): one.data
        for one in shown
        if one.data is not None
    }
    if len(kinds) != 1:
        return
    (data,) = kinds.values()
    x, y = corner
    if data.task != "regression":
        count = points.class_count(data)
        points.name_classes(figure, data.names, count, (x / w, y / h))
        y -= 20 * min(count + (count > points.LEGEND), points.LEGEND + 1) + 20
    if images and len({image.get_clim() for image in images}) == 1:
        long = max(min(wide - 20, 150), 80)
        axes = add_axes(figure, x + 2, y - long, 12, long)
        bar = figure.colorbar(images[0], cax=axes)
        bar.outline.set_visible(False)
        one = plain(data.names[-1] if data.names else "1", 12)
        is_value = data.task == "regression"
        said = (
            plain(data.names[0] if data.names else "y", 24) if is_value else f"probability of {one}"
        )
        bar.set_label(said, fontsize=SMALL)
        axes.locator_params(axis="y", nbins=4)

"""A sweep: the judged metric against one number that is varied."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from nnplug.comparison.records import Comparison, Setting, worst
from nnplug.comparison.spelling import rate
from nnplug.figures.comparison.layout import MOST, panels_of
from nnplug.figures.comparison.lines import TOGETHER, draw_apart, draw_together, said_of
from nnplug.figures.comparison.quartiles import Series, quartiles
from nnplug.figures.comparison.side import side_of
from nnplug.figures.comparison.varied import (
    are_numbers,
    rest_label,
    values_of,
    varied_names,
)
from nnplug.figures.comparison.words import (
    lost_text,
    metric_name,
    setting_name,
    value_text,
)
from nnplug.figures.fitting import width_of
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import look

FEWEST = 3
"""How many values of a number make a line."""


def draw_sweep(comparison: Comparison) -> Figure | None:
    """Draw the judged metric at the end of the runs against the number with the most values.

    Median over seeds, a band between the quartiles, and a line for everything else that is varied.
    The axis is logarithmic where the values are spaced so. None where no number of at least three
    values is varied, or nothing is known of them.
    """
    name = swept(comparison.settings)
    if name is None:
        return None
    groups: dict[str, list[Setting]] = {}
    for setting in comparison.settings:
        groups.setdefault(rest_label(setting, [name]), []).append(setting)
    chosen = dict(list(groups.items())[:MOST])
    series = [_series(comparison, label, settings, name) for label, settings in chosen.items()]
    if not any(len(one.x) for one in series):
        return None
    side = side_of(comparison, series)
    values = [float(text) for text in values_of(comparison.settings, name)]
    log = is_logarithmic(values)

    def set_x(axes: Axes, labels: bool) -> None:
        _set_numbers(axes, values, log=log, labels=labels)
        if labels:
            axes.set_xlabel(setting_name(name))

    title = f"{metric_name(comparison.metric)} by {setting_name(name)}"
    shown = f"the first {len(chosen)} of {len(groups)} lines" if len(chosen) < len(groups) else ""
    said = said_of(comparison, series, side, title, shown, dots=True)
    with look():
        if len(series) <= TOGETHER:
            figure = draw_together(series, side, set_x, said, dots=True)
        else:
            places = panels_of([settings[0] for settings in chosen.values()], [name])
            figure = draw_apart(series, places, side, set_x, said, dots=True)
        fit_fonts(figure)
    return figure


def swept(settings: Sequence[Setting]) -> str | None:
    """Return the varied number with the most values, at least three, or None."""
    counts = {
        name: len(values_of(settings, name))
        for name in varied_names(settings)
        if are_numbers(settings, name)
    }
    name = max(counts, key=lambda name: counts[name], default=None)
    return name if name is not None and counts[name] >= FEWEST else None


def is_logarithmic(values: Sequence[float]) -> bool:
    """Say whether ascending values are spaced more evenly by factors than by differences."""
    if values[0] <= 0 or len(values) < FEWEST:
        return False
    steps, factors = np.diff(values), np.diff(np.log(values))
    return bool(factors.max() / factors.min() < steps.max() / steps.min())


def _series(comparison: Comparison, label: str, settings: Sequence[Setting], name: str) -> Series:
    metric = comparison.metric
    columns: dict[float, list[float]] = {}
    for setting in settings:
        values = comparison.values(setting.index).tolist()
        if values:
            columns.setdefault(float(setting.varied[name]), []).extend(values)
    x = np.array(sorted(columns))
    found = [quartiles(np.array(columns[at])[:, None], worst(metric)) for at in x]
    low, middle, high = (np.array([float(one[i][0]) for one in found]) for i in range(3))
    said = []
    if np.isfinite(middle).any():
        at = int(middle.argmax() if comparison.higher_is_better else middle.argmin())
        said.append(
            f"best {value_text(metric, float(middle[at]))} at {rate(float(f'{x[at]:.3g}'))}"
        )
    records = [record for setting in settings for record in comparison.of(setting.index)]
    said.append(lost_text(records))
    runs = max(map(len, columns.values()), default=0)
    return Series(label or "median", ", ".join(filter(None, said)), x, low, middle, high, runs)


def _set_numbers(axes: Axes, values: Sequence[float], *, log: bool, labels: bool) -> None:
    """Set an axis of numbers, with a tick at each and a label where there is room for it."""
    if log:
        axes.set_xscale("log")
    places = np.log(values) if log else np.array(values)
    room = 0.04 * (places[-1] - places[0])
    ends = np.array([places[0] - room, places[-1] + room])
    axes.set_xlim(*(np.exp(ends) if log else ends))
    axes.xaxis.set_major_locator(FixedLocator(list(values)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(labelbottom=labels)
    pixels = (places - ends[0]) / (ends[1] - ends[0]) * axes.bbox.width
    said, free = [], -np.inf
    for value, at in zip(values, pixels, strict=True):
        text = f"{value:.3g}"
        half = width_of(text) / 2
        fits = at - half > free
        said.append(text if fits else "")
        free = at + half + 5 if fits else free
    axes.xaxis.set_major_formatter(FixedFormatter(said))

"""The learning curves of a comparison: the judged metric by epoch, median and quartiles."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnplug.comparison.records import Comparison, Setting, worst
from nnplug.comparison.statistics import median
from nnplug.figures import curve
from nnplug.figures.comparison.layout import best, left_out, panels_of
from nnplug.figures.comparison.lines import TOGETHER, draw_apart, draw_together, said_of
from nnplug.figures.comparison.quartiles import Series, curves_of, quartiles
from nnplug.figures.comparison.side import side_of
from nnplug.figures.comparison.words import lost_text, metric_name, value_text
from nnplug.figures.fitting import width_of
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import look


def draw_curves(comparison: Comparison) -> Figure | None:
    """Draw the judged metric by epoch: the median over seeds, and a band between the quartiles.

    A run that stopped early keeps its last value; one that diverged or failed counts as the worst
    from then on, so that a median may leave the picture, with a cross. Up to eight settings share
    axes, more have a panel each. None where no run has recorded the metric.
    """
    settings = best(comparison)
    series = [_series(comparison, setting) for setting in settings]
    if not any(len(one.x) for one in series):
        return None
    side = side_of(comparison, series)
    last = max(float(one.x[-1]) for one in series if len(one.x)) or 1.0

    def set_x(axes: Axes, labels: bool) -> None:
        room = axes.bbox.width / (width_of(f"{last:,.0f}") + 14)
        curve.set_epochs(axes, last, labels=labels, ticks=int(np.clip(room, 1, 5)))

    title = f"{metric_name(comparison.metric)} by epoch"
    said = said_of(comparison, series, side, title, left_out(comparison, settings))
    with look():
        if len(series) <= TOGETHER:
            figure = draw_together(series, side, set_x, said)
        else:
            figure = draw_apart(series, panels_of(settings), side, set_x, said)
        fit_fonts(figure)
    return figure


def _series(comparison: Comparison, setting: Setting) -> Series:
    records = comparison.of(setting.index)
    found = curves_of(records, comparison.metric)
    said = lost_text(records) if records else "no runs yet"
    end = median(comparison.values(setting.index)) if records else np.inf
    if np.isfinite(end):
        said = value_text(comparison.metric, end) + (f", {said}" if said else "")
    if found is None:
        nothing = np.zeros(0)
        return Series(setting.label, said, nothing, nothing, nothing, nothing, len(records))
    x, rows, early = found
    low, middle, high = quartiles(rows, worst(comparison.metric))
    return Series(setting.label, said, x, low, middle, high, len(rows), early)

"""The axis of the metric: what part of it a picture shows, and where lies what is beyond."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from nnplug.comparison.records import Comparison, worst
from nnplug.comparison.spelling import is_share
from nnplug.figures.comparison.quartiles import Numbers, Series, untrained
from nnplug.figures.comparison.words import metric_name
from nnplug.figures.curve import DECADES, logarithmic
from nnplug.figures.style import LINES

BEYOND = 10.0
"""How many times the loss of an untrained network a picture shows at most."""

ZERO = 0.15
"""Which part of a logarithmic axis is between 0 and the first tick, where there are zeros."""


@dataclass(frozen=True)
class Exit:
    """Where a line leaves a picture for good.

    lost : whether it does so because its runs are lost, and not for a value that is too far off
    """

    x: float
    y: float
    lost: bool


@dataclass(frozen=True)
class Side:
    """The axis of the metric.

    low, high : what it shows;  log : whether it is logarithmic
    zero : where values of 0 are drawn on a logarithmic axis, or None where there are none
    """

    metric: str
    low: float
    high: float
    log: bool = False
    zero: float | None = None

    @property
    def lost(self) -> float:
        """What stands for a run that is lost."""
        return worst(self.metric)

    def place(self, values: Numbers) -> Numbers:
        """Return where values are drawn; what is not shown lies not far beyond the edge."""
        low, high = self.low, self.high
        reach = (low / 100, high * 100) if self.log else (2 * low - high, 2 * high - low)
        if self.zero is not None:
            values = np.where(values == 0, self.zero, values)
        return np.clip(values, *reach)

    def height(self, value: float) -> float:
        """Return how high a value lies: 0 at the lower edge, 1 at the upper one."""
        found, low, high = self.place(np.array([value]))[0], self.low, self.high
        if self.log:
            found, low, high = np.log(found), np.log(low), np.log(high)
        return float((found - low) / (high - low))

    def exit(self, series: Series) -> Exit | None:
        """Return where a line's median leaves the picture for good, or None."""
        heights = self._heights(series)
        inside = (heights >= 0) & (heights <= 1)
        if not len(inside) or inside[-1]:
            return None
        if not inside.any():
            return self._exit(float(series.x[0]), float(series.middle[-1]))
        last = int(np.flatnonzero(inside)[-1])
        edge = float(heights[-1] > 1)
        part = (edge - heights[last]) / (heights[last + 1] - heights[last])
        x = series.x[last] + part * (series.x[last + 1] - series.x[last])
        return self._exit(float(x), float(series.middle[-1]))

    def outside(self, series: Series) -> list[Exit]:
        """Return every x at which a line's median is out of the picture."""
        heights = self._heights(series)
        return [
            self._exit(float(series.x[i]), float(series.middle[i]))
            for i in np.flatnonzero((heights < 0) | (heights > 1))
        ]

    def _exit(self, x: float, value: float) -> Exit:
        y = self.high if self.height(value) > 1 else self.low
        return Exit(x, y, bool(np.isinf(value)))

    def _heights(self, series: Series) -> Numbers:
        return np.array([self.height(value) for value in series.middle])

    def apply(self, axes: Axes, *, labels: bool = True, name: bool = True) -> None:
        """Set limits, ticks and faint lines of axes, labelled or bare."""
        if self.log:
            logarithmic(axes, float(np.log10(self.high / self.low)))
        else:
            axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
            if is_share(self.metric):
                axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:g} %"))
        if self.zero is not None:
            least = self.zero * (self.high / self.zero) ** ZERO
            ticks = axes.yaxis.get_major_locator().tick_values(self.low, self.high)
            axes.yaxis.set_major_locator(FixedLocator([self.zero, *ticks[ticks > least]]))
            axes.yaxis.set_major_formatter(
                FuncFormatter(lambda v, _: f"{v:g}" if v > least else "0")
            )
        axes.set_ylim(self.low, self.high)
        axes.grid(axis="y", color=LINES, linewidth=0.6)
        for edge in ("top", "right"):
            axes.spines[edge].set_visible(False)
        axes.tick_params(labelleft=labels)
        if name:
            axes.set_ylabel(metric_name(self.metric))


def side_of(comparison: Comparison, series: Sequence[Series]) -> Side:
    """Return the axis that shows lines and their bands, cut off far beyond an untrained network."""
    metric = comparison.metric
    values = np.concatenate([[], *(v for s in series for v in (s.low, s.middle, s.high))])
    values = values[np.isfinite(values)]
    if worst(metric) < 0:
        lowest = float(values.min()) if values.size else 0.0
        # As in the picture of one run: an R² far below that of a constant, 0, is far below.
        floor = max(min(lowest, 0.9), 0.0 if is_share(metric) else -1.0)
        room = 0.05 * (1 - floor)
        return Side(metric, floor - room, 1 + room)
    start = untrained(comparison)
    if start is not None and start > 0 and (values <= BEYOND * start).any():
        values = values[values <= BEYOND * start]
    if not values.size:
        return Side(metric, 0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    positive = values[values > 0]
    decades = np.log10(high / positive.min()) if positive.size and low >= 0 else 0.0
    if decades > DECADES:
        low = float(positive.min())
        if (values == 0).any():
            zero = low * (low / high) ** (1.4 * ZERO)
            return Side(metric, zero / (high / zero) ** 0.03, high * 1.5, True, zero)
        return Side(metric, low / 1.5, high * 1.5, True)
    room = 0.05 * (high - low or abs(high) or 1.0)
    return Side(metric, max(low - room, 0.0 if low >= 0 else -np.inf), high + room)

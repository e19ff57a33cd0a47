"""Median and quartiles of a setting's runs, those counted that diverged or stopped early."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplug.comparison.records import Comparison, Record, worst
from nnplug.comparison.statistics import median
from nnplug.figures.comparison.words import lost

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One line of a picture, with its band.

    label : what it is a line of;  note : what is said of it in small letters
    x, low, middle, high : (n,), the quartiles at each x; infinite where so many runs are lost
    runs : of how many runs they are
    early : whether some of these ended before others, and keep their last value
    """

    label: str
    note: str
    x: Numbers
    low: Numbers
    middle: Numbers
    high: Numbers
    runs: int
    early: bool = False


def quartiles(values: Numbers, worst: float) -> tuple[Numbers, Numbers, Numbers]:
    """Return lower quartile, median and upper quartile of values (runs, n): (n,) each.

    worst : what stands in `values` for runs that are lost. A quartile that lies between one of
        these and another run is the worst too.
    """
    ordered = np.sort(values, axis=0)
    found = []
    for share in (0.25, 0.5, 0.75):
        place = share * (len(values) - 1)
        below, above = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
        rest = place - np.floor(place)
        with np.errstate(invalid="ignore"):
            between = (1 - rest) * below + rest * above
        known = np.where(np.isfinite(below) & np.isfinite(above), between, worst)
        found.append(np.where(below == above, below, known))
    return found[0], found[1], found[2]


def curves_of(records: Sequence[Record], metric: str) -> tuple[Numbers, Numbers, bool] | None:
    """Return epochs (n,), the metric of each run (runs, n), and whether some run stopped early.

    A run that stopped early keeps its last value; one that diverged or failed has the worst value
    from its last epoch on. None where no run has recorded the metric.
    """
    known = {
        i: (np.array(r.curves["epoch"], np.float64), np.array(r.curves[metric], np.float64))
        for i, r in enumerate(records)
        if len(r.curves.get(metric, ())) and len(r.curves.get("epoch", ()))
    }
    if not known:
        return None
    x = np.unique(np.concatenate([epochs for epochs, _ in known.values()]))
    early = any(not lost(records[i]) and epochs[-1] < x[-1] for i, (epochs, _) in known.items())
    if any(lost(records[i]) and epochs[-1] == x[-1] for i, (epochs, _) in known.items()):
        x = np.append(x, x[-1] + 1)  # where this run is lost for sure
    rows = []
    for i, record in enumerate(records):
        if i not in known:
            if lost(record):
                rows.append(np.full(len(x), worst(metric)))
            continue
        epochs, values = known[i]
        row = np.interp(x, epochs, values)
        row[~np.isfinite(row)] = worst(metric)
        if lost(record):
            row[x > epochs[-1]] = worst(metric)
        rows.append(row)
    return x, np.array(rows), early


def untrained(comparison: Comparison) -> float | None:
    """Return the worst value of the metric before training, over settings' medians; or None."""
    metric = comparison.metric
    firsts: dict[int, list[float]] = {}
    for record in comparison.records:
        curve = record.curves.get(metric, ())
        if len(curve) and np.isfinite(curve[0]):
            firsts.setdefault(record.setting, []).append(float(curve[0]))
    medians = [median(values) for values in firsts.values()]
    if not medians:
        return None
    return min(medians) if comparison.higher_is_better else max(medians)

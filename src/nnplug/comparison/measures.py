"""What a claim may measure of a run: its metrics at the end, and some numbers of its curves."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise

from nnplug.comparison.records import Record
from nnplug.comparison.spelling import is_share, metric_name, metric_value, percent, rate

ROUNDING = 1e-9
"""A loss that is higher by no more than this share of it did not rise."""


def rises(record: Record) -> float:
    """Return at which share of the recorded epochs the loss was higher than at the one before.

    A smooth curve has none, one that oscillates up to a half. A run that diverged has infinity.
    """
    loss = record.curves.get("loss", ())
    if record.status != "done" or len(loss) < 2:
        return math.inf
    steps = list(pairwise(loss))
    return sum(after > before * (1 + ROUNDING) for before, after in steps) / len(steps)


def goal_epoch(record: Record) -> float:
    """Return the first recorded epoch at which the goal was reached; else infinity."""
    if record.status != "done" or record.goal_epoch is None:
        return math.inf
    return float(record.goal_epoch)


DERIVED: Mapping[str, Callable[[Record], float]] = {"rises": rises, "goal_epoch": goal_epoch}
"""What is worked out from a run's curves; less of it is better."""

NAMES = {"rises": "share of epochs at which the loss rises", "goal_epoch": "epochs to the goal"}


def measure(record: Record, metric: str) -> float:
    """Return a metric of a run; one that diverged or failed has the worst value there is."""
    derived = DERIVED.get(metric)
    return record.value(metric) if derived is None else derived(record)


def measure_name(metric: str) -> str:
    """Return what a metric is called in a sentence."""
    return NAMES.get(metric) or metric_name(metric)


def measure_text(metric: str, value: float) -> str:
    """Return a value of a metric."""
    if metric == "goal_epoch":
        return "never" if math.isinf(value) else f"{value:g}"
    if metric == "rises" and not math.isinf(value):
        return percent(value)
    return metric_value(metric, value)


def bound_text(metric: str, value: float) -> str:
    """Return a bound as it would be typed: 100 %, 0.693."""
    if is_share(metric) or metric == "rises":
        return f"{100 * value:.6g} %"
    return rate(value)

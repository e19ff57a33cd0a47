"""What the table of a comparison says about each setting, as numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nnplug.comparison.records import Comparison, Record, Setting, judged
from nnplug.comparison.statistics import median
from nnplug.comparison.verdict import Group, Spread, Verdict, spread

BESIDE = {"loss": ("accuracy", "r2"), "accuracy": ("loss",), "r2": ("loss",), "mae": ("r2",)}
"""What is shown beside a metric: the first of these that the runs have."""


@dataclass(frozen=True)
class Row:
    """One setting.

    lr : of its runs, the tuned one where there is one; None where that is not known
    runs, diverged, failed : how many
    metric, beside : of the metric that is judged and of the one shown beside it, runs that diverged
        as the worst; None without runs
    reached : how many runs reached the goal
    goal_epochs : by which epoch half of the runs had, or None if fewer ever did
    seconds : median of a run's time, or None without runs
    group : what the verdict says
    """

    setting: Setting
    lr: float | None
    runs: int
    diverged: int
    failed: int
    metric: Spread | None
    beside: Spread | None
    reached: int
    goal_epochs: int | None
    seconds: float | None
    group: Group


def rows(comparison: Comparison, verdict: Verdict, *, as_given: bool = False) -> list[Row]:
    """Return a row a setting, best first.

    as_given : in the order of the settings instead
    """
    settings = {one.index: one for one in comparison.settings}
    order = list(settings) if as_given else verdict.order
    beside = beside_metric(comparison)
    return [_row(comparison, verdict, settings[index], beside) for index in order]


def beside_metric(comparison: Comparison) -> str | None:
    """Return the metric that is shown beside the one that is judged, held out as that one is."""
    base = comparison.metric.removeprefix("test_")
    known = {name for record in judged(comparison.records) for name in record.metrics}
    prefix = "test_" if base != comparison.metric else ""
    names = (f"{prefix}{name}" for name in BESIDE.get(base, ("accuracy", "r2")))
    return next((name for name in names if name in known), None)


def _row(comparison: Comparison, verdict: Verdict, setting: Setting, beside: str | None) -> Row:
    records = judged(comparison.of(setting.index))
    tuned = comparison.tuned.get(setting.index)
    rates = (record.lr for record in records if record.lr is not None)
    reached = [record.goal_epoch for record in records if record.goal_epoch is not None]
    return Row(
        setting=setting,
        lr=next(rates, None) if tuned is None else tuned.lr,
        runs=len(records),
        diverged=_count(records, lambda one: one.status == "diverged"),
        failed=_count(records, lambda one: one.status == "failed"),
        metric=_spread(records, comparison.metric),
        beside=_spread(records, beside),
        reached=len(reached),
        goal_epochs=_by_half(reached, len(records)),
        seconds=median([record.seconds for record in records]) if records else None,
        group=verdict.group(setting.index),
    )


def _count(records: Sequence[Record], is_one: Callable[[Record], bool]) -> int:
    return sum(map(is_one, records))


def _spread(records: Sequence[Record], metric: str | None) -> Spread | None:
    if not records or metric is None:
        return None
    return spread([record.value(metric) for record in records])


def _by_half(epochs: Sequence[int], runs: int) -> int | None:
    """Return by which epoch half of the runs had reached the goal."""
    half = (runs + 1) // 2
    return sorted(epochs)[half - 1] if 0 < half <= len(epochs) else None

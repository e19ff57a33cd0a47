"""The columns that a comparison calls for, and every cell as a text."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nnplug.comparison.records import Comparison
from nnplug.comparison.spelling import (
    is_share,
    metric_name,
    metric_value,
    number,
    plain,
    rate,
)
from nnplug.comparison.tables.rows import Row, beside_metric, rows
from nnplug.comparison.verdict import Spread, Verdict

NOTHING = "-"
"""A cell in which there is nothing to say."""


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, and a cell a row.

    align : "left" for words, "right" for numbers;  words : whether cells are names, not numbers
    """

    heading: str
    cells: Sequence[str]
    align: Literal["left", "right"] = "right"
    words: bool = False


def columns(comparison: Comparison, verdict: Verdict, *, as_given: bool = False) -> list[Column]:
    """Return the columns of the table; its rows are best first, or in the order given."""
    found = rows(comparison, verdict, as_given=as_given)

    def column(heading: str, cell: Callable[[Row], str]) -> Column:
        return Column(heading, [cell(row) for row in found])

    names = [plain(row.setting.label) for row in found]
    table = [Column("setting", names, "left", words=True)]
    if comparison.tuned:
        table.append(column("lr", lambda row: NOTHING if row.lr is None else rate(row.lr)))
    beside = beside_metric(comparison)
    table += _spread_columns(comparison.metric, [row.metric for row in found], found)
    if beside is not None:
        table += _spread_columns(beside, [row.beside for row in found], found)
    table.append(column("diverged", lambda row: f"{row.diverged} of {row.runs}"))
    if any(row.failed for row in found):
        table.append(column("failed", lambda row: f"{row.failed} of {row.runs}"))
    if comparison.goal is not None:
        table.append(column(_to_goal(*comparison.goal), _goal_epochs))
        table.append(column("reached", lambda row: f"{row.reached} of {row.runs}"))
    table.append(column("seconds a run", _seconds))
    if any(pair.better is not None for pair in verdict.pairs):
        table.append(Column("verdict", [row.group for row in found], "left", words=True))
    return table


def _spread_columns(
    metric: str, spreads: Sequence[Spread | None], found: Sequence[Row]
) -> list[Column]:
    medians, quartiles = [], []
    for of, row in zip(spreads, found, strict=True):
        lost = "failed" if row.failed and not row.diverged else "diverged"
        medians.append(NOTHING if of is None else metric_value(metric, of.median, lost))
        quartiles.append(NOTHING if of is None or row.runs < 2 else _quartiles(metric, of, lost))
    return [Column(metric_name(metric), medians), Column("quartiles", quartiles)]


def _quartiles(metric: str, of: Spread, lost: str) -> str:
    low, high = metric_value(metric, of.low, lost), metric_value(metric, of.high, lost)
    if math.isinf(of.low) and of.low == of.high:
        return low
    if low.endswith(" %") and high.endswith(" %"):
        low = low.removesuffix(" %")
    return f"{low} .. {high}"


def _to_goal(metric: str, goal: float) -> str:
    if is_share(metric):
        return f"epochs to {metric_name(metric).removesuffix('accuracy')}{100 * goal:g} %"
    return f"epochs to {metric_name(metric)} {rate(goal)}"


def _goal_epochs(row: Row) -> str:
    return NOTHING if row.goal_epochs is None else str(row.goal_epochs)


def _seconds(row: Row) -> str:
    return NOTHING if row.seconds is None else number(row.seconds)

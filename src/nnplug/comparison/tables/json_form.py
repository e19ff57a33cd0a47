"""A comparison and its verdict as plain data that JSON holds."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nnplug.comparison.records import Comparison, judged
from nnplug.comparison.tables.rows import Row, beside_metric, rows
from nnplug.comparison.verdict import Pair, Verdict
from nnplug.comparison.words import say


def as_json(comparison: Comparison, verdict: Verdict, *, curves: bool = True) -> dict[str, Any]:
    """Return everything but the points of the data.

    Numbers that are not finite are the texts "inf", "-inf" and "nan".

    curves : False to leave out learning curves and surfaces, which are most of it
    """
    goal = comparison.goal
    beside = beside_metric(comparison)
    runs = [record.as_json() for record in judged(comparison.records)]
    if not curves:
        runs = [
            {key: value for key, value in run.items() if key not in ("curves", "surface")}
            for run in runs
        ]
    found = {
        "metric": comparison.metric,
        "higher_is_better": comparison.higher_is_better,
        "task": comparison.task,
        "goal": None if goal is None else {"metric": goal[0], "value": goal[1]},
        "seeds": list(comparison.seeds),
        "complete": comparison.complete(),
        "settings": [
            _setting(comparison, row, beside) for row in rows(comparison, verdict, as_given=True)
        ],
        "verdict": {
            "words": say(comparison, verdict),
            "alpha": verdict.alpha,
            "test": "exact Wilcoxon signed-rank over seeds, two-sided, Holm-corrected",
            "order": list(verdict.order),
            "leader": verdict.leader,
            "winner": verdict.winner,
            "not_told_apart": list(verdict.alike),
            "worse": list(verdict.worse),
            "not_compared": list(verdict.left_out),
            "seeds_needed": verdict.needed,
            "pairs": [_pair(pair) for pair in verdict.pairs],
        },
        "runs": runs,
    }
    strict: dict[str, Any] = _strict(found)
    return strict


def _setting(comparison: Comparison, row: Row, beside: str | None) -> dict[str, Any]:
    setting = row.setting
    tuned = comparison.tuned.get(setting.index)
    spreads = {comparison.metric: row.metric} | ({} if beside is None else {beside: row.beside})
    return {
        "index": setting.index,
        "label": setting.label,
        "varied": setting.varied,
        "config": setting.config,
        "lr": row.lr,
        "tuned": None if tuned is None else asdict(tuned),
        "verdict": row.group,
        "runs": row.runs,
        "diverged": row.diverged,
        "failed": row.failed,
        "metrics": {
            name: {"median": one.median, "q1": one.low, "q3": one.high}
            for name, one in spreads.items()
            if one is not None
        },
        "goal_reached": row.reached,
        "goal_epochs": row.goal_epochs,
        "seconds": row.seconds,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "first": pair.first,
        "second": pair.second,
        "better": pair.better,
        "seeds": pair.seeds,
        "p": pair.p,
        "p_holm": pair.p_holm,
        "rank_biserial": pair.effect,
        "wins": pair.wins,
        "losses": pair.losses,
        "ties": pair.ties,
        "median_difference": pair.difference,
        "interval": None if pair.interval is None else pair.interval._asdict(),
    }


def _strict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)

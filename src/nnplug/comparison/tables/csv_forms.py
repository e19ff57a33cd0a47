"""A comparison for spreadsheets: a row a run, a row a setting, a row a pair.

Numbers are written in full; "inf" and "-inf" stand for the worst there is, an empty cell for
nothing.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from nnplug.comparison.records import Comparison, Record, Setting, judged
from nnplug.comparison.tables.rows import beside_metric, rows
from nnplug.comparison.verdict import Spread, Verdict


def as_csv(comparison: Comparison) -> str:
    """Return a row a run, in the order of settings and seeds.

    "judged" is the metric as the verdict takes it. Of a run that diverged the other metrics are
    those of its best weights.
    """
    settings = {one.index: one for one in comparison.settings}
    varied = _varied(comparison.settings)
    metrics = list(
        dict.fromkeys(name for record in judged(comparison.records) for name in record.metrics)
    )
    plain = ("goal_epoch", "epochs", "seconds", "together", "reason", "error", "note")
    heading = ["setting", "label", *(f"varied_{name}" for name in varied), "seed", "lr"]
    heading += ["status", "judged", *metrics, *plain]

    def cells(record: Record) -> list[Any]:
        return [
            *_setting(settings[record.setting], varied),
            *(record.seed, record.lr, record.status, record.value(comparison.metric)),
            *(record.metrics.get(name) for name in metrics),
            *(getattr(record, name) for name in plain),
        ]

    ordered = (record for index in settings for record in judged(comparison.of(index)))
    return _csv([heading, *map(cells, ordered)])


def settings_csv(comparison: Comparison, verdict: Verdict, *, as_given: bool = False) -> str:
    """Return a row a setting: the table in numbers, and each setting against the leader."""
    beside = beside_metric(comparison)
    metrics = [comparison.metric, *([] if beside is None else [beside])]
    varied = _varied(comparison.settings)
    heading = [
        *("setting", "label", *(f"varied_{name}" for name in varied), "lr", "verdict"),
        *("runs", "diverged", "failed"),
        *(f"{name}_{what}" for name in metrics for what in ("median", "q1", "q3")),
        *("goal_epochs", "goal_reached", "seconds"),
        *("p_holm_to_best", "effect_to_best", "wins_to_best", "losses_to_best"),
    ]
    found = []
    for row in rows(comparison, verdict, as_given=as_given):
        spreads = [row.metric, row.beside][: len(metrics)]
        found.append(
            [
                *_setting(row.setting, varied),
                *(row.lr, row.group, row.runs, row.diverged, row.failed),
                *(number for one in spreads for number in _numbers(one)),
                *(row.goal_epochs, row.reached, row.seconds),
                *_to_leader(verdict, row.setting.index),
            ]
        )
    return _csv([heading, *found])


def pairs_csv(comparison: Comparison, verdict: Verdict) -> str:
    """Return a row for every two settings that are compared."""
    labels = {one.index: one.label for one in comparison.settings}
    heading = ["first", "second", "first_label", "second_label", "seeds", "p", "p_holm", "effect"]
    heading += ["wins", "losses", "ties", "median_difference", "low", "high", "coverage", "better"]
    found = [
        [
            *(pair.first, pair.second, labels[pair.first], labels[pair.second]),
            *(pair.seeds, pair.p, pair.p_holm, pair.effect, pair.wins, pair.losses, pair.ties),
            *(pair.difference, *(pair.interval or (None, None, None)), pair.better),
        ]
        for pair in verdict.pairs
    ]
    return _csv([heading, *found])


def _varied(settings: Sequence[Setting]) -> list[str]:
    return list(dict.fromkeys(name for one in settings for name in one.varied))


def _setting(setting: Setting, varied: Sequence[str]) -> list[Any]:
    return [setting.index, setting.label, *(setting.varied.get(name) for name in varied)]


def _numbers(of: Spread | None) -> tuple[float | None, ...]:
    return (None, None, None) if of is None else (of.median, of.low, of.high)


def _to_leader(verdict: Verdict, setting: int) -> tuple[Any, ...]:
    leader = verdict.leader
    if leader is None or setting == leader or setting in verdict.left_out:
        return (None, None, None, None)
    pair = verdict.pair(setting, leader)
    return (pair.p_holm, pair.effect, pair.wins, pair.losses)


def _csv(lines: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()

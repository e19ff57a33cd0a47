"""What the table says about each setting."""

import math

from made_comparisons import made, three
from nnplug.comparison.records import Tuned
from nnplug.comparison.tables.rows import beside_metric, rows
from nnplug.comparison.verdict import judge

INF = math.inf


def labels(found):
    return [row.setting.label for row in found]


def test_the_best_setting_is_first_unless_asked_otherwise():
    comparison = three()
    verdict = judge(comparison)
    assert labels(rows(comparison, verdict)) == ["adam", "sgd:momentum=0.9", "gd"]
    assert labels(rows(comparison, verdict, as_given=True)) == ["gd", "adam", "sgd:momentum=0.9"]


def test_a_row_counts_and_summarizes_its_runs():
    comparison = three()
    best, second, last = rows(comparison, judge(comparison))
    assert (best.runs, best.diverged, best.failed) == (8, 0, 0)
    assert (second.runs, second.diverged) == (8, 2)
    assert second.metric is not None
    assert second.metric.high == INF
    assert second.beside is not None
    assert second.beside.low == -INF
    assert (best.group, second.group, last.group) == ("best", "worse", "worse")
    assert best.seconds == 0.25


def test_epochs_to_the_target_are_those_by_which_half_had_reached_it():
    comparison = three()
    best, second, last = rows(comparison, judge(comparison))
    assert (best.reached, best.goal_epochs) == (8, 40)
    assert (second.reached, second.goal_epochs) == (4, 400)
    assert (last.reached, last.goal_epochs) == (0, None)
    odd = made({"a": [1.0, 2.0, 3.0]}, goal=("loss", 1), reached={"a": [5, None, None]})
    assert rows(odd, judge(odd))[0].goal_epochs is None
    odd = made({"a": [1.0, 2.0, 3.0]}, goal=("loss", 1), reached={"a": [5, None, 3]})
    assert rows(odd, judge(odd))[0].goal_epochs == 5


def test_a_setting_without_runs_has_a_row():
    comparison = made({"a": [1.0, 2.0], "b": [None, None]}, goal=("loss", 1))
    row = rows(comparison, judge(comparison))[1]
    assert (row.runs, row.metric, row.beside, row.seconds) == (0, None, None, None)
    assert (row.goal_epochs, row.group) == (None, "not compared")


def test_the_lr_is_the_one_that_was_tuned():
    tuned = Tuned(0.3, (0.1, 0.3, 1), (1, 0, 1), at_edge=False, seeds=4)
    comparison = made({"a": [1.0, 2.0]}, tuned={"a": tuned})
    assert rows(comparison, judge(comparison))[0].lr == 0.3


def test_a_score_stands_beside_the_loss_and_the_loss_beside_a_score():
    assert beside_metric(three()) == "accuracy"
    assert beside_metric(made({"a": [1.0]}, beside={"r2": 0.5, "mae": 1})) == "r2"
    assert beside_metric(made({"a": [1.0]}, metric="accuracy", beside={"loss": 1})) == "loss"
    held_out = made({"a": [1.0]}, metric="test_loss", beside={"accuracy": 1, "test_accuracy": 1})
    assert beside_metric(held_out) == "test_accuracy"
    assert beside_metric(made({"a": [1.0]})) is None

"""What is said beside the verdict: learning rates, runs that were lost, seeds that are missing."""

import math

import pytest

from made_comparisons import made
from nnplug.comparison.caveats import caveats, rates_clause
from nnplug.comparison.records import Tuned
from nnplug.comparison.verdict import judge

INF = math.inf
TUNE = "Another lr may order them otherwise: --tune lr=1e-4..1:log9 finds each its own."
RATES = (0.01, 0.1, 1.0)


def rising(start, n=16):
    return [start + 0.01 * i for i in range(n)]


def clause(comparison):
    return rates_clause(comparison, judge(comparison))


def beside(comparison):
    return caveats(comparison, judge(comparison))


def tuned(lr, *, at_edge=False, values=(3.0, 1.0, 2.0)):
    return Tuned(lr, RATES, values, at_edge, seeds=4)


PAIR = {"gd": rising(2), "adam": rising(1)}


def test_one_lr_for_all_is_this_lr():
    assert clause(made(PAIR)) == "At this lr (0.1)"
    assert beside(made(PAIR)) == [TUNE]


def test_an_lr_each_is_these_lrs():
    assert clause(made(PAIR, lr={"gd": 0.1, "adam": 1e-5})) == "At these lrs (gd 0.1 and adam 1e-5)"


def test_many_lrs_are_a_range():
    many = {f"s{i}": rising(i) for i in range(6)}
    assert clause(made(many, lr={f"s{i}": 0.1 * (i + 1) for i in range(6)})) == (
        "At these lrs (0.1 to 0.6)"
    )
    assert clause(made(many)) == "At this lr (0.1)"


def test_an_lr_that_nobody_knows_is_not_made_up():
    failed = made({"a": ["boom", INF], "b": ["boom", INF]})
    records = [type(r)(r.setting, r.seed, status=r.status, error=r.error) for r in failed.records]
    unknown = type(failed)(failed.settings, failed.seeds, "loss", None, "binary", records)
    assert clause(unknown) == "At these lrs"


@pytest.mark.parametrize("varied", ["lr", "optimizer.lr", "dtype", "threshold", "callback"])
def test_no_lr_is_named_where_it_is_varied_itself_or_does_not_matter(varied):
    comparison = made({"float64": rising(1), "float32": rising(2)}, varied=varied)
    assert clause(comparison) == ""
    assert beside(comparison) == []


@pytest.mark.parametrize("varied", ["optimizer", "hidden_dims", "batch_size", "optimizer.beta1"])
def test_what_changes_the_best_lr_is_judged_at_this_lr(varied):
    assert clause(made(PAIR, varied=varied)) == "At this lr (0.1)"


def test_each_at_its_own_lr():
    comparison = made(PAIR, tuned={"gd": tuned(1.0), "adam": tuned(0.1)})
    assert clause(comparison) == "Each at its own lr"
    assert beside(comparison) == ["Each lr was chosen on 4 other seeds: gd 1 and adam 0.1."]


def test_an_lr_at_the_edge_of_its_range_is_said():
    comparison = made(
        {**PAIR, "momentum": rising(3)},
        tuned={
            "gd": tuned(1.0, at_edge=True),
            "adam": tuned(0.01, at_edge=True),
            "momentum": tuned(1.0, at_edge=True),
        },
    )
    assert beside(comparison)[1:] == [
        "The smallest lr tried was the best for adam: a smaller one may be better.",
        "The largest lr tried was the best for gd and momentum: a larger one may be better.",
    ]


def test_a_setting_that_no_lr_suits_is_said():
    comparison = made(
        {"gd": [INF] * 16, "adam": rising(1)},
        tuned={"gd": tuned(0.01, values=(INF, INF, INF)), "adam": tuned(0.1)},
    )
    assert "At every lr tried, half of the runs or more were lost for gd." in beside(comparison)


def test_a_setting_without_its_own_lr_is_said():
    comparison = made(PAIR, tuned={"adam": tuned(0.1)})
    assert clause(comparison) == "At this lr (0.1)"
    assert beside(comparison)[-1] == "No lr was chosen for gd."


def test_how_many_seeds_chose_is_left_open_where_it_is_not_known():
    unknown = Tuned(0.1, RATES, (1, 2, 3), at_edge=False)
    comparison = made(PAIR, tuned={"gd": unknown, "adam": unknown})
    assert beside(comparison) == ["Each lr was chosen on other seeds: gd 0.1 and adam 0.1."]


def test_lost_runs_are_counted():
    comparison = made(
        {
            "gd": [INF] * 3 + rising(1, 13),
            "adam": ["no such\nlayer"] * 2 + rising(1, 14),
            "broken": ["1/0: a division"] * 16,
            "later": [None] * 16,
        },
        varied="lr",
    )
    assert beside(comparison) == [
        "Diverged, and counted as the worst: lr gd 3 of 16.",
        "Failed, and counted as the worst: lr adam 2 of 16.",
        "lr broken is not compared: every run failed (1/0: a division).",
        "lr later is not compared: it has no finished run.",
    ]


def test_a_run_without_the_metric_is_said_to_count_as_the_worst():
    comparison = made({"gd": rising(1), "adam": [math.nan] * 4 + rising(1, 12)}, varied="lr")
    assert beside(comparison) == [
        "Without a finite number, and counted as the worst: lr adam 4 of 16."
    ]


def test_missing_runs_are_said():
    comparison = made(
        {"gd": rising(1), "adam": [*rising(2)[:14], None, None], "sgd": [None, *rising(3)[1:]]},
        varied="lr",
    )
    assert beside(comparison) == [
        "Not all 16 seeds have run: lr adam 14 seeds and lr sgd 15 seeds. A pair is judged by what "
        "both have."
    ]

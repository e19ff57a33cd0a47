"""What becomes of claims, on runs that were never trained."""

import math
from typing import Any

import pytest

from nnplug.comparison.claims import Claim
from nnplug.comparison.outcomes import Settled, settle_claims
from nnplug.comparison.records import Comparison, Record, Setting

SEEDS = 16


def comparison(*values: Any, metric: str = "loss") -> Comparison:
    """Return one of as many settings as there are rows of values, a value a seed."""
    settings = [
        Setting(i, {"optimizer": name}, {}) for i, name in enumerate("abcdefgh"[: len(values)])
    ]
    records = [
        Record(i, seed, status="diverged")
        if value is None
        else Record(i, seed, metrics={metric: float(value)})
        for i, row in enumerate(values)
        for seed, value in enumerate(row)
    ]
    seeds = max(map(len, values))
    return Comparison(settings, range(seeds), metric, None, "binary", records)


def settled(claim: Claim, *values: Any) -> Settled:
    (found,) = settle_claims([claim], comparison(*values, metric=claim.metric))
    return found


LOW, HIGH = [float(i) for i in range(1, 17)], [i + 0.5 for i in range(1, 17)]
BETTER = Claim("a is better", "loss", pairs=((0, 1),))


def test_what_wins_in_every_seed_is_better() -> None:
    found = settled(BETTER, LOW, HIGH)
    assert found.outcome == "held"
    assert found.findings[0].figures == (
        "loss: lower in 16 of 16 seeds; medians 8.500 and 9.000; p = 3.1e-5"
    )
    assert found.findings[0].p == 2 / 2**16
    assert found.seeds == "16 seeds"


def test_a_pair_is_called_by_what_tells_it_apart() -> None:
    settings = [Setting(i, {"optimizer": "adam", "lr": lr}, {}) for i, lr in enumerate("12")]
    runs = [Record(i, seed, metrics={"loss": 1.0}) for i in range(2) for seed in range(3)]
    found = settle_claims([BETTER], Comparison(settings, range(3), "loss", None, "binary", runs))
    assert found[0].findings[0].about == "lr 1 against lr 2 (adam)"


def test_what_loses_in_every_seed_is_not_and_more_of_accuracy_is_better() -> None:
    assert settled(BETTER, HIGH, LOW).outcome == "not held"
    shares = [[i / 20 for i in row] for row in (LOW, HIGH)]
    accuracy = Claim("a is better", "accuracy", pairs=((0, 1),))
    assert settled(accuracy, *shares).outcome == "not held"
    assert settled(accuracy, *shares[::-1]).outcome == "held"


def test_what_is_equal_or_has_few_seeds_is_undecided() -> None:
    equal = settled(BETTER, LOW, LOW)
    assert equal.outcome == "undecided"
    assert "lower in 0 of 16 seeds, 16 tied" in equal.findings[0].figures
    assert settled(BETTER, LOW[:5], HIGH[:5]).outcome == "undecided"
    assert settled(BETTER, LOW[:6], HIGH[:6]).outcome == "held"


def test_a_run_that_diverged_is_worse_than_any() -> None:
    assert settled(BETTER, HIGH, [None] * SEEDS).outcome == "held"
    assert settled(BETTER, [None] * SEEDS, [None] * SEEDS).outcome == "undecided"


def test_only_seeds_that_both_have_are_compared() -> None:
    found = settled(BETTER, LOW[:8], HIGH)
    assert found.findings[0].seeds == 8
    assert settled(BETTER, [], HIGH).findings[0].figures == "no seed in common"


def test_a_claim_about_several_holds_if_it_holds_for_each() -> None:
    both = Claim("a is better than both", "loss", pairs=((0, 1), (0, 2)))
    assert settled(both, LOW, HIGH, HIGH).outcome == "held"
    found = settled(both, LOW, HIGH, LOW)
    assert found.outcome == "undecided"
    assert found.summary == "16 seeds; shown for 1 of 2 pairs"
    found = settled(both, HIGH, [v + 1 for v in HIGH], LOW)
    assert found.outcome == "not held"
    assert found.summary == "16 seeds; shown for 1 of 2 pairs, the contrary for 1"
    assert [one.outcome for one in found.findings] == ["held", "not held"]


def test_of_many_pairs_one_against_it_by_chance_refutes_nothing() -> None:
    # 6 losses of 6 are p = 0.031: enough for one pair, not for the worst of two.
    two = Claim("a is better than both", "loss", pairs=((0, 1), (0, 2)))
    assert settled(BETTER, HIGH[:6], LOW[:6]).outcome == "not held"
    assert settled(two, HIGH[:6], LOW[:6], [9.0] * 6).outcome == "undecided"


@pytest.mark.parametrize(
    ("right", "outcome"),
    [
        (16, "held"),
        (13, "held"),
        (12, "undecided"),
        (4, "undecided"),
        (3, "not held"),
        (0, "not held"),
    ],
)
def test_a_bound_is_to_be_kept_by_more_than_half_of_all_runs(right: int, outcome: str) -> None:
    claim = Claim("it reaches 100 %", "accuracy", settings=(0,), low=1.0)
    found = settled(claim, [1.0] * right + [0.5] * (SEEDS - right))
    assert found.outcome == outcome


def test_the_figures_of_a_bound() -> None:
    claim = Claim("about 50 %", "accuracy", settings=(0,), low=0.45, high=0.55)
    found = settled(claim, [0.5] * 15 + [0.6])
    assert found.findings[0].figures == (
        "accuracy: from 45 % to 55 % in 15 of 16 seeds (at 95 %: 70 to 100 % of all runs)"
    )
    at_most = Claim("at most", "loss", settings=(0,), high=2.0, share=0.05)
    assert settled(at_most, [1.0, 3.0]).findings[0].figures == (
        "loss: at most 2 in 1 of 2 seeds (at 95 %: 1 to 99 % of all runs); "
        "claimed are more than 5 %"
    )


@pytest.mark.parametrize(("failed", "outcome"), [(0, "undecided"), (3, "undecided"), (4, "held")])
def test_some_runs_are_enough_where_a_small_share_is_claimed(failed: int, outcome: str) -> None:
    claim = Claim("it may fail", "accuracy", settings=(0,), high=0.99, share=0.05)
    assert settled(claim, [0.5] * failed + [1.0] * (SEEDS - failed)).outcome == outcome


def test_what_diverged_keeps_no_lower_bound_of_accuracy_and_exceeds_every_loss() -> None:
    lost = [None] * SEEDS
    accuracy = Claim("x", "accuracy", settings=(0,), low=0.0)
    assert settled(accuracy, lost).outcome == "not held"
    loss = Claim("x", "loss", settings=(0,), low=10.0)
    assert settled(loss, lost).outcome == "held"


def test_whether_runs_diverge() -> None:
    claim = Claim("it diverges", "loss", settings=(0, 1), diverges=True)
    found = settled(claim, [None] * SEEDS, [1.0] * SEEDS)
    assert found.outcome == "not held"
    assert [one.outcome for one in found.findings] == ["held", "not held"]
    assert found.findings[0].figures.startswith("diverges in 16 of 16 seeds")
    never = Claim("it does not", "loss", settings=(1,), diverges=False)
    assert settled(never, [None] * SEEDS, [1.0] * SEEDS).outcome == "held"


def test_a_claim_about_nothing_and_a_setting_without_runs_are_undecided() -> None:
    nothing = settled(Claim("x", "loss"), LOW)
    assert (nothing.outcome, nothing.summary) == ("undecided", "0 seeds; shown for 0 of 0 settings")
    without = settled(Claim("x", "loss", settings=(1,), low=1.0), LOW, [])
    assert without.outcome == "undecided"
    assert without.findings[0].figures == "no run has ended"


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_claim_that_is_just_not_true_is_seldom_called_so(share: float) -> None:
    # Of runs each of which keeps the bound with exactly this probability, every count has a known
    # chance: what would wrongly hold, and what would wrongly not, take at most 2.5 % each.
    claim = Claim("x", "accuracy", settings=(0,), low=1.0, share=share)
    chance = {"held": 0.0, "not held": 0.0, "undecided": 0.0}
    for k in range(SEEDS + 1):
        found = settled(claim, [1.0] * k + [0.0] * (SEEDS - k))
        chance[found.outcome] += math.comb(SEEDS, k) * share**k * (1 - share) ** (SEEDS - k)
    assert sum(chance.values()) == pytest.approx(1)
    assert chance["held"] <= 0.025
    assert chance["not held"] <= 0.025

"""What is proved by the runs of a comparison, and what is not."""

import math
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_comparisons import made
from nnplug.comparison.verdict import judge

INF = math.inf


def rising(start, step=0.01, n=16):
    """Return n values, each with digits of its own."""
    return [start + step * i for i in range(n)]


def shifted(values, by):
    """Return values with differences from them that have no ties."""
    return [v + by * (1 + 0.001 * i) for i, v in enumerate(values)]


def test_the_better_of_two_wins():
    gd = rising(1)
    verdict = judge(made({"gd": gd, "adam": shifted(gd, -0.5)}))
    assert (verdict.leader, verdict.winner) == (1, 1)
    assert verdict.order == (1, 0)
    assert (verdict.alike, verdict.worse) == ((), (0,))
    assert [verdict.group(i) for i in (0, 1)] == ["worse", "best"]
    (pair,) = verdict.pairs
    assert pair.better == 1
    assert pair.p == pair.p_holm == 2 / 2**16
    assert (pair.wins, pair.losses, pair.ties, pair.seeds) == (0, 16, 0, 16)
    assert pair.effect == -1
    assert pair.difference == pytest.approx(0.5 * 1.0075)
    assert pair.interval is not None
    assert pair.interval[:2] == pytest.approx((0.5 * 1.003, 0.5 * 1.012))


def test_a_pair_can_be_seen_from_either_side():
    gd = rising(1)
    verdict = judge(made({"gd": gd, "adam": shifted(gd, -0.5)}))
    adam = verdict.pair(1, 0)
    assert (adam.first, adam.second, adam.better) == (1, 0, 1)
    assert (adam.wins, adam.losses, adam.effect) == (16, 0, 1)
    assert adam.difference == -verdict.pair(0, 1).difference
    assert adam.turned() == verdict.pair(0, 1)
    assert adam.interval is not None
    assert adam.interval.low < adam.interval.high < 0
    with pytest.raises(KeyError):
        verdict.pair(0, 7)


def test_more_of_accuracy_is_better():
    verdict = judge(
        made({"gd": rising(0.5), "adam": shifted(rising(0.5), 0.2)}, metric="test_accuracy")
    )
    assert verdict.winner == 1
    assert verdict.pairs[0].effect == -1
    assert verdict.pairs[0].difference < 0


def test_settings_that_are_close_are_not_told_apart():
    a = rising(1)
    b = [v + (0.1 if i % 2 else -0.1) * (1 + i / 100) for i, v in enumerate(a)]
    verdict = judge(made({"a": a, "b": b}))
    assert verdict.winner is None
    assert verdict.leader is not None
    assert (len(verdict.alike), verdict.worse) == (1, ())
    assert verdict.pairs[0].p > 0.05


def test_one_of_three_may_be_alike_and_one_worse():
    best = rising(1)
    near = [v + (0.1 if i % 2 else -0.09) * (1 + i / 100) for i, v in enumerate(best)]
    verdict = judge(made({"far": shifted(best, 2), "best": best, "near": near}))
    assert verdict.winner is None
    assert verdict.leader in (1, 2)
    assert verdict.worse == (0,)
    assert set(verdict.alike) == {1, 2} - {verdict.leader}


def test_what_another_is_better_than_cannot_be_the_best():
    # c has the best median, and not often enough to be told from a; but b is better than a.
    a = rising(1)
    b = shifted(a, -0.1)
    c = [v - 0.5 if i < 9 else v + 5 + i for i, v in enumerate(a)]
    verdict = judge(made({"a": a, "b": b, "c": c}))
    assert verdict.leader == 2
    assert verdict.pair(0, 2).better is None
    assert (verdict.alike, verdict.worse) == ((1,), (0,))
    assert verdict.group(0) == "worse"
    assert verdict.p_worse(0) == verdict.pair(0, 1).p_holm


def test_many_pairs_need_more_evidence():
    base = rising(1)
    # Six of six: p = 0.03 for a pair alone, and 0.09 among three.
    few = {"a": base[:6], "b": shifted(base, 0.5)[:6]}
    assert judge(made(few)).winner == 0
    three = judge(made({**few, "c": shifted(base, 1)[:6]}))
    assert three.winner is None
    assert [pair.p_holm for pair in three.pairs] == pytest.approx([3 / 32] * 3)
    assert three.needed == 7


def test_a_run_that_diverged_is_the_worst_of_all():
    a = rising(1)
    verdict = judge(made({"a": a, "b": [INF] * 10 + a[10:]}))
    assert verdict.winner == 0
    pair = verdict.pairs[0]
    assert (pair.wins, pair.losses, pair.ties) == (10, 0, 6)
    assert pair.difference == -INF
    assert pair.interval is not None
    assert pair.interval.high == 0


def test_runs_that_both_diverged_are_ties():
    verdict = judge(made({"a": [INF] * 16, "b": [INF] * 16}))
    assert verdict.pairs[0].ties == 16
    assert verdict.pairs[0].p == 1
    assert verdict.pairs[0].difference == 0
    assert verdict.winner is None


def test_a_failed_run_counts_as_the_worst_and_a_setting_of_failures_is_left_out():
    a = rising(1)
    verdict = judge(made({"a": a, "b": ["boom"] * 8 + a[8:], "c": ["boom"] * 16}))
    assert verdict.left_out == (2,)
    assert verdict.order == (0, 1, 2)
    assert verdict.group(2) == "not compared"
    assert len(verdict.pairs) == 1
    assert verdict.pairs[0].wins == 8
    assert 2 not in verdict.spreads


def test_a_pair_is_judged_by_the_seeds_that_both_have():
    a, b = rising(1), shifted(rising(1), 0.5)
    verdict = judge(made({"a": [None, None, *a[2:]], "b": [*b[:15], None], "c": [None] * 16}))
    pair = verdict.pair(0, 1)
    assert pair.seeds == 13
    assert pair.p == 2 / 2**13
    assert verdict.left_out == (2,)


def test_settings_without_a_seed_in_common_prove_nothing():
    verdict = judge(made({"a": [1.0, None], "b": [None, 2.0]}))
    (pair,) = verdict.pairs
    assert (pair.seeds, pair.p, pair.difference, pair.interval) == (0, 1, 0, None)
    assert verdict.winner is None


def test_rounding_makes_no_winner():
    a = rising(1)
    hair = [v * (1 + 1e-12) for v in a]
    assert judge(made({"a": a, "b": hair})).pairs[0].ties == 16
    single = [v * (1 + 1e-5) for v in a]
    assert judge(made({"a": a, "b": single})).winner == 0
    assert judge(made({"a": a, "b": single}, config={"dtype": "float32"})).pairs[0].ties == 16


def test_one_setting_has_no_rival():
    verdict = judge(made({"a": rising(1)}))
    assert (verdict.leader, verdict.winner, verdict.pairs) == (0, None, ())
    assert verdict.spreads[0].median == pytest.approx(1.075)


def test_no_setting_has_no_leader():
    verdict = judge(made({}))
    assert (verdict.leader, verdict.order, verdict.needed) == (None, (), 0)


def test_equal_medians_are_ordered_by_their_worse_half():
    verdict = judge(made({"a": [1, 2, 9.0], "b": [1, 2, 3.0], "c": [0, 2, 3.0]}))
    assert verdict.order == (2, 1, 0)
    verdict = judge(made({"a": [0.1, 0.8, 0.9], "b": [0.7, 0.8, 0.9]}, metric="accuracy"))
    assert verdict.order == (1, 0)


def test_stone_paper_and_scissors_have_no_leader():
    # In two seeds of three each is a little worse than the next, and in one far better.
    third = 250
    values = np.array([[0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [2.0, 0.0, 1.0]])
    of_seeds = np.repeat(values, third, axis=1)
    verdict = judge(made({name: list(of_seeds[i]) for i, name in enumerate("abc")}))
    assert all(pair.better is not None for pair in verdict.pairs)
    assert len({pair.better for pair in verdict.pairs}) == 3
    assert verdict.leader is None
    assert verdict.winner is None
    assert verdict.alike == ()
    assert {verdict.group(i) for i in range(3)} == {"worse"}


def test_alike_settings_get_a_winner_in_few_trials():
    # benchmarks/equal_settings.py does this with networks, and more of it.
    rng = np.random.default_rng(5)
    trials, told = 400, 0
    for _ in range(trials):
        drawn = rng.standard_cauchy((3, 16)).round(1)
        drawn[drawn > 5] = INF
        verdict = judge(made({str(i): list(row) for i, row in enumerate(drawn)}))
        told += any(pair.better is not None for pair in verdict.pairs)
    assert 0 < told <= 0.05 * trials


few = st.lists(
    st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.6, 1.0, 3.0, INF]), min_size=8, max_size=8),
    min_size=2,
    max_size=4,
)


@given(few)
@settings(max_examples=50)
def test_the_verdict_does_not_depend_on_the_order_of_settings_or_seeds(values):
    first = judge(made({str(i): row for i, row in enumerate(values)}))
    swapped = [row[::-1] for row in values[::-1]]
    second = judge(made({str(i): row for i, row in enumerate(swapped)}))
    n = len(values)
    for a, b in permutations(range(n), 2):
        one, other = first.pair(a, b), second.pair(n - 1 - a, n - 1 - b)
        assert one.p_holm == other.p_holm
        assert one.effect == other.effect
        assert one.difference == other.difference
        assert (one.better == a) == (other.better == n - 1 - a)


@given(few)
@settings(max_examples=50)
def test_groups_agree_with_the_pairs(values):
    verdict = judge(made({str(i): row for i, row in enumerate(values)}))
    medians = [verdict.spreads[i].median for i in verdict.order]
    assert all(a <= b for a, b in pairwise(medians))
    leader = verdict.leader
    if leader is not None:
        assert sorted([leader, *verdict.alike, *verdict.worse]) == list(range(len(values)))
        beaten = {
            i for i, j in permutations(range(len(values)), 2) if verdict.pair(i, j).better == j
        }
        assert set(verdict.worse) == beaten
        assert all(verdict.p_worse(i) <= 0.05 for i in beaten)
        assert all(verdict.p_worse(i) == 1 for i in (leader, *verdict.alike))
        won = [verdict.pair(leader, i).better == leader for i in range(len(values)) if i != leader]
        assert (verdict.winner == leader) == all(won)

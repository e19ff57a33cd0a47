"""The statistics of paired runs, against published tables, other programs and enumeration."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.comparison.statistics import (
    differences,
    holm,
    least_p,
    median,
    median_interval,
    quantile,
    seeds_to_decide,
    signed_rank,
)

INF = math.inf

# The largest sum of ranks of the rarer sign that is significant, from n = 6: OEIS A226330, which is
# at 2.5 % on one side.
FIVE_PERCENT = [0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52, 58, 65, 73, 81, 89]
# The same at 1 %, from n = 8, by scipy.stats.wilcoxon(method="exact") of SciPy 1.17.1.
ONE_PERCENT = [0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37, 42, 48, 54, 61, 68]


def with_rank_sum(n, negative):
    """Return 1 .. n with signs such that the negative ones sum up to this."""
    found = list(range(1, n + 1))
    for rank in range(n, 0, -1):
        if rank <= negative:
            found[rank - 1] = -rank
            negative -= rank
    assert negative == 0
    return found


@pytest.mark.parametrize(
    ("n", "critical", "alpha"),
    [(6 + i, t, 0.05) for i, t in enumerate(FIVE_PERCENT)]
    + [(8 + i, t, 0.01) for i, t in enumerate(ONE_PERCENT)],
)
def test_the_critical_values_are_those_of_published_tables(n, critical, alpha):
    assert signed_rank(with_rank_sum(n, critical)).p <= alpha
    assert signed_rank(with_rank_sum(n, critical + 1)).p > alpha


def test_darwins_maize_as_everybody_has_it():
    # Heights of 15 pairs in eighths of an inch (Darwin 1876; Fisher 1935).
    found = signed_rank([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    assert (found.plus, found.minus) == (96, 24)
    assert found.p == 0.041259765625  # 1,352 of 32,768 ways; SciPy has the same
    assert found.effect == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("values", "p"),
    [
        # SciPy 1.17.1: wilcoxon(zero_method="pratt", method=PermutationMethod(n_resamples=inf))
        ([3, -1, 0, 2, 2, -2, 5, 0, 1, 4], 0.1171875),
        ([1, 1, 1, -1, 0, 0, 2, 2, -3, 3, 3, 4], 0.080078125),
        # method="exact", n = 50 and 200: 1 .. n, every third negative
        ([-i if i % 3 == 1 else i for i in range(1, 51)], 0.03996834652842374),
        ([-i if i % 3 == 1 else i for i in range(1, 201)], 3.612571671651743e-05),
    ],
)
def test_ties_zeros_and_many_seeds_are_as_in_scipy(values, p):
    assert signed_rank(values).p == pytest.approx(p, rel=1e-10)


def by_enumeration(values):
    """Return p from the definition: all ways to set the signs of what is not 0."""
    sizes = [abs(v) for v in values]
    ranks = [
        Fraction(sum(s < size for s in sizes) * 2 + sizes.count(size) + 1, 2) for size in sizes
    ]
    moving = [(rank, v > 0) for rank, v in zip(ranks, values, strict=True) if v != 0]
    observed = abs(sum(rank if up else -rank for rank, up in moving))
    ways = list(product((1, -1), repeat=len(moving)))
    far = sum(
        abs(sum(s * rank for s, (rank, _) in zip(way, moving, strict=True))) >= observed
        for way in ways
    )
    return Fraction(far, len(ways))


few_values = st.lists(st.sampled_from([-INF, -3, -2, -1, 0, 1, 2, 3, 4, INF]), max_size=9)


@given(few_values)
def test_p_is_the_share_of_signs_that_are_as_far_apart(values):
    assert Fraction(signed_rank(values).p) == by_enumeration(values)


def test_p_is_the_share_of_signs_for_a_dozen_seeds():
    values = [0, 0.5, 0.5, -0.5, 1, -2, 3, 3, 7, 8, INF, -INF]
    assert Fraction(signed_rank(values).p) == by_enumeration(values)


@given(st.lists(st.sampled_from([0, 1, 2, 2.5, 7, INF]), min_size=1, max_size=9))
def test_alike_settings_are_told_apart_no_more_often_than_alpha(sizes):
    ways = [
        signed_rank([s * d for s, d in zip(way, sizes, strict=True)]).p
        for way in product((1, -1), repeat=len(sizes))
    ]
    for alpha in {*ways, 0.05, 0.01}:
        assert sum(p <= alpha for p in ways) <= alpha * len(ways)


numbers = st.floats(allow_nan=False, width=32)


@given(st.lists(numbers, max_size=40))
def test_the_test_does_not_care_for_names_or_order(values):
    found = signed_rank(values)
    assert 0 < found.p <= 1
    assert -1 <= found.effect <= 1
    turned = signed_rank([-v for v in reversed(values)])
    assert turned.p == found.p
    assert (turned.plus, turned.minus, turned.effect) == (found.minus, found.plus, -found.effect)


@given(st.lists(st.sampled_from([-3, -2, 1, 2, 3, 4]), min_size=1, max_size=12), st.integers(1, 4))
def test_a_tie_that_becomes_a_win_never_raises_p(values, ties):
    before = signed_rank([*values, *[0] * ties])
    after = signed_rank([*values, *[0] * (ties - 1), 0.5])
    if before.plus >= before.minus:
        assert after.p <= before.p


def test_without_differences_there_is_no_evidence():
    for values in ([], [0.0], [0.0] * 16):
        assert signed_rank(values) == signed_rank([])
        assert signed_rank(values).p == 1
        assert signed_rank(values).effect == 0


@pytest.mark.parametrize("n", [1, 2, 6, 16, 60])
def test_nothing_is_surer_than_a_win_in_every_seed(n):
    assert signed_rank(range(1, n + 1)).p == least_p(n) == min(1, 2 / 2**n)
    assert signed_rank([INF] * n).p == least_p(n)
    assert signed_rank(range(1, n + 1)).effect == 1


def test_p_is_above_zero_however_many_seeds_there_are():
    assert 0 < signed_rank(np.ones(1100)).p < 1e-300


def test_differences_take_equal_infinities_as_ties():
    found = differences([1, INF, INF, 2, -INF], [3, INF, 2, INF, -INF])
    assert found.tolist() == [-2, 0, INF, -INF, 0]


def test_differences_within_rounding_are_ties():
    found = differences([1, 1, 1e-20, 0, INF], [1 + 1e-12, 1 + 1e-6, 2e-20, 0, 1], 1e-9)
    assert found[0] == 0
    assert found[1] < 0
    assert found[2] < 0  # small numbers are compared as strictly as large ones
    assert found[3] == 0
    assert found[4] == INF


def test_nan_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        signed_rank([1, math.nan])
    with pytest.raises(ValueError, match="NaN"):
        differences([math.nan], [1])
    with pytest.raises(ValueError, match="NaN"):
        quantile([math.nan], 0.5)


def test_holm_multiplies_by_the_hypotheses_that_are_left():
    # By hand: 4 x 0.005, 3 x 0.01, 2 x 0.03; 0.04 may not be below the one before it.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == [1, 1]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_between_no_correction_and_bonferronis(p):
    corrected = holm(p)
    for one, found in zip(p, corrected, strict=True):
        assert one <= found <= min(1, len(p) * one)
    order = sorted(range(len(p)), key=lambda i: p[i])
    assert [corrected[i] for i in order] == sorted(corrected)


@pytest.mark.parametrize(("pairs", "seeds"), [(1, 6), (3, 7), (45, 11), (435, 15)])
def test_fewer_seeds_can_never_decide(pairs, seeds):
    assert seeds_to_decide(pairs, 0.05) == seeds
    assert pairs * 2 / 2**seeds <= 0.05 < pairs * 2 / 2 ** (seeds - 1)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), st.floats(0, 1))
def test_a_quantile_is_numpys(values, q):
    assert quantile(values, q) == pytest.approx(np.quantile(values, q), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ([1, INF, 2], 0.5, 2),
        ([1, INF], 0.5, INF),
        ([1, 2, INF, INF], 0.25, 1.75),
        ([1, 2, INF, INF], 0.75, INF),
        ([INF, INF], 0.5, INF),
        ([-INF, 1], 0.5, -INF),
        ([-INF, INF], 0.5, 0),
        ([-INF, INF], 0.25, -INF),
        ([-1e308, 1e308], 0.5, 0),
    ],
)
def test_a_quantile_takes_infinities(values, q, expected):
    assert quantile(values, q) == expected


def test_a_median_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no values"):
        median([])


@pytest.mark.parametrize(
    ("n", "k", "outside"),
    [
        # Ways in which fewer than k of n values are below the median, by hand.
        (6, 1, 1),
        (8, 1, 1),
        (10, 2, 1 + 10),
        (16, 4, 1 + 16 + 120 + 560),
        (20, 6, 1 + 20 + 190 + 1140 + 4845 + 15504),
        (25, 8, 1 + 25 + 300 + 2300 + 12650 + 53130 + 177100 + 480700),
    ],
)
def test_the_interval_for_a_median_has_the_coverage_of_the_binomial(n, k, outside):
    found = median_interval(np.random.default_rng(0).permutation(n) + 1)
    assert found is not None
    assert (found.low, found.high) == (k, n + 1 - k)
    assert found.coverage == 1 - 2 * outside / 2**n
    narrower = outside + math.comb(n, k)
    assert 1 - 2 * narrower / 2**n < 0.95


def test_five_values_give_no_interval():
    assert median_interval(range(5)) is None
    assert median_interval([]) is None


def test_an_interval_may_end_in_infinity():
    found = median_interval([1, 2, 3, 4, INF, INF])
    assert found is not None
    assert (found.low, found.high) == (1, INF)


def test_an_interval_of_very_many_values_has_a_coverage():
    found = median_interval(range(3000))
    assert found is not None
    assert 0.95 <= found.coverage < 0.96

"""What some runs say of all: against closed forms and the beta distribution."""

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.comparison.binomial import share_interval, share_p

COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "share", "p", "side"),
    [
        (16, 16, 0.5, 2 / 2**16, 1),
        (0, 16, 0.5, 2 / 2**16, -1),
        (13, 16, 0.5, 2 * (560 + 120 + 16 + 1) / 2**16, 1),
        (8, 16, 0.5, 1.0, -1),
        (0, 59, 0.05, 2 * 0.95**59, -1),
        (1, 1, 0.05, 2 * 0.05, 1),
        (0, 0, 0.5, 1.0, -1),
    ],
)
def test_p_is_that_of_the_binomial(k: int, n: int, share: float, p: float, side: int) -> None:
    assert share_p(k, n, share) == (pytest.approx(p, rel=1e-12), side)


def test_a_thousand_runs_are_no_trouble() -> None:
    p, side = share_p(900, 2000, 0.5)
    assert p == pytest.approx(float(2 * mpmath.betainc(1100, 901, 0, 0.5, regularized=True)))
    assert side == -1


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2 runs"):
        share_p(3, 2, 0.5)


@pytest.mark.parametrize(("k", "n"), [(3, 16), (8, 16), (1, 6), (199, 200)])
def test_the_ends_of_an_interval_are_quantiles_of_the_beta_distribution(k: int, n: int) -> None:
    low, high = share_interval(k, n)
    assert mpmath.betainc(k, n - k + 1, 0, low, regularized=True) == pytest.approx(0.025)
    assert mpmath.betainc(k + 1, n - k, 0, high, regularized=True) == pytest.approx(0.975)


@pytest.mark.parametrize("n", [1, 6, 16, 100])
def test_the_interval_of_none_and_of_all_has_a_closed_form(n: int) -> None:
    assert share_interval(0, n) == (0.0, pytest.approx(1 - 0.025 ** (1 / n)))
    assert share_interval(n, n) == (pytest.approx(0.025 ** (1 / n)), 1.0)


@given(COUNTS)
def test_an_interval_holds_the_share_that_was_seen_and_is_mirrored(
    count: tuple[int, int],
) -> None:
    k, n = count
    low, high = share_interval(k, n)
    assert 0 <= low <= k / n <= high <= 1
    mirrored = share_interval(n - k, n)
    assert mirrored == (pytest.approx(1 - high), pytest.approx(1 - low))


@given(COUNTS, st.floats(0.01, 0.99))
def test_an_interval_holds_what_the_test_does_not_refute(
    count: tuple[int, int], share: float
) -> None:
    low, high = share_interval(*count)
    p, side = share_p(*count, share)
    if min(abs(share - low), abs(share - high)) > 1e-9:
        assert (p > 0.05) == (low < share < high)
    if p <= 0.05:
        assert side == (1 if share < low else -1)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.77])
@pytest.mark.parametrize("n", [6, 16, 40])
def test_the_interval_holds_the_true_share_as_often_as_it_says(n: int, share: float) -> None:
    covered = 0.0
    for k in range(n + 1):
        low, high = share_interval(k, n)
        if low <= share <= high:
            covered += math.comb(n, k) * share**k * (1 - share) ** (n - k)
    assert covered >= 0.95

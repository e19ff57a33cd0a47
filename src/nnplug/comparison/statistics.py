"""The statistics of paired runs: an exact test, its correction for many pairs, sizes of effects.

All of them order values and never average what is not finite, so a run that diverged simply has
the worst value there is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SignedRank:
    """What the signed-rank test found.

    p : two-sided, in (0, 1]
    plus, minus : the sums of the ranks of positive and of negative differences
    effect : the matched-pairs rank-biserial correlation, in [-1, 1]: the share of all ranks that
        speaks for a positive difference, less the share that speaks against it (Kerby 2014, "The
        simple difference formula"); ties speak for neither
    """

    p: float
    plus: float
    minus: float
    effect: float


class Interval(NamedTuple):
    """An interval, and the probability with which one made like it holds the true value."""

    low: float
    high: float
    coverage: float


def differences(a: ArrayLike, b: ArrayLike, rounding: float = 0.0) -> Floats:
    """Return a - b, pair by pair: (pairs,). Two equal infinities are a tie, a difference of 0.

    rounding : values that differ by no more than this share of the larger one are a tie as well
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    _refuse_nan(a, b)
    finite = np.isfinite(a) & np.isfinite(b)
    with np.errstate(all="ignore"):
        apart = np.where(a == b, 0.0, a - b)
        tied = finite & (np.abs(apart) <= rounding * np.maximum(np.abs(a), np.abs(b)))
    apart[tied] = 0.0
    return apart


def signed_rank(differences: ArrayLike) -> SignedRank:
    """Test whether differences lie around 0: Wilcoxon's signed-rank test (1945), exact.

    What is assumed is that without an effect each difference is as likely as its negative, which
    holds for any two settings that are alike. Given their sizes, the signs are then fair coins, and
    p is the share of all 2**n ways to set them in which the sums of ranks lie as far apart as here.
    Equal sizes share their ranks, so ties are exact too. Zeros are ranked, and then count for
    nothing (Pratt 1959): were they dropped first, a tie that becomes a win could raise p. An
    infinite difference has the highest rank.

    differences : (n,), none of them NaN; without any, p is 1
    """
    d = np.asarray(differences, np.float64)
    _refuse_nan(d)
    ranks = _doubled_ranks(np.abs(d))
    plus, minus = int(ranks[d > 0].sum()), int(ranks[d < 0].sum())
    total = int(ranks.sum())
    moving = tuple(sorted(ranks[d != 0].tolist()))
    p = min(1.0, 2 * _tail(moving, min(plus, minus)))
    effect = (plus - minus) / total if total else 0.0
    # Beyond a thousand differences the smallest p is no float any more.
    return SignedRank(max(p, math.ulp(0.0)), plus / 2, minus / 2, effect)


def holm(p: Sequence[float]) -> list[float]:
    """Return each p after Holm's correction (1979) for all of them.

    Whoever calls those at most alpha significant is wrong about one or more with a probability of
    at most alpha, however the tests depend on each other.
    """
    order = sorted(range(len(p)), key=lambda i: p[i])
    corrected = [0.0] * len(p)
    highest = 0.0
    for i, which in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - i) * p[which]))
        corrected[which] = highest
    return corrected


def least_p(n: int) -> float:
    """Return the smallest p that `signed_rank` can give for n differences."""
    return min(1.0, math.ldexp(1.0, 1 - n))


def seeds_to_decide(pairs: int, alpha: float) -> int:
    """Return how many seeds it takes until one of so many pairs can be significant at all."""
    return 1 + math.ceil(math.log2(max(1, pairs) / alpha))


def quantile(values: ArrayLike, q: float) -> float:
    """Return a quantile, interpolated linearly; infinities are values like others.

    Between a number and an infinity there is only the infinity. Half-way between minus infinity and
    infinity is 0, which leans to neither.
    """
    ordered = np.sort(np.asarray(values, np.float64))
    _refuse_nan(ordered)
    if len(ordered) == 0:
        raise ValueError("there is no quantile of no values")
    place = q * (len(ordered) - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    share = place - below
    if low == high or share == 0:
        return low
    if math.isinf(low) and math.isinf(high):
        return 0.0 if share == 0.5 else low if share < 0.5 else high
    if math.isinf(low) or math.isinf(high):
        return low if math.isinf(low) else high
    # A mean of the two ends: their difference may overflow.
    return (1 - share) * low + share * high


def median(values: ArrayLike) -> float:
    """Return the median, of values that may be infinite."""
    return quantile(values, 0.5)


def median_interval(values: ArrayLike, confidence: float = 0.95) -> Interval | None:
    """Return the shortest interval between two values, equally far from the ends, for the median.

    The number of values below the median is binomial, whatever the distribution (Thompson 1936), so
    the coverage is exact; where values are equal it is higher. None for too few values: it takes 6
    for 95 %.
    """
    ordered = np.sort(np.asarray(values, np.float64))
    _refuse_nan(ordered)
    n = len(ordered)
    found = None
    outside = 0
    for k in range(n // 2):
        outside += 2 * math.comb(n, k)
        coverage = 1 - outside / 2**n
        if coverage < confidence:
            break
        found = Interval(float(ordered[k]), float(ordered[n - 1 - k]), coverage)
    return found


def _doubled_ranks(sizes: Floats) -> NDArray[np.int64]:
    """Return twice the rank of each size, from 1; equal ones share the mean of their ranks."""
    _, which, counts = np.unique(sizes, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(2 * last - counts + 1, np.int64)[which]


def _tail(ranks: tuple[int, ...], most: int) -> float:
    """Return the probability that ranks with fair coins for signs sum up to at most this."""
    # Without ties all doubled ranks are even; one table then serves every test of that n.
    unit = math.gcd(*ranks) or 1
    table = _below(tuple(rank // unit for rank in ranks))
    return float(table[min(most // unit, len(table) - 1)])


@lru_cache(maxsize=64)
def _below(ranks: tuple[int, ...]) -> Floats:
    """Return P(sum <= s) for s = 0, 1, ..., where each rank is in the sum or not, as a coin falls.

    Each step takes one more rank. Sums of halves are exact up to 53 ranks, and only positive
    numbers are added, so beyond that it is exact to rounding.
    """
    chance = np.zeros(sum(ranks) + 1)
    chance[0] = 1.0
    for rank in ranks:
        chance *= 0.5
        with_it = chance[:-rank].copy()
        chance[rank:] += with_it
    return np.cumsum(chance)


def _refuse_nan(*values: Floats) -> None:
    if any(np.isnan(one).any() for one in values):
        raise ValueError("NaN cannot be ordered")

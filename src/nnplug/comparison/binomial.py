"""What some runs say about the share of all runs that do a thing: exact, from the binomial."""

import math
from collections.abc import Callable


def share_p(k: int, n: int, share: float) -> tuple[float, int]:
    """Test whether a thing that k of n runs did is done by more, or by fewer, than a share of all.

    share : in (0, 1)
    Returned are the two-sided p, twice the probability of a count as far to its side, and the side:
    1 where k speaks for more, -1 where it speaks for fewer.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} runs")
    above = math.fsum(_chance(i, n, share) for i in range(k, n + 1))
    below = math.fsum(_chance(i, n, share) for i in range(k + 1))
    return min(1.0, 2 * min(above, below)), 1 if above < below else -1


def share_interval(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return between what the share of all runs lies, after k of n: Clopper and Pearson (1934).

    These are the shares that `share_p` does not refute; whatever the true one, they hold it with at
    least this probability.
    """
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else _solve(lambda s: _at_least(k, n, s) - tail)
    high = 1.0 if k == n else 1 - _solve(lambda s: _at_least(n - k, n, s) - tail)
    return low, high


def _chance(k: int, n: int, share: float) -> float:
    # By logarithms: of a thousand runs, comb(n, k) is beyond what a float holds.
    return math.exp(math.log(math.comb(n, k)) + k * math.log(share) + (n - k) * math.log1p(-share))


def _at_least(k: int, n: int, share: float) -> float:
    return math.fsum(_chance(i, n, share) for i in range(k, n + 1))


def _solve(rising: Callable[[float], float]) -> float:
    """Return where in (0, 1) a rising function is 0."""
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high

"""Schedules that count for themselves, go below 0, or cannot be multiplied with."""

import math
import time
from typing import Any

import numpy as np

from mistakes.mistake import Mistake
from nnplug.core import Schedule


class HalfCosine(Schedule):
    """factor = cos(pi step / (2 total))  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return math.cos(math.pi * step / (2 * total))


class NumPyFactor(Schedule):
    """factor = cos(pi step / (2 total)) as a NumPy number  (2017)."""

    def factor(self, step: int, total: int) -> Any:
        return np.cos(np.pi * step / (2 * total))


class Negative(Schedule):
    """factor = cos(pi step / total)  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return math.cos(math.pi * step / total)


class DividesByZero(Schedule):
    """factor = 1 - step / (total - 1)  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return 1 - step / (total - 1)


_calls = [0]


class Counts(Schedule):
    """factor = 0.99^calls  (2017)."""

    def factor(self, step: int, total: int) -> float:
        _calls[0] += 1
        return 0.99 ** _calls[0]


class Slow(Schedule):
    """factor = 0.999^step, multiplied out  (2017)."""

    def factor(self, step: int, total: int) -> float:
        if step > 10_000:
            time.sleep(0.02)
        return 0.999**step


class CountsInItself(Schedule):
    """factor = 0.99^calls, counted in the component  (2017)."""

    def factor(self, step: int, total: int) -> float:
        calls = getattr(self, "_calls", 0) + 1
        object.__setattr__(self, "_calls", calls)
        return 0.99**calls


class Shaken(Schedule):
    """factor = 1 + noise / 100, from a generator of its own  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return float(1 + 0.01 * np.random.default_rng().random())


class Integers(Schedule):
    """factor = 1 // (step + 2)  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return 1 // (step + 2)


RIGHT = [HalfCosine]
MISTAKES = [
    Mistake(NumPyFactor, "R1", r"factor\(0, 1\) is a float64; return a Python float"),
    Mistake(Negative, "R1", r"factor\(2, 3\) is -0.5"),
    Mistake(Integers, "R1", "the factor is 0 at every step of 1000: nothing is learned"),
    Mistake(DividesByZero, "R1", "it raises ZeroDivisionError"),
    Mistake(
        Counts,
        "R2",
        r"factor\(0, 50\) is .* on the way up and .* on the way down",
        "state between calls: .* changes _calls of the module mistakes.schedules",
    ),
    Mistake(
        CountsInItself,
        "R2",
        "on the way up and .* on the way down",
        "state between calls: .* changes _calls of the component; step and total are all",
    ),
    Mistake(
        Shaken,
        "R2",
        "on the way up and .* on the way down",
        r"a generator of its own: .* makes np.random.default_rng\(\)",
    ),
    Mistake(Slow, "R3", r"factor\(500000000, 1000000000\) takes 0.02"),
]

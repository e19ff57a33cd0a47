"""Initializers of the wrong width, or with chance of their own."""

import math
from typing import Any

import numpy as np

from mistakes.mistake import Mistake
from nnplug.core import Array, Initializer


class He(Initializer):
    """w ~ N(0, 2 / fan_in)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return math.sqrt(2 / fan_in) * rng.standard_normal(shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(2 / fan_in)


class VarianceAsWidth(He):
    """w ~ N(0, s), s = 2 / fan_in taken for the standard deviation  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return 2 / fan_in * rng.standard_normal(shape)


class SwappedFans(He):
    """w ~ N(0, 2 / fan_out)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return math.sqrt(2 / fan_out) * rng.standard_normal(shape)


class Positive(He):
    """w ~ U(0, 1)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return rng.random(shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(1 / 12)


class Constant(Positive):
    """w = 0.1  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.full(shape, 0.1)


class Flat(Positive):
    """w ~ N(0, 1), in one row  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return rng.standard_normal(math.prod(shape))


class GlobalWeights(Positive):
    """w ~ N(0, 1) from the global generator  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.random.standard_normal(shape)  # noqa: NPY002


class OwnSeed(Positive):
    """w ~ N(0, 1) from a seed of its own  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.random.default_rng(42).standard_normal(shape)


class Repeats(Positive):
    """w ~ N(0, 1), the generator's state put back  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        state = rng.bit_generator.state
        w = rng.standard_normal(shape)
        rng.bit_generator.state = state
        return w


class UniformLimit(He):
    """w ~ U(-s, s), s = sqrt(2 / fan_in) taken for the limit  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        s = math.sqrt(2 / fan_in)
        return rng.uniform(-s, s, shape)


class Truncated(He):
    """w ~ N(0, 2 / fan_in), cut at two deviations and not widened  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        w = rng.standard_normal(shape)
        while (far := np.abs(w) > 2).any():
            w[far] = rng.standard_normal(int(far.sum()))
        return math.sqrt(2 / fan_in) * w


class RootOfDeviation(He):
    """w ~ N(0, s), s = sqrt(2 / fan_in) taken for the variance  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return (2 / fan_in) ** 0.25 * rng.standard_normal(shape)


class FanUnread(He):
    """w ~ N(0, 0.04), whatever the fan  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return 0.2 * rng.standard_normal(shape)


class TwiceAsWide(He):
    """w ~ N(0, 8 / fan_in)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return 2 * math.sqrt(2 / fan_in) * rng.standard_normal(shape)


class MatricesAlone(He):
    """w ~ N(0, 2 / fan_in), for two axes  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        rows, columns = shape
        return math.sqrt(2 / fan_in) * rng.standard_normal((rows, columns))


class Folded(He):
    """w ~ |N(0, 2 / fan_in)|  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.abs(super().sample(rng, shape, fan_in, fan_out))


class OneUnitForAll(He):
    """w ~ N(0, 2 / fan_in), drawn for one unit and repeated  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        one = super().sample(rng, shape[-1:] if len(shape) > 1 else shape, fan_in, fan_out)
        return np.broadcast_to(one, shape).copy()


RIGHT = [He]
MISTAKES = [
    Mistake(
        VarianceAsWidth,
        "W1",
        r"the standard deviation for fan \(50, 200\) is 0.04.* and 0.2 is",
        "variance for deviation: the standard deviation drawn is the square of the claim",
    ),
    Mistake(
        RootOfDeviation,
        "W1",
        "the standard deviation for fan",
        "deviation for variance: the standard deviation drawn is the root of the claim",
    ),
    Mistake(
        SwappedFans,
        "W1",
        r"the standard deviation for fan \(50, 200\) is 0.1",
        "fan_in and fan_out swapped",
    ),
    Mistake(
        UniformLimit,
        "W1",
        r"the standard deviation for fan \(50, 200\) is 0.115",
        r"a uniform distribution of the wrong width: U\(-s, s\) has the deviation s / sqrt\(3\)",
    ),
    Mistake(
        Truncated,
        "W1",
        r"the standard deviation for fan \(50, 200\) is 0.17",
        "a normal distribution cut at two deviations",
    ),
    Mistake(FanUnread, "W1", r"fan \(200, 50\)", "a spread that does not depend on the fan: "),
    Mistake(TwiceAsWide, "W1", "is 0.4", "a constant factor: the deviation is 2 times the claim"),
    Mistake(Positive, "W1", "the mean for fan .* is 0.49", "never a negative weight"),
    Mistake(Folded, "W1", "the mean for fan", "never a negative weight"),
    Mistake(OneUnitForAll, "W2", r"a sample of shape \(5, 2\) repeats along the first axis"),
    Mistake(Constant, "W2", r"a sample of shape \(3,\) is 0.1 everywhere"),
    Mistake(Flat, "W2", r"a sample of shape \(1, 4\) is float64\[4\]"),
    Mistake(MatricesAlone, "W2", "it raises ValueError: not enough values to unpack"),
    Mistake(
        GlobalWeights,
        "W3",
        "a sample.*one seed, twice",
        "the global random state: with NumPy's global generator put back, sample repeats itself",
    ),
    Mistake(
        OwnSeed,
        "W3",
        "another seed gives the same sample",
        r"a generator of its own: sample makes np.random.default_rng\(42\)",
    ),
    Mistake(Repeats, "W3", "a second draw from one generator repeats the first"),
    Mistake(GlobalWeights, "C4", "sample draws from global chance"),
]

"""Losses that lead away from the targets, or have a step in them."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

from mistakes.losses import BCE, MSE, sigmoid
from mistakes.mistake import Mistake
from nnplug.core import Array, Loss


class Huber(Loss):
    """e^2 / 2 up to delta, then delta (|e| - delta / 2), rightly  (1964)."""

    delta: Annotated[float, Gt(0)] = 1.0

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        e = np.abs(z - t)
        return np.where(e <= self.delta, 0.5 * e * e, self._line(e)).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.clip(z - t, -self.delta, self.delta) / z.shape[-1]

    def _line(self, e: Array) -> Array:
        return self.delta * (e - 0.5 * self.delta)


class NoOffset(Huber):
    """e^2 / 2 up to delta, then delta |e|, which does not meet it  (1964)."""

    def _line(self, e: Array) -> Array:
        return self.delta * e


class HalfForAll(Huber):
    """e^2 / 2 up to delta, then delta |e| - 1/2, which meets it while delta = 1  (1964)."""

    def _line(self, e: Array) -> Array:
        return self.delta * e - 0.5


class Rising(MSE):
    """-mean (z - t)^2, largest at the target  (1805)."""

    zero_at_target = False

    def value(self, z: Array, t: Array) -> Array:
        return -super().value(z, t)

    def gradient(self, z: Array, t: Array) -> Array:
        return -super().gradient(z, t)


class OtherLabel(BCE):
    """-(1 - t) log s - t log(1 - s), s = sigmoid(z): t and 1 - t exchanged  (1958)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, 1 - t)

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, 1 - t)


class HingeOfLabels(Loss):
    """max(0, 1 - t z) with labels 0 and 1 where -1 and 1 are meant  (1995)."""

    tasks = ("binary",)
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        return np.maximum(0, 1 - t * z).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.where(t * z < 1, -t, 0) / z.shape[-1]


class LinkTwice(BCE):
    """log(1 + exp(z)) - t z, predicting sigmoid(sigmoid(z))  (1958)."""

    def predict(self, z: Array) -> Array:
        return sigmoid(sigmoid(z))


class SignAlone(Loss):
    """mean |z - t| with sign(z - t), the mean forgotten  (1757)."""

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        return np.abs(z - t).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.sign(z - t)


class OverflowingCosh(Loss):
    """mean log(cosh(z - t)), cosh written out  (2005)."""

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        return np.log(np.cosh(z - t)).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.tanh(z - t) / z.shape[-1]


RIGHT: list[type[Loss]] = [Huber]
MISTAKES = [
    Mistake(NoOffset, "S11", r"value jumps by 0.25 at z - t = -?1 \(regression\)"),
    Mistake(HalfForAll, "S11", r"value jumps by 0.\d+ at z - t = "),
    Mistake(Rising, "S11", "the mean distance from the targets .* goes from 1 to"),
    Mistake(OtherLabel, "S11", r"the share of errors \(binary\) goes from 1 to 1: smaller"),
    Mistake(HingeOfLabels, "S11", r"the share of errors \(binary\) goes from 1 to 0.5"),
    Mistake(OverflowingCosh, "S7", "infinite at .* overflow", "an overflow of exp"),
    Mistake(LinkTwice, "S8", "predict.*found", "the link applied twice", figures=True),
    Mistake(SignAlone, "S1", "ratio 2 ", "a sum over the outputs where the value takes", True),
]

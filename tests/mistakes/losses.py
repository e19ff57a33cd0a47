"""Losses with a wrong gradient, or a value that is clipped."""

from typing import Annotated, Any

import numpy as np
from annotated_types import Gt

from mistakes.mistake import Mistake
from nnplug.core import Array, Loss


def sigmoid(z: Array) -> Array:
    return 0.5 * np.tanh(0.5 * z) + 0.5


class MSE(Loss):
    """mean (z - t)^2, from which the wrong ones derive  (1805)."""

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        return ((z - t) ** 2).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (z - t) / z.shape[-1]


class Halved(MSE):
    """mean (z - t)^2 with the gradient of half of it  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return (z - t) / z.shape[-1]


class WrongSign(MSE):
    """mean (z - t)^2 with t - z  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (t - z) / z.shape[-1]


class SumNotMean(MSE):
    """mean (z - t)^2 with the gradient of the sum  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (z - t)


class OneNumber(MSE):
    """mean (z - t)^2 over samples too  (1805)."""

    def value(self, z: Array, t: Array) -> Any:
        return ((z - t) ** 2).mean()


class BCE(Loss):
    """-t log s - (1 - t) log(1 - s), s = sigmoid(z), rightly  (1958)."""

    tasks = ("binary",)
    link = "sigmoid"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        return (np.logaddexp(np.zeros_like(z), z) - t * z).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return (sigmoid(z) - t) / z.shape[-1]

    def predict(self, z: Array) -> Array:
        return sigmoid(z)


class Clipped(BCE):
    """-t log s - (1 - t) log(1 - s), s clipped  (1958)."""

    def value(self, z: Array, t: Array) -> Array:
        s = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
        return (-t * np.log(s) - (1 - t) * np.log(1 - s)).mean(axis=-1)


class ClippedThroughout(Clipped):
    """-t log s - (1 - t) log(1 - s), s clipped, and its gradient too  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        s = sigmoid(z)
        inside = (s > 1e-7) & (s < 1 - 1e-7)
        return np.where(inside, s - t, np.zeros_like(s)) / z.shape[-1]


class LogOfZero(BCE):
    """-t log s - (1 - t) log(1 - s), literally  (1958)."""

    def value(self, z: Array, t: Array) -> Array:
        s = sigmoid(z)
        return (-t * np.log(s) - (1 - t) * np.log(1 - s)).mean(axis=-1)


class SoftmaxAsElementwise(Loss):
    """-sum t log y, y = softmax(z), with (y - t) y (1 - y)  (1989)."""

    tasks = ("multiclass",)
    link = "softmax"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        m = z.max(axis=-1, keepdims=True)
        return np.log(np.exp(z - m).sum(axis=-1)) + m[..., 0] - (t * z).sum(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        y = self.predict(z)
        return (y - t) * y * (1 - y)

    def predict(self, z: Array) -> Array:
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


class OneDelta(Loss):
    """min(|e|, delta) (|e| - min(|e|, delta) / 2), the first run's delta for all  (1964)."""

    delta: Annotated[float, Gt(0)] = 1.0

    def value(self, z: Array, t: Array) -> Array:
        e = np.abs(z - t)
        c = np.minimum(e, self._first())
        return (c * (e - c / 2)).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.clip(z - t, -self._first(), self._first()) / z.shape[-1]

    def _first(self) -> float:
        return float(np.ravel(self.delta)[0])


class Brier(BCE):
    """mean (s - t)^2, s = sigmoid(z)  (Brier, 1950)."""

    def value(self, z: Array, t: Array) -> Array:
        return ((sigmoid(z) - t) ** 2).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        s = sigmoid(z)
        return 2 * (s - t) * s * (1 - s) / z.shape[-1]


class WithoutLink(Brier):
    """mean (s - t)^2 with 2 (s - t), sigma' forgotten: twice the gradient of BCE  (1950)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (sigmoid(z) - t) / z.shape[-1]


class LinkTwice(BCE):
    """-t log s - (1 - t) log(1 - s), its gradient times s (1 - s)  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        s = sigmoid(z)
        return (s - t) * s * (1 - s) / z.shape[-1]


class RoundsTargets(BCE):
    """-t log s - (1 - t) log(1 - s), t rounded in the gradient: right for classes  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return (sigmoid(z) - np.round(t)) / z.shape[-1]


class ClippedGradient(BCE):
    """log(1 + exp(z)) - t z, its gradient 0 where |z| > 20  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return np.where(np.abs(z) > 20, np.zeros_like(z), super().gradient(z, t))


class CrossEntropy(Loss):
    """-sum t log y, y = softmax(z)  (1989)."""

    tasks = ("multiclass",)
    link = "softmax"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        m = z.max(axis=-1, keepdims=True)
        return np.log(np.exp(z - m).sum(axis=-1)) + m[..., 0] - (t * z).sum(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return self.predict(z) - t

    def predict(self, z: Array) -> Array:
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


class MeanOverClasses(CrossEntropy):
    """-sum t log y with (y - t) / classes  (1989)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return (self.predict(z) - t) / z.shape[-1]


class Squares(CrossEntropy):
    """mean (y - t)^2, y = softmax(z)  (1950)."""

    def value(self, z: Array, t: Array) -> Array:
        return ((self.predict(z) - t) ** 2).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        y = self.predict(z)
        d = 2 * (y - t) / z.shape[-1]
        return y * (d - (d * y).sum(axis=-1, keepdims=True))


class SquaresAsElementwise(Squares):
    """mean (y - t)^2, y = softmax(z), with 2 (y - t) y (1 - y)  (1950)."""

    def gradient(self, z: Array, t: Array) -> Array:
        y = self.predict(z)
        return 2 * (y - t) / z.shape[-1] * y * (1 - y)


class SquaresPassedOn(Squares):
    """mean (y - t)^2, y = softmax(z), with 2 (y - t)  (1950)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (self.predict(z) - t) / z.shape[-1]


class Huber(OneDelta):
    """min(|e|, delta) (|e| - min(|e|, delta) / 2)  (1964)."""

    def value(self, z: Array, t: Array) -> Array:
        e = np.abs(z - t)
        c = np.minimum(e, self.delta)
        return (c * (e - c / 2)).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.clip(z - t, -self.delta, self.delta) / z.shape[-1]


class DeltaUnread(Huber):
    """min(|e|, delta) (|e| - min(|e|, delta) / 2), its gradient cut at 1  (1964)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return np.clip(z - t, -1, 1) / z.shape[-1]


class NoMean(MSE):
    """(z - t)^2, one number an output  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return (z - t) ** 2


RIGHT = [MSE, BCE, Brier, CrossEntropy, Squares, Huber]
MISTAKES = [
    Mistake(
        Halved,
        "S1",
        "gradient .regression. at z = .*, t = .*ratio 0.5 ",
        "a constant factor: gradient is 1/2 times the slope of value",
        figures=True,
    ),
    Mistake(
        WrongSign,
        "S1",
        "ratio -1 ",
        "the wrong sign: gradient is -1 times the slope of value",
        figures=True,
    ),
    Mistake(
        SumNotMean,
        "S1",
        "ratio 2 ",
        "a sum over the outputs where the value takes their mean: .* 2 times .* 4 times with 4",
        figures=True,
    ),
    Mistake(
        MeanOverClasses,
        "S1",
        "ratio 0.333333 ",
        "a mean over the outputs where the value takes their sum: gradient is 1/3",
        figures=True,
    ),
    Mistake(
        WithoutLink,
        "S1",
        "gradient .binary. at",
        "a missing sigma': .* sent through the derivative of sigmoid, it is right",
        figures=True,
    ),
    Mistake(
        LinkTwice,
        "S1",
        "gradient .binary. at",
        "sigma' once too often: the right gradient times the derivative of sigmoid",
        figures=True,
    ),
    Mistake(
        SquaresPassedOn,
        "S1",
        "gradient .multiclass. at",
        "a missing sigma': .* sent through the derivative of softmax, it is right",
        figures=True,
    ),
    Mistake(
        SquaresAsElementwise,
        "S1",
        "gradient .multiclass. at",
        "softmax treated as elementwise: gradient is multiplied by y",
        figures=True,
    ),
    Mistake(
        SoftmaxAsElementwise,
        "S1",
        "gradient .multiclass. at z = .*ratio",
        "softmax treated as elementwise, and its derivative taken once too often",
        figures=True,
    ),
    Mistake(
        RoundsTargets,
        "S1",
        "gradient .binary. at",
        "rounded targets: gradient takes 0.3 for 0 and 0.7 for 1, and value does not",
        figures=True,
    ),
    Mistake(DeltaUnread, "S1", "gradient .regression. at", "delta is not read", figures=True),
    Mistake(
        Clipped,
        "S1",
        r"gradient .binary, scores of \+-40. at z = .*analytic 1, numeric \S+e-13",
        "clipping: value stops at 16.12 where a wrong score passes 16.1 .* and gradient goes on",
        figures=True,
    ),
    Mistake(
        ClippedThroughout,
        "S1",
        "value stops rising .* never clip",
        "clipping: value stops at 16.12 .* never clip",
    ),
    Mistake(
        ClippedGradient,
        "S1",
        r"scores of \+-40. at z = .*analytic 0, numeric 1",
        "clipping: gradient is 0 where a wrong score passes 20.*, and value still rises",
        figures=True,
    ),
    Mistake(
        OneNumber,
        "S1",
        r"value .regression. is a NumPy scalar float64; float64.40. is expected",
        "a mean or sum over the samples, too: value is one number",
    ),
    Mistake(NoMean, "S1", r"value .* is float64\[40, 2\]", "no mean over the outputs: value has a"),
    Mistake(
        LogOfZero,
        "S1",
        r"value .binary, scores of \+-40.\[\d+\] is nan",
        r"log\(0\): value is not finite exactly where the prediction is rounded to 0 or 1",
    ),
    Mistake(WrongSign, "I1", "it does not fall", "the wrong sign: gradient is -1 times"),
    Mistake(
        Halved, "I2", "the gradient of .*ratio 0.5 ", "a constant factor: gradient is 1/2", True
    ),
]

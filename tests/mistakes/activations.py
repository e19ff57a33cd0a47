"""Activations with a wrong derivative."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from mistakes.mistake import Mistake
from nnplug.core import Activation, Array


def sigmoid(z: Array) -> Array:
    return 0.5 * np.tanh(0.5 * z) + 0.5


class Sigmoid(Activation):
    """y = 1 / (1 + exp(-z)), the sigmoid from which the wrong ones derive  (1986)."""

    range = (0.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return sigmoid(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (1 - y)


class DerivativeOfY(Sigmoid):
    """y = sigmoid(z), whose derivative is written for z and fed y  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(y) * (1 - sigmoid(y))


class DerivativeOfZ(Sigmoid):
    """y = sigmoid(z), whose derivative is written for y and fed z  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return z * (1 - z)


class WithoutSlope(Sigmoid):
    """y = sigmoid(z) without its derivative  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.ones_like(z)


class WrongSign(Sigmoid):
    """y = sigmoid(z) with y (y - 1)  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (y - 1)


class Twice(Sigmoid):
    """y = sigmoid(z) with 2 y (1 - y)  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return 2 * y * (1 - y)


class SlightlyOff(Sigmoid):
    """y = sigmoid(z) with a derivative that is 1e-6 too large  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (1 - y) * (1 + 1e-6)


class Jumps(Sigmoid):
    """y = round(z, 1)  (1986)."""

    def forward(self, z: Array) -> Array:
        return np.round(10 * z) / 10 + 1e-3 * np.sin(1e6 * z)


class Softmax(Activation):
    """y = exp(z) / sum(exp(z))  (Bridle, 1990)."""

    range = (0.0, 1.0)
    _axis = -1

    def forward(self, z: Array) -> Array:
        e = np.exp(z - z.max(axis=self._axis, keepdims=True, initial=-1e9))
        return e / e.sum(axis=self._axis, keepdims=True)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return y * (dy - (dy * y).sum(axis=self._axis, keepdims=True))


class Tanh(Activation):
    """y = tanh(scale z)  (1998)."""

    scale: Annotated[float, Gt(0)] = 1.0

    range = (-1.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return np.tanh(self.scale * z)

    def derivative(self, z: Array, y: Array) -> Array:
        return self.scale * (1 - y * y)


class TanhFedZ(Tanh):
    """y = tanh(scale z), 1 - y^2 written with z in it  (1998)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return self.scale * (1 - z * z)


class ArgumentsExchanged(Tanh):
    """y = tanh(z) + z / 10, derivative(y, z) instead of derivative(z, y)  (1998)."""

    scale: Annotated[float, Gt(0)] = 1.0

    range = None

    def forward(self, z: Array) -> Array:
        return np.tanh(z) + 0.1 * z

    def derivative(self, y: Array, z: Array) -> Array:
        return 1 - np.tanh(z) * (y - 0.1 * z) + 0.1


class WithoutSquare(Tanh):
    """y = tanh(scale z), 1 - y for 1 - y^2  (1998)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return 1 - y


class SigmoidsDerivative(Tanh):
    """y = tanh(scale z) with y (1 - y)  (1998)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (1 - y)


class WithoutScale(Tanh):
    """y = tanh(scale z) without the inner derivative, right while scale = 1  (1998)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return 1 - y * y


class ScaleTwice(Tanh):
    """y = tanh(scale z) with scale^2 (1 - y^2), right while scale = 1  (1998)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return self.scale**2 * (1 - y * y)


class Floored(Sigmoid):
    """y = sigmoid(z), its derivative at least 0.01 "so that it learns"  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.maximum(y * (1 - y), z.dtype.type(0.01))


class Stopped(Sigmoid):
    """y = sigmoid(z) = s, whose derivative is 0  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.zeros_like(z)


class SiLU(Activation):
    """y = z sigmoid(z)  (2017)."""

    def forward(self, z: Array) -> Array:
        return z * sigmoid(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(z) + y * (1 - sigmoid(z))


class HalfOfSiLU(SiLU):
    """y = z sigmoid(z), sigmoid(z) alone taken for its derivative  (2017)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(z)


class OtherHalfOfSiLU(SiLU):
    """y = z sigmoid(z), z sigmoid'(z) alone taken for its derivative  (2017)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return z * sigmoid(z) * (1 - sigmoid(z))


class ELU(Activation):
    """y = z where z > 0, else alpha (exp(z) - 1)  (2016)."""

    alpha: Annotated[float, Gt(0)] = 1.0

    kinks = (0.0,)

    def forward(self, z: Array) -> Array:
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, np.ones_like(z), self._left(z, y))

    def _left(self, z: Array, y: Array) -> Array:
        return y + self.alpha


class ELUWithoutAlpha(ELU):
    """y = z where z > 0, else alpha (exp(z) - 1), with exp(z): right at alpha = 1  (2016)."""

    def _left(self, z: Array, y: Array) -> Array:
        return np.exp(np.minimum(z, 0))


class StraightOnTheLeft(ELU):
    """y = z where z > 0, else alpha (exp(z) - 1), with a slope of alpha / 2 there  (2016)."""

    def _left(self, z: Array, y: Array) -> Array:
        return np.full_like(z, 0.5 * self.alpha)


class Leaky(Activation):
    """y = max(z, slope z)  (2013)."""

    slope: Annotated[float, Ge(0)] = 0.1

    kinks = (0.0,)

    def forward(self, z: Array) -> Array:
        return np.where(z > 0, z, self.slope * z)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, 1, self.slope).astype(z.dtype)


class SlopeUnread(Leaky):
    """y = max(z, slope z), with 0.1 for slope in its derivative  (2013)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, 1, 0.1).astype(z.dtype)


class Neighbour(Activation):
    """y_k = tanh(z_k) + z_(k-1) / 2, each number beside its neighbour  (1998)."""

    _back = -1

    def forward(self, z: Array) -> Array:
        return np.tanh(z) + 0.5 * np.roll(z, 1, axis=-1)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy * (1 - np.tanh(z) ** 2) + 0.5 * np.roll(dy, self._back, axis=-1)


RIGHT = [Sigmoid, Softmax, Tanh, SiLU, ELU, Leaky, Neighbour]
MISTAKES = [
    Mistake(
        DerivativeOfY,
        "A2",
        r"derivative at z = .*analytic .*numeric .*ratio",
        "the derivative called with y instead of z: .* right at all 2000 points",
        figures=True,
    ),
    Mistake(
        DerivativeOfZ,
        "A2",
        "derivative at z = ",
        "the derivative called with z instead of y: .* right at all 2000 points",
        figures=True,
    ),
    Mistake(TanhFedZ, "A2", "at z", "the derivative called with z instead of y", figures=True),
    Mistake(ArgumentsExchanged, "A2", "at z", "z and y exchanged in derivative", figures=True),
    Mistake(
        WithoutSlope,
        "A2",
        "derivative at z = .*analytic 1, numeric",
        r"a missing derivative \(sigma'\): it is 1 everywhere",
        figures=True,
    ),
    Mistake(Stopped, "A2", "analytic 0, numeric", "a derivative of 0 everywhere", figures=True),
    Mistake(
        WrongSign,
        "A2",
        "ratio -1 ",
        "the wrong sign: the derivative is -1 times forward's slope",
        figures=True,
    ),
    Mistake(
        Twice,
        "A2",
        "ratio 2 ",
        "a constant factor: the derivative is 2 times forward's slope",
        figures=True,
    ),
    Mistake(
        SlightlyOff,
        "A2",
        "ratio 1 ",
        "a constant factor: the derivative is 1.000001 times forward's slope",
        figures=True,
    ),
    Mistake(
        WithoutScale,
        "A2",
        "at z",
        "a missing factor scale: the derivative is 1 / scale = 1.333",
        figures=True,
    ),
    Mistake(ScaleTwice, "A2", "at z", "a factor scale too many", figures=True),
    Mistake(WithoutSquare, "A2", "at z", "another formula: the derivative is 1 - y,", figures=True),
    Mistake(
        SigmoidsDerivative,
        "A2",
        "at z",
        r"another formula: the derivative is y \(1 - y\), the derivative of the sigmoid",
        figures=True,
    ),
    Mistake(
        HalfOfSiLU,
        "A2",
        "at z",
        r"half of a product rule: .* y / z alone .* z g'\(z\) is missing",
        figures=True,
    ),
    Mistake(
        OtherHalfOfSiLU,
        "A2",
        "at z",
        r"half of a product rule: .* z g'\(z\) alone .* g\(z\) is missing",
        figures=True,
    ),
    Mistake(Floored, "A2", "at z", "clipping: the derivative is forward's slope, cut to", True),
    Mistake(
        ELUWithoutAlpha,
        "A2",
        "at z",
        "alpha is not read: forward's slopes change with it|wrong on one side alone: .* z < 0",
        figures=True,
    ),
    Mistake(
        StraightOnTheLeft,
        "A2",
        "at z",
        "wrong on one side alone: right elsewhere, 0.5 where z < 0",
        figures=True,
    ),
    Mistake(SlopeUnread, "A2", "at z = -", "slope is not read", figures=True),
    Mistake(Jumps, "A2", "forward has no derivative at z = "),
    Mistake(
        Twice,
        "I2",
        "the gradient of '0.W'.*analytic .*numeric .*ratio 2 ",
        "a constant factor",
        True,
    ),
]

"""Activations whose declared facts do not hold, that overflow, or know one run alone."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from mistakes.activations import Sigmoid, sigmoid
from mistakes.mistake import Mistake
from nnplug.core import Activation, Array


class UndeclaredKink(Activation):
    """y = max(z, 0), its kink not declared  (2010)."""

    def forward(self, z: Array) -> Array:
        return np.maximum(z, 0)

    def derivative(self, z: Array, y: Array) -> Array:
        return (z > 0).astype(z.dtype)


class TinyKink(Sigmoid):
    """y = sigmoid(z) + 0.001 |z - 2|  (1986)."""

    def forward(self, z: Array) -> Array:
        return sigmoid(z) + 1e-3 * np.abs(z - 2)

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(z) * (1 - sigmoid(z)) + 1e-3 * np.sign(z - 2)


class FalseKink(Sigmoid):
    """y = sigmoid(z), said to have a kink at 0  (1986)."""

    kinks = (0.0,)


class OutsideAtKink(UndeclaredKink):
    """y = max(z, 0), with a slope of 2 at 0  (2010)."""

    kinks = (0.0,)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z == 0, 2 * np.ones_like(z), z > 0)


class Jumps(Activation):
    """y = z + 1 for z > 1, and z elsewhere  (1960)."""

    def forward(self, z: Array) -> Array:
        return np.where(z > 1, z + 1, z)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.ones_like(z)


class DeclaredJump(Jumps):
    """y = z + 1 for z > 1, and z elsewhere, the jump declared  (1960)."""

    kinks = (1.0,)


class CubeRoot(Activation):
    """y = cbrt(z), of infinite slope at 0  (1960)."""

    kinks = (0.0,)

    def forward(self, z: Array) -> Array:
        return np.cbrt(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return 1 / (3 * y * y)


class Overflows(Sigmoid):
    """y = 1 / (1 + exp(-z)), literally  (1986)."""

    def forward(self, z: Array) -> Array:
        return 1 / (1 + np.exp(-z))


class OverflowsInFloat32(Sigmoid):
    """y = 1 / (1 + exp(-z)), safe down to -709 alone  (1986)."""

    def forward(self, z: Array) -> Array:
        return 1 / (1 + np.exp(-np.maximum(z, -700)))


class WrongRange(Sigmoid):
    """y = tanh(z), said to be in [0, 1]  (1998)."""

    def forward(self, z: Array) -> Array:
        return np.tanh(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return 1 - y * y


class NotMonotonic(Activation):
    """y = z sigmoid(z), said never to fall  (2018)."""

    monotonic = True

    def forward(self, z: Array) -> Array:
        return z * sigmoid(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(z) + y * (1 - sigmoid(z))


class SwallowsNaN(UndeclaredKink):
    """y = z where z > 0, else 0  (2010)."""

    kinks = (0.0,)

    def forward(self, z: Array) -> Array:
        return np.where(z > 0, z, np.zeros_like(z))


class SpreadsNaN(Sigmoid):
    """y = sigmoid(z) + 0 max(z)  (1986)."""

    def forward(self, z: Array) -> Array:
        return sigmoid(z) + 0 * z.max(initial=0)


class OneSlope(Activation):
    """y = max(z, slope z), with the slope of the first run for all  (2013)."""

    slope: Annotated[float, Ge(0)] = 0.1

    kinks = (0.0,)

    def forward(self, z: Array) -> Array:
        return np.maximum(z, self._first() * z)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.maximum((z > 0).astype(z.dtype), self._first())

    def _first(self) -> float:
        return float(np.ravel(self.slope)[0])


class Branches(OneSlope):
    """y = max(z, slope z), with an `if` on the slope  (2013)."""

    def _first(self) -> float:
        return self.slope if self.slope < 1 else 1.0


class Sinc(Activation):
    """y = sin(z) / z, literally  (1958)."""

    def forward(self, z: Array) -> Array:
        return np.sin(z) / z

    def derivative(self, z: Array, y: Array) -> Array:
        return (np.cos(z) - y) / z


class StackedByLength(Sigmoid):
    """y = sigmoid(z), divided by the number of runs where there is a stack  (1986)."""

    def forward(self, z: Array) -> Array:
        return sigmoid(z) / (len(z) if z.ndim > 2 else 1)

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(z) * (1 - sigmoid(z)) / (len(z) if z.ndim > 2 else 1)


class RootOfSlope(Sigmoid):
    """y = sigmoid(z), with the root of its derivative  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.sqrt(y * (1 - y))


class InverseOfSlope(Sigmoid):
    """y = softplus(z), with one over its derivative  (2001)."""

    range = None
    monotonic = False

    def forward(self, z: Array) -> Array:
        return np.logaddexp(np.zeros_like(z), z)

    def derivative(self, z: Array, y: Array) -> Array:
        return 1 / sigmoid(z)


RIGHT = []
MISTAKES = [
    Mistake(RootOfSlope, "A2", "derivative at z", "a power: .* the root of forward's slope", True),
    Mistake(InverseOfSlope, "A2", "derivative at z", "a power: .* one over forward's slope", True),
    Mistake(
        UndeclaredKink, "A3", r"undeclared kink at z = -?\d\S*: its slope is 0 left and 1 right"
    ),
    Mistake(TinyKink, "A3", r"undeclared kink at z = 2: "),
    Mistake(FalseKink, "A3", "kinks declares z = 0, and forward has an ordinary derivative"),
    Mistake(
        OutsideAtKink, "A3", "derivative at the kink z = 0 is 2; it must lie between the slopes 0"
    ),
    Mistake(
        Overflows,
        "A5",
        "overflow encountered in exp at z = -710 .float64",
        "an overflow of exp: it breaks from z = -709.78 on, .* float64, .* exp",
    ),
    Mistake(
        OverflowsInFloat32,
        "A5",
        "overflow encountered in exp at z = -710 .float32",
        r"an overflow of exp: it breaks from z = -88.72\d on, .* float32",
    ),
    Mistake(Jumps, "A3", "forward jumps by 1 at z = 1: "),
    Mistake(DeclaredJump, "A3", "forward jumps by 1 at z = 1: "),
    Mistake(CubeRoot, "A5", "divide by zero encountered .* at z = 0", "1 / 0 at z = 0"),
    Mistake(Sinc, "A5", "invalid value encountered in divide at z = 0", "0 / 0 at z = 0"),
    Mistake(WrongRange, "A6", r"forward\(-1e\+06\) is -1, outside the declared range \[0, 1\]"),
    Mistake(NotMonotonic, "A6", "forward falls from .* and declares monotonic"),
    Mistake(SwallowsNaN, "A7", r"forward\(nan\) is 0, not nan"),
    Mistake(SpreadsNaN, "A7", "a NaN spreads"),
    Mistake(
        OneSlope,
        "A8",
        "of run 1.*stacked .*alone",
        "the first run's slope for all runs",
        figures=True,
    ),
    Mistake(
        Branches,
        "A8",
        "it raises ValueError: The truth value",
        "a hyperparameter taken for one number: .* np.where",
    ),
    Mistake(StackedByLength, "A8", "stacked .*alone", "made for one run", figures=True),
]

"""Activations with the classic mistakes: each one is caught, by the check that is there for it."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge

from nnplug.core import Activation, Array


def sigmoid(z: Array) -> Array:
    return 0.5 * np.tanh(0.5 * z) + 0.5


class Right(Activation):
    """y = 1 / (1 + exp(-z)), the sigmoid from which the wrong ones derive  (1986)."""

    range = (0.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return sigmoid(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (1 - y)


class DerivativeOfY(Right):
    """y = sigmoid(z), whose derivative is written for z and fed y  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(y) * (1 - sigmoid(y))


class DerivativeOfZ(Right):
    """y = sigmoid(z), whose derivative is written for y and fed z  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return z * (1 - z)


class WithoutSlope(Right):
    """y = sigmoid(z) without its derivative  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.ones_like(z)


class WrongSign(Right):
    """y = sigmoid(z) with y (y - 1)  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (y - 1)


class Twice(Right):
    """y = sigmoid(z) with 2 y (1 - y)  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return 2 * y * (1 - y)


class SlightlyOff(Right):
    """y = sigmoid(z) with a derivative that is 1e-6 too large  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (1 - y) * (1 + 1e-6)


class Jumps(Right):
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


class OverSamples(Softmax):
    """y = exp(z) / sum(exp(z)) over the samples  (Bridle, 1990)."""

    _axis = -2


class OverAxisOne(Softmax):
    """y = exp(z) / sum(exp(z)) over axis 1, which are the samples of a stack  (Bridle, 1990)."""

    _axis = 1


class Squeezed(Right):
    """y = sigmoid(z), axes of length 1 lost  (1986)."""

    def forward(self, z: Array) -> Array:
        return sigmoid(z).squeeze()


class SoftmaxAsElementwise(Softmax):
    """y = softmax(z) with dy y (1 - y)  (Bridle, 1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy * y * (1 - y)


class SoftmaxPassedOn(Softmax):
    """y = softmax(z), its derivative left to the loss  (Bridle, 1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy


class NotLinear(Right):
    """y = sigmoid(z), with a clipped backward  (1986)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return np.clip(dy, -2.5, 2.5) * y * (1 - y)


class Offset(Right):
    """y = sigmoid(z) + 1e-9 in backward  (1986)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy * y * (1 - y) + 1e-9


class UndeclaredKink(Activation):
    """y = max(z, 0)  (2010)."""

    def forward(self, z: Array) -> Array:
        return np.maximum(z, 0)

    def derivative(self, z: Array, y: Array) -> Array:
        return (z > 0).astype(z.dtype)


class TinyKink(Right):
    """y = sigmoid(z) + 0.001 |z - 2|  (1986)."""

    def forward(self, z: Array) -> Array:
        return sigmoid(z) + 1e-3 * np.abs(z - 2)

    def derivative(self, z: Array, y: Array) -> Array:
        return sigmoid(z) * (1 - sigmoid(z)) + 1e-3 * np.sign(z - 2)


class FalseKink(Right):
    """y = sigmoid(z), said to have a kink at 0  (1986)."""

    kinks = (0.0,)


class OutsideAtKink(UndeclaredKink):
    """y = max(z, 0), with a slope of 2 at 0  (2010)."""

    kinks = (0.0,)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z == 0, 2 * np.ones_like(z), z > 0)


class Overflows(Right):
    """y = 1 / (1 + exp(-z)), literally  (1986)."""

    def forward(self, z: Array) -> Array:
        return 1 / (1 + np.exp(-z))


class OverflowsInFloat32(Right):
    """y = 1 / (1 + exp(-z)), safe down to -709 alone  (1986)."""

    def forward(self, z: Array) -> Array:
        return 1 / (1 + np.exp(-np.maximum(z, -700)))


class WrongRange(Right):
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


class SpreadsNaN(Right):
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


WITH_FIGURES = [
    (OverSamples, "A1", r"row 0 of run 0\[\d\]: in a stack .* alone 1"),
    (DerivativeOfY, "A2", r"derivative at z = .*analytic .*numeric .*ratio"),
    (DerivativeOfZ, "A2", "derivative at z = "),
    (WithoutSlope, "A2", "derivative at z = .*analytic 1, numeric"),
    (WrongSign, "A2", "ratio -1 "),
    (Twice, "A2", "ratio 2 "),
    (SlightlyOff, "A2", "ratio 1 "),
    (SoftmaxAsElementwise, "A4", r"backward\[\d, \d\]: analytic"),
    (SoftmaxPassedOn, "A4", "backward"),
    (NotLinear, "A4", r"backward\(2u - 3v\)"),
    (OneSlope, "A8", "of run 1.*stacked .*alone"),
    (Twice, "I2", "the gradient of '0.W'.*analytic .*numeric .*ratio 2 "),
    (SoftmaxAsElementwise, "I2", "the gradient of '0.W'"),
]
SAID = [
    (OverAxisOne, "A1", "alone"),
    (Squeezed, "A1", r"forward of z \[1, 1\] is float64\[\]; float64\[1, 1\] is expected"),
    (Jumps, "A2", "forward has no derivative at z = "),
    (Offset, "A4", r"backward\(0\) is 1e-09, not 0"),
    (UndeclaredKink, "A3", r"undeclared kink at z = -?\d\S*: its slope is 0 left and 1 right"),
    (TinyKink, "A3", r"undeclared kink at z = 2: "),
    (FalseKink, "A3", "kinks declares z = 0, and forward has an ordinary derivative"),
    (OutsideAtKink, "A3", "derivative at the kink z = 0 is 2; it lies between the slopes 0 and 1"),
    (Overflows, "A5", "overflow encountered in exp at z = -710 .float64"),
    (OverflowsInFloat32, "A5", "overflow encountered in exp at z = -710 .float32"),
    (WrongRange, "A6", r"forward\(-1e\+06\) is -1, outside the declared range \[0, 1\]"),
    (NotMonotonic, "A6", "forward falls from .* and declares monotonic"),
    (SwallowsNaN, "A7", r"forward\(nan\) is 0, not nan"),
    (SpreadsNaN, "A7", "a NaN spreads"),
    (Branches, "A8", "it raises ValueError: The truth value"),
]


@pytest.mark.parametrize(
    ("cls", "id", "says"), WITH_FIGURES, ids=lambda v: getattr(v, "__name__", v)
)
def test_a_wrong_number_is_named(
    cls: Any, id: str, says: str, catch_with_figures: Callable[..., Any]
) -> None:
    catch_with_figures(cls, id, says)


@pytest.mark.parametrize(("cls", "id", "says"), SAID, ids=lambda v: getattr(v, "__name__", v))
def test_a_mistake_is_caught(cls: Any, id: str, says: str, catch: Callable[..., Any]) -> None:
    catch(cls, id, says)

"""Activations that sum over the wrong axis, or send back the wrong gradient."""

import numpy as np

from mistakes.activations import Neighbour, Sigmoid, Softmax, sigmoid
from mistakes.mistake import Mistake
from nnplug.core import Array


class OverSamples(Softmax):
    """y = exp(z) / sum(exp(z)) over the samples  (Bridle, 1990)."""

    _axis = -2


class OverAxisOne(Softmax):
    """y = exp(z) / sum(exp(z)) over axis 1, which are the samples of a stack  (Bridle, 1990)."""

    _axis = 1


class Squeezed(Sigmoid):
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


class NotLinear(Sigmoid):
    """y = sigmoid(z), with a clipped backward  (1986)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return np.clip(dy, -2.5, 2.5) * y * (1 - y)


class Offset(Sigmoid):
    """y = sigmoid(z) + 1e-9 in backward  (1986)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy * y * (1 - y) + 1e-9


class BackwardOverSamples(Softmax):
    """y = exp(z) / sum(exp(z)), sum(dy y) over the samples in backward  (Bridle, 1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return y * (dy - (dy * y).sum(axis=-2, keepdims=True))


class BackwardOverAll(Softmax):
    """y = exp(z) / sum(exp(z)), sum(dy y) over everything in backward  (Bridle, 1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return y * (dy - (dy * y).sum())


class HalfSoftmax(Softmax):
    """y = exp(z) / sum(exp(z)), half of dz  (Bridle, 1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return 0.5 * super().backward(dy, z, y)


class NeighbourOfTheWrongSide(Neighbour):
    """y_k = tanh(z_k) + z_(k-1) / 2, dz with the Jacobian instead of its transpose  (1998)."""

    _back = 1


class OfLogarithm(Softmax):
    """y = exp(z) / sum(exp(z)), with the backward of its logarithm  (Bridle, 1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy - y * dy.sum(axis=-1, keepdims=True)


RIGHT = []
MISTAKES = [
    Mistake(
        OverSamples,
        "A1",
        r"row 0 of run 0\[\d\]: in a stack .* alone 1",
        r"a sum over the wrong axis: forward works along the samples \(axis=-2\) and not along",
        figures=True,
    ),
    Mistake(
        OverAxisOne,
        "A1",
        "alone",
        "an axis counted from the front: in a batch forward works along the features, and in a "
        "stack along the samples",
    ),
    Mistake(
        Squeezed,
        "A1",
        r"forward of z \[1, 1\] is float64\[\]; float64\[1, 1\] is expected",
        "lost axes of length 1",
    ),
    Mistake(
        BackwardOverSamples,
        "A1",
        "backward of row",
        "a sum over the wrong axis: backward works along the samples",
    ),
    Mistake(
        BackwardOverAll,
        "A1",
        "backward of row",
        "a reduction over all axes: backward depends on every number of the array",
    ),
    Mistake(
        SoftmaxAsElementwise,
        "A4",
        r"backward\[\d, \d\]: analytic",
        "softmax treated as elementwise",
        figures=True,
    ),
    Mistake(
        SoftmaxPassedOn,
        "A4",
        "backward",
        r"a missing derivative \(sigma'\): .* dy as it came",
        True,
    ),
    Mistake(HalfSoftmax, "A4", "ratio 0.5 ", "a constant factor: dz is 1/2 times", figures=True),
    Mistake(NeighbourOfTheWrongSide, "A4", "backward", "a missing transpose: dz is J dy", True),
    Mistake(
        NotLinear,
        "A4",
        r"backward\(2u - 3v\)",
        "clipping: a dy of 1e9 sends back no more than one of 1e6",
        figures=True,
    ),
    Mistake(OfLogarithm, "A4", "backward", "the derivative of log y", figures=True),
    Mistake(Offset, "A4", r"backward\(0\) is 1e-09, not 0"),
    Mistake(
        SoftmaxAsElementwise, "I2", "the gradient of '0.W'", "softmax treated as elementwise", True
    ),
]

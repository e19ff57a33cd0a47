"""Two rectifiers for nnplug: mish and squared ReLU."""

import math
from collections.abc import Mapping

import numpy as np

import nnplug
from nnplug import Activation, Array


class Mish(Activation):
    """A smooth rectifier with a dip left of zero, y = z tanh(log(1 + exp(z))).

    Formula: y = z t, t = tanh(log(1 + exp(z)))
    Derivative: dy/dz = t + z (1 - t^2) s, s = 1 / (1 + exp(-z)) = (1 + tanh(z / 2)) / 2
    Shapes: z, y (*runs, samples, *features)
    Source: Misra, Mish: a self regularized non-monotonic activation function, 2019
        (arXiv:1908.08681).

    Its lowest value is -0.30884 at z = -1.19243. It resembles silu and is nearer to relu right of
    zero: 1.944 at z = 2, where silu is 1.762.
    """

    range = (-0.3089, math.inf)
    initializer = "he"

    def forward(self, z: Array) -> Array:
        """Return z t."""
        return z * self.gate(z)

    def derivative(self, z: Array, y: Array) -> Array:
        """Return t + z (1 - t^2) s."""
        t = self.gate(z)
        s: Array = 0.5 * np.tanh(0.5 * z) + 0.5
        return t + z * (1.0 - t * t) * s

    def gate(self, z: Array) -> Array:
        """Return t; logaddexp(0, z) is log(1 + exp(z)) without overflow."""
        t: Array = np.tanh(np.logaddexp(0.0, z))
        return t


class SquaredReLU(Activation):
    """What is positive passes squared, the rest is cut off, y = max(z, 0)^2.

    Formula: y = max(z, 0)^2
    Derivative: dy/dz = 2 max(z, 0)
    Shapes: z, y (*runs, samples, *features)
    Source: So, Manke, Liu, Dai, Shazeer, Le, Primer: searching for efficient transformers for
        language modeling, NeurIPS 2021.

    Unlike relu it has no kink. It is not linear anywhere: an input twice as large gives an output
    four times as large, so that it asks for small weights. For inputs with mean square 1, weights
    of variance 1 / fan_in give outputs with mean square 1.5; he's 2 / fan_in would give 6.
    """

    range = (0.0, math.inf)
    monotonic = True
    initializer = "lecun"

    def forward(self, z: Array) -> Array:
        """Return max(z, 0)^2."""
        y: Array = np.square(np.maximum(z, 0.0))
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 2 max(z, 0)."""
        slope: Array = 2.0 * np.maximum(z, 0.0)
        return slope


@nnplug.hookimpl
def nnplug_activations() -> Mapping[str, type[Activation]]:
    """Give mish and squared_relu."""
    return {"mish": Mish, "squared_relu": SquaredReLU}

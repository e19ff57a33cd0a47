"""The sigmoid activation."""

import numpy as np

from nnplug.core import Activation, Array


class Sigmoid(Activation):
    """A smooth step from 0 to 1, y = 1 / (1 + exp(-z)).

    Formula: y = 1 / (1 + exp(-z)) = (1 + tanh(z / 2)) / 2
    Derivative: dy/dz = y (1 - y)
    Shapes: z, y (*runs, samples, *features)
    Source: Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
        Nature 1986.

    Its slope is at most 1/4 and vanishes on both sides, so that deep stacks of it learn slowly. As
    the last step of a binary classifier it turns a score into a probability.
    """

    range = (0.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        """Return y in [0, 1]."""
        # exp(-z) overflows below z = -709 (float32: -88). tanh never does, and both forms are the
        # same function: multiply numerator and denominator of the first by exp(z / 2).
        y: Array = 0.5 * np.tanh(0.5 * z) + 0.5
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return y (1 - y): the exponential is computed once, in forward."""
        return y * (1.0 - y)

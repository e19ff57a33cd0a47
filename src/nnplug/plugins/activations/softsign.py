"""Softsign."""

import numpy as np

from nnplug.core import Activation, Array


class Softsign(Activation):
    """A step from -1 to 1 with long tails, y = z / (1 + |z|).

    Formula: y = z / (1 + |z|)
    Derivative: dy/dz = 1 / (1 + |z|)^2
    Shapes: z, y (*runs, samples, *features)
    Source: Bergstra, Desjardins, Lamblin, Bengio, Quadratic polynomials learn better image
        features, technical report 1337, Université de Montréal 2009.

    It looks like tanh, but nears its limits like 1 - 1/z and not exponentially: a saturated unit
    keeps some gradient and finds its way back.
    """

    range = (-1.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        """Return z / (1 + |z|)."""
        y: Array = z / (1.0 + np.abs(z))
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 1 / (1 + |z|)^2."""
        dy_dz: Array = (1.0 + np.abs(z)) ** -2.0
        return dy_dz

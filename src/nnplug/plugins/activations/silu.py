"""The sigmoid-weighted linear unit, also called swish."""

import math

import numpy as np

from nnplug.core import Activation, Array


class SiLU(Activation):
    """A smooth rectifier with a dip left of zero, y = z sigmoid(z).

    Formula: y = z s with s = sigmoid(z) = (1 + tanh(z / 2)) / 2
    Derivative: dy/dz = s + y (1 - s)
    Shapes: z, y (*runs, samples, *features)
    Source: Elfwing, Uchibe, Doya, Sigmoid-weighted linear units for neural network function
        approximation in reinforcement learning, Neural Networks 2018.

    It has no kink, and its lowest value is -0.27846 at z = -1.27846.
    """

    range = (-0.2785, math.inf)
    initializer = "he"

    def forward(self, z: Array) -> Array:
        """Return z sigmoid(z)."""
        # With h = z / 2, z (1 + tanh(h)) / 2 = h + h tanh(h): one pass less, and no overflow.
        h = 0.5 * z
        y: Array = h + h * np.tanh(h)
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return s + y (1 - s), with s = sigmoid(z)."""
        s: Array = 0.5 * np.tanh(0.5 * z) + 0.5
        return s + y * (1.0 - s)

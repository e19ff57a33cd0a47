"""Softplus, the smooth rectifier."""

import math

import numpy as np

from nnplug.core import Activation, Array


class Softplus(Activation):
    """A rectifier with a rounded corner, y = log(1 + exp(z)).

    Formula: y = log(1 + exp(z))
    Derivative: dy/dz = sigmoid(z) = (1 + tanh(z / 2)) / 2
    Shapes: z, y (*runs, samples, *features)
    Source: Dugas, Bengio, Bélisle, Nadeau, Garcia, Incorporating second-order functional knowledge
        for better option pricing, NIPS 2000.

    It is the antiderivative of the sigmoid, always positive, and log(2) above relu at 0. Smoothness
    costs: every unit is a little active for every sample.
    """

    range = (0.0, math.inf)
    monotonic = True
    initializer = "he"

    def forward(self, z: Array) -> Array:
        """Return log(1 + exp(z))."""
        # exp(z) overflows. With z taken out of the logarithm where it is positive, nothing does.
        y: Array = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return sigmoid(z)."""
        s: Array = 0.5 * np.tanh(0.5 * z) + 0.5
        return s

"""The scaled exponential linear unit."""

import math

import numpy as np

from nnplug.core import Activation, Array

ALPHA = 1.6732632423543772848
SCALE = 1.0507009873554804934


class SELU(Activation):
    """An elu that keeps mean 0 and variance 1, y = 1.0507 z where z > 0, else 1.7581 (exp(z) - 1).

    Formula: y = scale z where z > 0, else scale alpha (exp(z) - 1),
        with alpha = 1.6732632423543772848, scale = 1.0507009873554804934
    Derivative: dy/dz = scale where z > 0, else scale alpha exp(z)
    Shapes: z, y (*runs, samples, *features)
    Source: Klambauer, Unterthiner, Mayr, Hochreiter, Self-normalizing neural networks, NIPS 2017.

    The two constants solve two equations: if z is normal with mean 0 and variance 1, so are mean
    and variance of y. Layer after layer keeps them, as long as the weights are those of lecun.
    """

    kinks = (0.0,)
    range = (-SCALE * ALPHA, math.inf)
    monotonic = True
    initializer = "lecun"

    def forward(self, z: Array) -> Array:
        """Return scale z where z > 0, else scale alpha (exp(z) - 1)."""
        y: Array = SCALE * np.maximum(z, 0.0) + SCALE * ALPHA * np.expm1(np.minimum(z, 0.0))
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return scale where z > 0, else scale alpha exp(z)."""
        dy_dz: Array = np.where(z > 0, SCALE, SCALE * ALPHA * np.exp(np.minimum(z, 0.0)))
        return dy_dz

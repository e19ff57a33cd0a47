"""The rectified linear unit."""

import math

import numpy as np

from nnplug.core import Activation, Array


class ReLU(Activation):
    """What is positive passes, the rest is cut off, y = max(z, 0).

    Formula: y = max(z, 0)
    Derivative: dy/dz = 1 where z > 0, else 0 (at the kink z = 0 any slope from 0 to 1 would do)
    Shapes: z, y (*runs, samples, *features)
    Source: Nair, Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010.

    A unit whose z is negative for every sample gets no gradient and stays "dead"; leaky_relu is the
    remedy.
    """

    kinks = (0.0,)
    range = (0.0, math.inf)
    monotonic = True
    initializer = "he"

    def forward(self, z: Array) -> Array:
        """Return max(z, 0)."""
        y: Array = np.maximum(z, 0.0)
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 1 where z > 0, else 0."""
        return (z > 0).astype(z.dtype)

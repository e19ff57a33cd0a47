"""The identity: no activation."""

import numpy as np

from nnplug.core import Activation, Array


class Identity(Activation):
    """No activation at all, y = z.

    Formula: y = z
    Derivative: dy/dz = 1
    Shapes: z, y (*runs, samples, *features)
    Source: Widrow, Hoff, Adaptive switching circuits, IRE WESCON 1960 (the linear unit).

    Layers with nothing but this between them are together one linear layer: however deep, they
    cannot learn xor.
    """

    monotonic = True

    def forward(self, z: Array) -> Array:
        """Return z."""
        return z

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 1 everywhere."""
        return np.ones_like(z)

"""The hard tanh."""

import numpy as np

from nnplug.core import Activation, Array


class HardTanh(Activation):
    """A tanh of three straight pieces, y = min(max(z, -1), 1).

    Formula: y = -1 where z < -1, z between, 1 where z > 1
    Derivative: dy/dz = 1 where -1 < z < 1, else 0 (at the kinks any slope from 0 to 1 would do)
    Shapes: z, y (*runs, samples, *features)
    Source: Collobert, Large scale machine learning, PhD thesis, Université Paris VI 2004.

    It costs no exponential. Beyond 1 there is no gradient at all: what tanh calls saturated is dead
    here, until other weights bring it back.
    """

    kinks = (-1.0, 1.0)
    range = (-1.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        """Return z, cut off at -1 and 1."""
        y: Array = np.clip(z, -1.0, 1.0)
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 1 where -1 < z < 1, else 0."""
        return (np.abs(z) < 1.0).astype(z.dtype)

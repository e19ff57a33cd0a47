"""The exponential function."""

import math

import numpy as np

from nnplug.core import Activation, Array


class Exp(Activation):
    """Any number to a positive one, y = exp(z).

    Formula: y = exp(z)
    Derivative: dy/dz = y
    Shapes: z, y (*runs, samples, *features)
    Source: Nelder, Wedderburn, Generalized linear models, JRSS A 1972 (as the inverse of the
        logarithm, the link of Poisson regression).

    For outputs that must be positive, such as counts and rates; the loss poisson has it as its
    link. In hidden layers it grows too fast. Where exp(z) is beyond the largest number of its type,
    y stays below it: exp(709) in float64, exp(88) in float32.
    """

    range = (0.0, math.inf)
    monotonic = True

    def forward(self, z: Array) -> Array:
        """Return exp(z)."""
        largest = float(math.floor(math.log(np.finfo(z.dtype).max)))
        y: Array = np.exp(np.minimum(z, largest))
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return y."""
        return y

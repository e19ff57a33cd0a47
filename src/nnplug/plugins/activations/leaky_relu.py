"""The leaky rectified linear unit."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from nnplug.core import Activation, Array


class LeakyReLU(Activation):
    """A rectifier that leaks a little where z is negative, y = max(z, slope z).

    Formula: y = z where z > 0, else slope z; for a slope from 0 to 1 that is max(z, slope z)
    Derivative: dy/dz = 1 where z > 0, else slope
    Shapes: z, y (*runs, samples, *features)
    Source: Maas, Hannun, Ng, Rectifier nonlinearities improve neural network acoustic models,
        ICML 2013 workshop on deep learning for audio, speech and language processing.

    The leak keeps a gradient alive where relu has none.
    """

    slope: Annotated[float, Ge(0), Le(1), "the slope left of zero"] = 0.01

    kinks = (0.0,)
    monotonic = True
    initializer = "he"

    def forward(self, z: Array) -> Array:
        """Return max(z, slope z)."""
        y: Array = np.maximum(z, self.slope * z)
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 1 where z > 0, else slope."""
        # The maximum of (1 or 0) and the slope; np.where on two numbers would make float64 of
        # float32, and is slower.
        dy_dz: Array = np.maximum((z > 0).astype(z.dtype), self.slope)
        return dy_dz

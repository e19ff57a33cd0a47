"""The exponential linear unit."""

import math
from typing import Annotated

import numpy as np
from annotated_types import Gt

from nnplug.core import Activation, Array


class ELU(Activation):
    """A rectifier that levels off at -alpha, y = z where z > 0, else alpha (exp(z) - 1).

    Formula: y = z where z > 0, else alpha (exp(z) - 1)
    Derivative: dy/dz = 1 where z > 0, else alpha exp(z) = y + alpha
    Shapes: z, y (*runs, samples, *features)
    Source: Clevert, Unterthiner, Hochreiter, Fast and accurate deep network learning by exponential
        linear units (ELUs), ICLR 2016.

    Its negative values bring the mean output nearer to 0, and no unit dies. With alpha = 1 both
    pieces meet with slope 1; with any other alpha it has a kink at 0.
    """

    alpha: Annotated[float, Gt(0), "what it levels off at, below zero"] = 1.0

    monotonic = True
    initializer = "he"

    @property
    def kinks(self) -> tuple[float, ...]:  # type: ignore[override]  # a fact that alpha decides
        """Where the slopes alpha and 1 meet, unless they are equal."""
        return () if self.alpha == 1.0 else (0.0,)

    @property
    def range(self) -> tuple[float, float]:  # type: ignore[override]  # likewise
        """From -alpha up."""
        return (-self.alpha, math.inf)

    def forward(self, z: Array) -> Array:
        """Return z where z > 0, else alpha (exp(z) - 1)."""
        # expm1(z) is exp(z) - 1 without its rounding near 0; of the minimum it cannot overflow.
        y: Array = np.maximum(z, 0.0) + self.alpha * np.expm1(np.minimum(z, 0.0))
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        """Return 1 where z > 0, else alpha exp(z)."""
        # Not y + alpha: far left, where y is nearly -alpha, nothing but rounding would be left.
        dy_dz: Array = np.where(z > 0, 1.0, self.alpha * np.exp(np.minimum(z, 0.0)))
        return dy_dz

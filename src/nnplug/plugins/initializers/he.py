"""He's initializer, for rectifiers."""

import math
from typing import Any

from nnplug.core import Array, Initializer


class He(Initializer):
    """Normal weights for rectifiers, std = sqrt(2 / fan_in).

    Formula: w ~ N(0, std^2), std = sqrt(2 / fan_in)
    Distribution: normal around 0
    Shapes: w of the parameter's shape
    Source: He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV 2015.

    A sum of fan_in terms has fan_in times their variance, and a rectifier cuts off half of it; with
    this std the signal keeps its size from layer to layer.
    """

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights."""
        w: Array = self.std(fan_in, fan_out) * rng.standard_normal(shape)
        return w

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return sqrt(2 / fan_in)."""
        return math.sqrt(2.0 / fan_in)

"""Uniform weights of one width, whatever the layer."""

import math
from typing import Annotated, Any

from annotated_types import Gt

from nnplug.core import Array, Initializer


class Uniform(Initializer):
    """Uniform weights between two limits, the same everywhere, -limit <= w < limit.

    Formula: w ~ U(-limit, limit)
    Distribution: uniform around 0, std = limit / sqrt(3)
    Shapes: w of the parameter's shape
    Source: Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
        Nature 1986 (between -0.3 and 0.3).

    No weight is ever far from 0. Like normal it does not look at fan_in, and what suits one width
    of layer suits no other; lecun, xavier and he do.
    """

    limit: Annotated[float, Gt(0), "the largest weight"] = 0.3

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights."""
        w: Array = rng.uniform(-self.limit, self.limit, shape)
        return w

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return limit / sqrt(3)."""
        return self.limit / math.sqrt(3.0)

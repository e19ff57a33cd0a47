"""The initializer the_name.

Write your distribution and your docstring in the place of Glorot's. `pytest` tells whether it has
the standard deviation that it claims.
"""

import math
from typing import Annotated, Any

import nnplug
from annotated_types import Gt
from nnplug import Array, Initializer


class TheClass(Initializer):
    """Glorot's uniform weights, until yours replace them: |w| < gain sqrt(6 / (fan_in + fan_out)).

    Formula: w ~ U(-limit, limit), limit = gain sqrt(6 / (fan_in + fan_out)), std = limit / sqrt(3)
    Shapes: w of the parameter's shape
    Source: Glorot, Bengio, Understanding the difficulty of training deep feedforward neural
        networks, AISTATS 2010 (gain = 1).
    """

    gain: Annotated[float, Gt(0), "multiplies every weight"] = 1.0

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights; all chance comes from rng."""
        limit = self._limit(fan_in, fan_out)
        w: Array = rng.uniform(-limit, limit, shape)
        return w

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return the standard deviation that `sample` has."""
        return self._limit(fan_in, fan_out) / math.sqrt(3)

    def _limit(self, fan_in: int, fan_out: int) -> float:
        return self.gain * math.sqrt(6 / (fan_in + fan_out))


@nnplug.hookimpl
def nnplug_initializers() -> dict[str, type[Initializer]]:
    """Give initializers by the names to type."""
    return {"the_name": TheClass}

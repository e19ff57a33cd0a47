"""The activation the_name.

Write your formula, its derivative and your docstring in the place of swish's. `pytest` tells
whether they agree.
"""

from typing import Annotated

import nnplug
import numpy as np
from annotated_types import Gt
from nnplug import Activation, Array


class TheClass(Activation):
    """Swish, until your formula replaces it: y = z / (1 + exp(-beta z)).

    Formula: y = z s, s = 1 / (1 + exp(-beta z))
    Derivative: dy/dz = s + beta z s (1 - s)
    Shapes: z, y (*runs, samples, *features)
    Source: Ramachandran, Zoph, Le, Searching for activation functions, 2017.
    """

    beta: Annotated[float, Gt(0), "how sharp the bend is"] = 1.5

    initializer = "he"  # the weights that suit it; kinks, range and monotonic may be stated, too

    def forward(self, z: Array) -> Array:
        """Return y."""
        return z * self._gate(z)

    def derivative(self, z: Array, y: Array) -> Array:
        """Return dy/dz."""
        s = self._gate(z)
        return s + self.beta * z * s * (1 - s)

    def _gate(self, z: Array) -> Array:
        """Return s, written with tanh, which does not overflow."""
        s: Array = 0.5 + 0.5 * np.tanh(0.5 * self.beta * z)
        return s


@nnplug.hookimpl
def nnplug_activations() -> dict[str, type[Activation]]:
    """Give activations by the names to type."""
    return {"the_name": TheClass}

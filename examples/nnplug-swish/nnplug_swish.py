"""The swish activation, as a package to copy from."""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from annotated_types import Gt

import nnplug
from nnplug import Activation, Array


class Swish(Activation):
    """A rectifier with a smooth bend, y = z / (1 + exp(-beta z)).

    Formula: y = z s, s = 1 / (1 + exp(-beta z)) = (1 + tanh(beta z / 2)) / 2
    Derivative: dy/dz = s + beta z s (1 - s)
    Shapes: z, y (*runs, samples, *features)
    Source: Ramachandran, Zoph, Le, Searching for activation functions, 2017.
    """

    beta: Annotated[float, Gt(0), "how sharp the bend is"] = 1.5

    initializer = "he"

    def forward(self, z: Array) -> Array:
        """Return y."""
        return z * self.gate(z)

    def derivative(self, z: Array, y: Array) -> Array:
        """Return s + beta z s (1 - s)."""
        s = self.gate(z)
        return s + self.beta * z * s * (1 - s)

    def gate(self, z: Array) -> Array:
        """Return s, written so that it never overflows."""
        s: Array = 0.5 * np.tanh(0.5 * self.beta * z) + 0.5
        return s


@nnplug.hookimpl
def nnplug_activations() -> Mapping[str, type[Activation]]:
    """Give swish."""
    return {"swish": Swish}

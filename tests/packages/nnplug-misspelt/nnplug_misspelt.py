"""Writes nnplug_activation for nnplug_activations."""

import nnplug
from nnplug.core import Activation, Array


class Cube(Activation):
    """y = z^3."""

    def forward(self, z: Array) -> Array:
        return z**3

    def derivative(self, z: Array, y: Array) -> Array:
        return 3 * z**2


@nnplug.hookimpl
def nnplug_activation() -> dict[str, type[Activation]]:
    return {"cube": Cube}

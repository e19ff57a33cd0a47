"""Has a hook that yields, and raises half-way."""

from collections.abc import Iterator
from typing import Any

import nnplug
from nnplug.core import Activation, Array


class Cube(Activation):
    """y = z^3."""

    def forward(self, z: Array) -> Array:
        return z**3

    def derivative(self, z: Array, y: Array) -> Array:
        return 3 * z**2


@nnplug.hookimpl
def nnplug_activations() -> Iterator[Any]:
    yield "cube", Cube
    raise RuntimeError("half-way")

"""Prints when it is imported, on both streams."""

import sys

import nnplug
from nnplug.core import Activation, Array

print("chatty says hello on stdout")
print("chatty says hello on stderr", file=sys.stderr)


class Cube(Activation):
    """y = z^3."""

    def forward(self, z: Array) -> Array:
        return z**3

    def derivative(self, z: Array, y: Array) -> Array:
        return 3 * z**2


@nnplug.hookimpl
def nnplug_activations() -> dict[str, type[Activation]]:
    return {"chatty_cube": Cube}

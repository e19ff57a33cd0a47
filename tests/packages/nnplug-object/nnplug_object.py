"""Plugins that are a class and an instance, in one package."""

import nnplug
from nnplug.core import Activation, Array


class Cube(Activation):
    """y = z^3."""

    def forward(self, z: Array) -> Array:
        return z**3

    def derivative(self, z: Array, y: Array) -> Array:
        return 3 * z**2


class Square(Activation):
    """y = z^2."""

    def forward(self, z: Array) -> Array:
        return z**2

    def derivative(self, z: Array, y: Array) -> Array:
        return 2 * z


class Plugin:
    def __init__(self, name: str = "cube", target: type[Activation] = Cube) -> None:
        self.given = {name: target}

    @nnplug.hookimpl
    def nnplug_activations(self) -> dict[str, type[Activation]]:
        return self.given


plugin = Plugin("square", Square)

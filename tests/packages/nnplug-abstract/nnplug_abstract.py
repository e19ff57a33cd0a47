"""Gives a class that others were to derive from."""

from abc import ABC, abstractmethod

import nnplug
from nnplug.core import Activation, Array


class Rectifier(Activation, ABC):
    """y = max(z, 0) + s min(z, 0), with s from a class that derives from this."""

    @abstractmethod
    def slope(self) -> float: ...

    def forward(self, z: Array) -> Array:
        return z.clip(0) + self.slope() * z.clip(None, 0)

    def derivative(self, z: Array, y: Array) -> Array:
        return (z > 0) + self.slope() * (z <= 0)


@nnplug.hookimpl
def nnplug_activations() -> dict[str, type[Activation]]:
    return {"rectifier": Rectifier}

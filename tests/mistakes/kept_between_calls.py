"""Methods that take what another method has kept: right in a row, wrong in any other order."""

from typing import Any

from mistakes.activations import Sigmoid, Softmax
from mistakes.losses import MSE
from mistakes.mistake import Mistake
from nnplug.core import Array
from nnplug.core.component import Component


class KeepsOutput(Sigmoid):
    """y = sigmoid(z), its derivative by the y that forward kept  (1986)."""

    def forward(self, z: Array) -> Array:
        y = super().forward(z)
        object.__setattr__(self, "_y", y)
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        kept: Any = vars(self)["_y"]
        return (kept * (1 - kept)).astype(z.dtype)


class KeepsInput(Softmax):
    """y = exp(z) / sum(exp(z)), its backward by the z that forward kept  (Bridle, 1990)."""

    def forward(self, z: Array) -> Array:
        object.__setattr__(self, "_z", z)
        return super().forward(z)

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        kept: Any = super().forward(vars(self)["_z"])
        return (kept * (dy - (dy * kept).sum(axis=-1, keepdims=True))).astype(z.dtype)


class KeepsError(MSE):
    """mean (z - t)^2, its gradient by the z - t that value kept  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        object.__setattr__(self, "_e", z - t)
        return super().value(z, t)

    def gradient(self, z: Array, t: Array) -> Array:
        kept: Any = vars(self)["_e"]
        return (2 * kept / z.shape[-1]).astype(z.dtype)


def _kept(name: str, method: str) -> str:
    return f"state between calls: {method} changes {name} of the component"


OTHERS = "called after its other methods, which had other numbers"

RIGHT: list[type[Component]] = []
MISTAKES = [
    Mistake(KeepsOutput, "C6", OTHERS, _kept("_y", "forward")),
    Mistake(KeepsInput, "C6", OTHERS, _kept("_z", "forward")),
    Mistake(KeepsError, "C6", "now and before", _kept("_e", "value")),
]

"""Gradient descent."""

from typing import Annotated

from annotated_types import Gt

from nnplug.core import Array, Optimizer


class GD(Optimizer):
    """Gradient descent, one step straight downhill, w = w - lr g.

    Formula: w = w - lr g
    Update: w -= lr g
    Shapes: w, g alike, any
    Source: Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées,
        Comptes rendus 1847.

    The default lr suits networks of a few units: on xor, two hidden layers of ten relu units take
    about 350 epochs with it, ten sigmoid units some 24,000, for the slope of a sigmoid is small.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.1

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        """Return w after one step."""
        w -= lr * g
        return w

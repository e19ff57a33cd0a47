"""The optimizer the_name.

Write your update rule and your docstring in the place of quasi-hyperbolic momentum. `pytest` tells
whether it goes downhill, and what else it does.
"""

from typing import Annotated

import nnplug
from annotated_types import Ge, Gt, Le, Lt
from nnplug import Array, Optimizer


class TheClass(Optimizer):
    """Quasi-hyperbolic momentum, until yours replaces it: w = w - lr ((1 - nu) g + nu m).

    Formula: m = beta m + (1 - beta) g; w = w - lr ((1 - nu) g + nu m), with m = 0 at first
    Shapes: w, g, m alike, any
    Source: Ma, Yarats, Quasi-hyperbolic momentum and Adam for deep learning, ICLR 2019.

    nu = 0 is gradient descent, nu = 1 momentum with a running mean.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.5
    nu: Annotated[float, Ge(0), Le(1), "share of the mean in a step"] = 0.7
    beta: Annotated[float, Ge(0), Lt(1), "what is kept of the mean"] = 0.95

    slots = ("m",)  # its memory: zeros at first, kept and handed in by the engine

    def update(self, w: Array, g: Array, lr: float, t: int, m: Array) -> tuple[Array, Array]:
        """Return w and m after step t, which counts from 1."""
        m = self.beta * m + (1 - self.beta) * g
        w = w - lr * ((1 - self.nu) * g + self.nu * m)
        return w, m


@nnplug.hookimpl
def nnplug_optimizers() -> dict[str, type[Optimizer]]:
    """Give optimizers by the names to type."""
    return {"the_name": TheClass}

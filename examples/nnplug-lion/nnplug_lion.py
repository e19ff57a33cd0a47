"""The Lion optimizer for nnplug."""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

import nnplug
from nnplug import Array, Optimizer


class Lion(Optimizer):
    """Every weight moves by lr, against the sign of a mean, w = w - lr (sign(c) + decay w).

    Formula: c = beta1 m + (1 - beta1) g; w = w - lr (sign(c) + decay w);
        m = beta2 m + (1 - beta2) g, with m = 0 before the first step
    Update: w -= lr (sign(c) + decay w); m = beta2 m + (1 - beta2) g
    Shapes: w, g, m alike, any
    Source: Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu, Le, Symbolic
        discovery of optimization algorithms, NeurIPS 2023 (arXiv:2302.06675, algorithm 2).

    The name is short for EvoLved sIgn mOmeNtum. A step has the same size whatever the gradient's,
    and there is one slot where adam has two. The paper takes an lr that is 3 to 10 times smaller
    than adamw's, and a decay that is larger by as much: the product says how fast weights shrink.
    The defaults here are a third and three times those of adamw.

    Steps do not get smaller near a minimum: let a schedule such as cosine lower lr. --weight-decay
    adds to the gradient, of which the sign alone is left; decay goes past the sign.
    """

    lr: Annotated[float, Gt(0), "learning rate: the size of each step"] = 0.003
    beta1: Annotated[float, Ge(0), Lt(1), "share of the mean in the step's direction"] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1), "what is kept of the mean gradient"] = 0.99
    decay: Annotated[float, Ge(0), "share of each weight that goes, times lr"] = 0.03

    slots = ("m",)
    own_decay = True

    def update(self, w: Array, g: Array, lr: float, t: int, m: Array) -> tuple[Array, Array]:
        """Return w and the running mean m after step t."""
        c = self.beta1 * m + (1.0 - self.beta1) * g
        w -= lr * (np.sign(c) + self.decay * w)
        m *= self.beta2
        m += (1.0 - self.beta2) * g
        return w, m


@nnplug.hookimpl
def nnplug_optimizers() -> Mapping[str, type[Optimizer]]:
    """Give lion."""
    return {"lion": Lion}

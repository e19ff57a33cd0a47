"""Adadelta: steps in the units of the weights."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class Adadelta(Optimizer):
    """The gradient, scaled from its own recent size to that of recent steps, w = w - lr r g.

    Formula: s = rho s + (1 - rho) g^2; step = sqrt(d + eps) / sqrt(s + eps) g;
        d = rho d + (1 - rho) step^2; w = w - lr step, with s = d = 0 before the first step
    Update: as the formula, r = sqrt((d + eps) / (s + eps))
    Shapes: w, g, s, d alike, any
    Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012, arXiv:1212.5701.

    A gradient has units of 1 / w, so a learning rate must have units too; the ratio of two root
    mean squares gives a step the units of w. The paper has no lr, which is lr = 1. Steps grow from
    sqrt(eps), so that it starts slowly; on xor with relu, lr = 3 takes a third of the epochs.
    """

    lr: Annotated[float, Gt(0), "learning rate; 1 in the paper"] = 1.0
    rho: Annotated[float, Ge(0), Lt(1), "what is kept of both running means"] = 0.95
    eps: Annotated[float, Gt(0), "the square of the first steps' size, and keeps 0 / 0 away"] = 1e-6

    slots = ("s", "d")

    def update(
        self, w: Array, g: Array, lr: float, t: int, s: Array, d: Array
    ) -> tuple[Array, Array, Array]:
        """Return w and the running means of squared gradients s and squared steps d."""
        s *= self.rho
        s += (1.0 - self.rho) * g * g
        step = np.sqrt((d + self.eps) / (s + self.eps)) * g
        d *= self.rho
        d += (1.0 - self.rho) * step * step
        w -= lr * step
        return w, s, d

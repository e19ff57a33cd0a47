"""Adagrad: a learning rate for each weight, which falls with what the weight has seen."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

from nnplug.core import Array, Optimizer


class Adagrad(Optimizer):
    """A step that shrinks with all gradients so far, w = w - lr g / (sqrt(sum g^2) + eps).

    Formula: s = s + g^2; w = w - lr g / (sqrt(s) + eps), with s = 0 before the first step
    Update: s += g^2; w -= lr g / (sqrt(s) + eps)
    Shapes: w, g, s alike, any
    Source: Duchi, Hazan, Singer, Adaptive subgradient methods for online learning and stochastic
        optimization, JMLR 2011 (the diagonal form).

    The first step is lr in each weight, whatever the size of the gradient. s never falls, so steps
    fade like 1 / sqrt(t): good for rare features, and often too slow at the end of a long run.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.1
    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-10

    slots = ("s",)

    def update(self, w: Array, g: Array, lr: float, t: int, s: Array) -> tuple[Array, Array]:
        """Return w and the sum of squares s after one step."""
        s += g * g
        w -= lr * g / (np.sqrt(s) + self.eps)
        return w, s

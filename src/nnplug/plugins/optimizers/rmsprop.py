"""RMSprop: gradients divided by their recent size."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class RMSprop(Optimizer):
    """The gradient over its running root mean square, w = w - lr g / (sqrt(mean(g^2)) + eps).

    Formula: s = rho s + (1 - rho) g^2; w = w - lr g / (sqrt(s) + eps), with s = 0 before the first
        step
    Update: s *= rho; s += (1 - rho) g^2; w -= lr g / (sqrt(s) + eps)
    Shapes: w, g, s alike, any
    Source: Tieleman, Hinton, Lecture 6.5: RMSprop, Neural Networks for Machine Learning, Coursera
        2012.

    Adagrad that forgets: s is a mean over about 1 / (1 - rho) steps and not a sum over all, so that
    steps do not fade. s starts at 0 and nothing corrects for it, as adam does: the first step is
    lr / sqrt(1 - rho) in each weight, 3.2 lr for rho = 0.9.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.01
    rho: Annotated[float, Ge(0), Lt(1), "what is kept of the mean squared gradient"] = 0.9
    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-8

    slots = ("s",)

    def update(self, w: Array, g: Array, lr: float, t: int, s: Array) -> tuple[Array, Array]:
        """Return w and the mean of squares s after one step."""
        s *= self.rho
        s += (1.0 - self.rho) * g * g
        w -= lr * g / (np.sqrt(s) + self.eps)
        return w, s

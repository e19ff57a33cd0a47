"""Nadam: Adam with Nesterov's momentum."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class NAdam(Optimizer):
    """Adam whose mean gradient looks one step ahead, w = w - lr ahead(g) / (sqrt(mean(g^2)) + eps).

    Formula: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
        a = beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t);
        w = w - lr a / (sqrt(v / (1 - beta2^t)) + eps), with m = v = 0 before t = 1
    Update: as the formula, the fraction expanded by c2 = sqrt(1 - beta2^t)
    Shapes: w, g, m, v alike, any
    Source: Dozat, Incorporating Nesterov momentum into Adam, ICLR 2016 workshop; with a constant
        beta1 (the paper allows one that grows, and PyTorch and Keras take that).

    Adam steps along the mean of gradients up to now. This is the mean as it will be after the next
    step, if the gradient stays: the old mean counts less, the new gradient more.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.01
    beta1: Annotated[float, Ge(0), Lt(1), "what is kept of the mean gradient"] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1), "what is kept of the mean squared gradient"] = 0.999
    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-8

    slots = ("m", "v")

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        """Return w and the running means m and v after step t."""
        m *= self.beta1
        m += (1.0 - self.beta1) * g
        v *= self.beta2
        v += (1.0 - self.beta2) * g * g
        c2 = (1.0 - self.beta2**t) ** 0.5
        old = self.beta1 / (1.0 - self.beta1 ** (t + 1)) * c2
        new = (1.0 - self.beta1) / (1.0 - self.beta1**t) * c2
        w -= lr * (old * m + new * g) / (np.sqrt(v) + self.eps * c2)
        return w, m, v

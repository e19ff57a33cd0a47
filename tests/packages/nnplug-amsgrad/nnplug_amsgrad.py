"""Adam that never forgets a large gradient."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

import nnplug
from nnplug.core import Array, Optimizer


class AMSGrad(Optimizer):
    """Adam that divides by the largest running mean so far, w = w - lr m / (sqrt(max v) + eps).

    Formula: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; u = max(u, v);
        w = w - lr m / (1 - beta1^t) / (sqrt(u / (1 - beta2^t)) + eps), with m = v = u = 0 at first
    Shapes: w, g, m, v, u alike, any
    Source: Reddi, Kale, Kumar, On the convergence of Adam and beyond, ICLR 2018; the corrections by
        1 - beta^t are Adam's.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.01
    beta1: Annotated[float, Ge(0), Lt(1), "what is kept of the mean gradient"] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1), "what is kept of the mean squared gradient"] = 0.999
    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-8

    slots = ("m", "v", "u")

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array, u: Array
    ) -> tuple[Array, Array, Array, Array]:
        """Return w and the slots after step t."""
        m = self.beta1 * m + (1.0 - self.beta1) * g
        v = self.beta2 * v + (1.0 - self.beta2) * g * g
        u = np.maximum(u, v)
        c1 = 1.0 - self.beta1**t
        c2 = (1.0 - self.beta2**t) ** 0.5
        w = w - lr * m / (c1 / c2 * np.sqrt(u) + self.eps * c1)
        return w, m, v, u


@nnplug.hookimpl
def nnplug_optimizers() -> dict[str, type[Optimizer]]:
    return {"amsgrad": AMSGrad}

"""Adam with decoupled weight decay."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class AdamW(Optimizer):
    """Adam that also pulls every weight towards 0, w = w - lr (adam's step + decay w).

    Formula: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
        w = w - lr (m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps) + decay w), with m = v = 0
        before t = 1
    Update: w -= lr (decay w); then as adam
    Shapes: w, g, m, v alike, any
    Source: Loshchilov, Hutter, Decoupled weight decay regularization, ICLR 2019; with lr before
        both terms, as in torch.optim.AdamW.

    --weight-decay adds to the gradient, and adam divides by the size of that: weights with large
    gradients hardly decay. Here the decay goes past the division, and every weight shrinks by the
    same share of lr, biases too. Give one of the two.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.01
    beta1: Annotated[float, Ge(0), Lt(1), "what is kept of the mean gradient"] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1), "what is kept of the mean squared gradient"] = 0.999
    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-8
    decay: Annotated[float, Ge(0), "share of each weight that goes, times lr"] = 0.01

    slots = ("m", "v")
    own_decay = True

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        """Return w and the running means m and v after step t."""
        m *= self.beta1
        m += (1.0 - self.beta1) * g
        v *= self.beta2
        v += (1.0 - self.beta2) * g * g
        c1 = 1.0 - self.beta1**t
        c2 = (1.0 - self.beta2**t) ** 0.5
        w -= lr * (self.decay * w)
        w -= lr * m / (c1 / c2 * np.sqrt(v) + self.eps * c1)
        return w, m, v

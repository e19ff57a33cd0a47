"""Muon: momentum whose step is made orthogonal, matrix by matrix."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer

ROUNDS = 5
A, B, C = 3.4445, -4.7750, 2.0315


class Muon(Optimizer):
    """Momentum with all stretching taken out of its step, w = w - lr scale U V^T, v = U S V^T.

    Formula: v = mu v + g; X = (g + mu v) / |g + mu v|; five times X = A X + (B Y + C Y^2) X with
        Y = X X^T; w = w - lr sqrt(max(1, columns / rows)) X, with mu = momentum, v = 0 before t = 1
        and (A, B, C) = (3.4445, -4.775, 2.0315)
    Update: as the formula; a matrix with more rows than columns is transposed for it
    Shapes: w, g, v alike, any, as a matrix of the last axis (columns) by all others (rows)
    Source: Jordan and others, Muon: an optimizer for hidden layers in neural networks, 2024,
        kellerjordan.github.io/posts/muon.

    A gradient matrix U S V^T is mostly a few strong directions. The five rounds bring every
    singular value near 1 (0.7 to 1.2) without computing one, and rare directions learn as fast as
    common ones. A bias is a matrix of one row: it moves along its momentum, by about lr in each
    entry, however small its gradient is. The source leaves biases to adam.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.01
    momentum: Annotated[float, Ge(0), Lt(1), "mu: what is kept of the last velocity"] = 0.95

    slots = ("v",)
    scope = "parameter"

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        """Return w and the velocity v after one step."""
        v *= self.momentum
        v += g
        step = orthogonal((g + self.momentum * v).reshape(-1, w.shape[-1]))
        w -= lr * step.reshape(w.shape)
        return w, v


def orthogonal(m: Array) -> Array:
    """Return m with singular values near 1, times sqrt(max(1, columns / rows))."""
    rows, columns = m.shape
    x: Array = m.T if rows > columns else m
    x = x / (float(np.linalg.norm(x)) + 1e-7)
    for _ in range(ROUNDS):
        y = x @ x.T
        x = A * x + (B * y + C * (y @ y)) @ x
    x *= max(1.0, columns / rows) ** 0.5
    return x.T if rows > columns else x

"""Gradient descent with classical momentum."""

from typing import Annotated

from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class Momentum(Optimizer):
    """A ball that rolls downhill and keeps its speed, v = mu v - lr g; w = w + v.

    Formula: v = mu v - lr g; w = w + v, with mu = momentum and v = 0 before the first step
    Update: v *= mu; v -= lr g; w += v
    Shapes: w, g, v alike, any
    Source: Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
        Nature 1986.

    v holds steps, each taken with the lr of its time: when a schedule lowers lr, old steps live on
    at their old size. In `sgd`, v holds gradients, and lr multiplies all of it at once. While lr is
    constant, both give the same weights. In a constant slope the ball gets 1 / (1 - mu) times as
    fast as plain gradient descent: 10 times for mu = 0.9.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.1
    momentum: Annotated[float, Ge(0), Lt(1), "mu: what is kept of the last step"] = 0.9

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        """Return w and the velocity v after one step."""
        v *= self.momentum
        v -= lr * g
        w += v
        return w, v

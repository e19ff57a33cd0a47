"""Stochastic gradient descent with momentum, in PyTorch's form."""

from typing import Annotated

from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class SGD(Optimizer):
    """Gradient descent with a running sum of gradients, v = mu v + g; w = w - lr v.

    Formula: v = mu v + g; w = w - lr v, with mu = momentum and v = 0 before the first step
    Update: v *= mu; v += g; w -= lr v
    Shapes: w, g, v alike, any
    Source: Polyak, Some methods of speeding up the convergence of iteration methods, USSR
        Computational Mathematics and Mathematical Physics 1964; in the form of torch.optim.SGD.

    v holds gradients, and lr multiplies all of it: when a schedule lowers lr, the whole step
    shrinks at once. In `momentum`, v holds steps that were taken with the lr of their time, and old
    ones live on at their old size. While lr is constant, both give the same weights.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.1
    momentum: Annotated[float, Ge(0), Lt(1), "mu: what is kept of the last velocity"] = 0.0

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        """Return w and the velocity v after one step."""
        v *= self.momentum
        v += g
        w -= lr * v
        return w, v

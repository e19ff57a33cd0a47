"""Gradient descent with Nesterov's momentum."""

from typing import Annotated

from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer


class Nesterov(Optimizer):
    """A ball that looks where it will roll, v = mu v - lr g; w = w + mu v - lr g.

    Formula: v = mu v - lr g; w = w + mu v - lr g, with mu = momentum and v = 0 before the first
        step
    Update: v *= mu; v -= lr g; w += mu v - lr g
    Shapes: w, g, v alike, any
    Source: Nesterov, A method of solving a convex programming problem with convergence rate
        O(1/k^2), Soviet Mathematics Doklady 1983; in the form of Sutskever, Martens, Dahl, Hinton,
        On the importance of initialization and momentum in deep learning, ICML 2013.

    The paper keeps weights u and takes the gradient ahead of them, at u + mu v, where the ball
    would roll by itself: it brakes before the slope turns, while `momentum` brakes after. Here w is
    that point ahead, so that the gradient at w is the one needed; the steps are the same.
    """

    lr: Annotated[float, Gt(0), "learning rate"] = 0.1
    momentum: Annotated[float, Ge(0), Lt(1), "mu: what is kept of the last step"] = 0.9

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        """Return w and the velocity v after one step."""
        v *= self.momentum
        v -= lr * g
        w += self.momentum * v - lr * g
        return w, v

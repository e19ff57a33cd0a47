"""Optimizers whose decay, brackets or memory are wrong."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from mistakes.mistake import Mistake
from mistakes.optimizers import GD, Adam
from nnplug.core import Array, Optimizer


class RateTwice(GD):
    """w = w - lr^2 g  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * lr * g


class Grows(GD):
    """w = w - lr g + lr decay w  (2019)."""

    decay: Annotated[float, Ge(0)] = 0.01

    own_decay = True

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g + lr * self.decay * w


class DecaysWithoutRate(GD):
    """w = w - lr g - decay w  (2019)."""

    decay: Annotated[float, Ge(0)] = 0.01

    own_decay = True

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g - self.decay * w


class CoupledDecay(Adam):
    """Adam of g + decay w, said to decay: w = w - lr m' / (sqrt(v') + eps)  (2015)."""

    decay: Annotated[float, Ge(0)] = 0.01

    own_decay = True

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        return super().update(w, g + self.decay * w, lr, t, m, v)


class NoBrackets(Adam):
    """w = w - lr m' / sqrt(v') + eps  (2015)."""

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        _, m, v = super().update(w, g, lr, t, m, v)
        a, b = self._corrected(m, v, t)
        ratio = np.divide(a, np.sqrt(b), out=np.zeros_like(a), where=b > 0)
        return w - (lr * ratio + self.eps), m, v


class Momentum(Optimizer):
    """v = mu v + g; w = w - lr v, from which the wrong ones derive  (1964)."""

    lr: Annotated[float, Gt(0)] = 0.1
    mu: Annotated[float, Ge(0), Lt(1)] = 0.9

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.mu * v + g
        return w - lr * v, v


class AgainstItself(Momentum):
    """v = g - mu v; w = w - lr v  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = g - self.mu * v
        return w - lr * v, v


class StepBehind(Momentum):
    """w = w - lr v; v = mu v + g: the v of the step before  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        return w - lr * v, self.mu * v + g


RIGHT: list[type[Optimizer]] = [Momentum]
MISTAKES = [
    Mistake(RateTwice, "O7", "makes a quarter of the step: lr is multiplied in twice"),
    Mistake(Grows, "O3", "at zero gradient w goes from", "weights that grow: .* with a minus"),
    Mistake(DecaysWithoutRate, "O1", "f falls from", "decay without lr: .* 0.01 of itself"),
    Mistake(CoupledDecay, "O3", "decay brings it nearer to 0", "coupled decay: weights of 0.001"),
    Mistake(NoBrackets, "O3", "w moves by 1e-08", "a missing pair of brackets: .* by eps"),
    Mistake(AgainstItself, "O1", "f falls from", "the second step is 1 - mu = 0.1 of the first"),
    Mistake(StepBehind, "O2", "it goes nowhere", "a step behind: w moves by v as handed in"),
]

"""Optimizers whose first step is of a wrong size, or none: corrections, order of slots, 0 / 0."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from mistakes.mistake import Mistake
from mistakes.optimizers import Adam
from nnplug.core import Array, Optimizer


class FirstCorrected(Adam):
    """w = w - lr m' / (sqrt(v) + eps), the second moment not corrected  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m / (1 - self.beta1**t), v


class SecondCorrected(Adam):
    """w = w - lr m / (sqrt(v') + eps), the first moment not corrected  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m, v / (1 - self.beta2**t)


class Exchanged(Adam):
    """w = w - lr m' / ..., each moment corrected with the other's beta  (2015)."""

    beta2: Annotated[float, Ge(0), Lt(1)] = 0.99

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m / (1 - self.beta2**t), v / (1 - self.beta1**t)


class OneAhead(Adam):
    """w = w - lr m' / ..., t counted from 0 and one added twice  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m / (1 - self.beta1 ** (t + 1)), v / (1 - self.beta2 ** (t + 1))


class WrongOrder(Optimizer):
    """v = mu v - lr g; w = w + v, returned as (v, w)  (1964)."""

    lr: Annotated[float, Gt(0)] = 0.1

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = 0.9 * v - lr * g
        return v, w + v


class NoEps(Optimizer):
    """v = 0.9 v + 0.1 g^2; w = w - lr g / sqrt(v)  (2012)."""

    lr: Annotated[float, Gt(0)] = 0.1

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = 0.9 * v + 0.1 * g * g
        return w - lr * g / np.sqrt(v), v


RIGHT: list[type[Optimizer]] = []
MISTAKES = [
    Mistake(FirstCorrected, "O2", "31.62 lr .* a missing .* of the second moment, with beta2"),
    Mistake(SecondCorrected, "O2", "0.1 lr .* a missing .* of the first moment, with beta1"),
    Mistake(Exchanged, "O2", "31.62 lr .* with beta1 and beta2 exchanged"),
    Mistake(OneAhead, "O2", r"0.7441 lr .* t \+ 1 in place of t, with beta1 and beta2"),
    Mistake(
        WrongOrder, "O3", r"returns 0 for w, and w for the slot v; return \(w, v\) in this order"
    ),
    Mistake(NoEps, "O3", "w is nan in step 1; .* add an eps to it"),
]

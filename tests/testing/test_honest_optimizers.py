"""Right optimizers that the built-ins do not resemble: no check may raise a false alarm."""

from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Evaluate, Optimizer
from nnplug.testing import run_checks


class RMSprop(Optimizer):
    """v = rho v + (1 - rho) g^2; w = w - lr g / (sqrt(v) + eps)  (Tieleman, Hinton, 2012)."""

    lr: Annotated[float, Gt(0)] = 0.01
    rho: Annotated[float, Ge(0), Lt(1)] = 0.99
    eps: Annotated[float, Gt(0)] = 1e-8

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.rho * v + (1 - self.rho) * g * g
        return w - lr * g / (np.sqrt(v) + self.eps), v


class AdamW(Optimizer):
    """Adam, and w = w - lr decay w besides  (Loshchilov, Hutter, 2019)."""

    lr: Annotated[float, Gt(0)] = 0.01
    beta1: Annotated[float, Ge(0), Lt(1)] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1)] = 0.999
    eps: Annotated[float, Gt(0)] = 1e-8
    weight_decay: Annotated[float, Ge(0)] = 0.01

    slots = ("m", "v")
    own_decay = True

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        step = m / (1 - self.beta1**t) / (np.sqrt(v / (1 - self.beta2**t)) + self.eps)
        return w - lr * self.weight_decay * w - lr * step, m, v


class Nesterov(Optimizer):
    """v = mu v + g; w = w - lr (g + mu v), or plain momentum  (Nesterov, 1983)."""

    lr: Annotated[float, Gt(0)] = 0.01
    momentum: Annotated[float, Ge(0), Lt(1)] = 0.9
    nesterov: bool = True

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + g
        return w - lr * (g + self.momentum * v if self.nesterov else v), v


class Lion(Optimizer):
    """w = w - lr sign(b1 m + (1 - b1) g); m = b2 m + (1 - b2) g  (Chen et al., 2023)."""

    lr: Annotated[float, Gt(0)] = 1e-3
    beta1: Annotated[float, Ge(0), Lt(1)] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1)] = 0.99

    slots = ("m",)

    def update(self, w: Array, g: Array, lr: float, t: int, m: Array) -> tuple[Array, Array]:
        w -= lr * np.sign(self.beta1 * m + (1 - self.beta1) * g)
        return w, self.beta2 * m + (1 - self.beta2) * g


class LARS(Optimizer):
    """w = w - lr trust |w| / |g| g, for each parameter  (You et al., 2017)."""

    lr: Annotated[float, Gt(0)] = 1.0
    trust: Annotated[float, Gt(0)] = 0.01

    scope = "parameter"

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        size, slope = np.linalg.norm(w), np.linalg.norm(g)
        ratio = float(self.trust * size / slope) if size > 0 and slope > 0 else 1.0
        w -= lr * ratio * g
        return w


class Normalized(Optimizer):
    """w = w - lr g / (|g| + eps), for all weights at once  (Hazan et al., 2015)."""

    lr: Annotated[float, Gt(0)] = 0.01
    eps: Annotated[float, Gt(0)] = 1e-12

    scope = "network"

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        largest = float(np.abs(g).max())
        size = largest * float(np.linalg.norm(g / largest)) if largest > 0 else 0.0
        return w - lr * g / (size + self.eps)


class SAM(Optimizer):
    """w = w - lr g(w + rho g / |g|)  (Foret et al., 2021)."""

    lr: Annotated[float, Gt(0)] = 0.01
    rho: Annotated[float, Gt(0)] = 0.001

    scope = "network"

    def step(self, evaluate: Evaluate, w: Array, lr: float, t: int) -> Array:
        _, g = evaluate(w)
        largest = float(np.abs(g).max())
        if largest == 0:
            return w
        unit = g / largest
        unit = unit / float(np.linalg.norm(unit))
        _, there = evaluate(w + self.rho * unit)
        return w - lr * there


class Backtracking(Optimizer):
    """w = w - s g, with s halved from lr until the loss falls  (Armijo, 1966)."""

    lr: Annotated[float, Gt(0)] = 1.0

    scope = "network"

    def step(self, evaluate: Evaluate, w: Array, lr: float, t: int) -> Array:
        loss, g = evaluate(w)
        s = lr
        for _ in range(60):
            new = w - s * g
            if evaluate(new)[0] < loss:
                return new
            s /= 2
        return w


HONEST = (RMSprop, AdamW, Nesterov, Lion, LARS, Normalized, SAM, Backtracking)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("cls", HONEST, ids=lambda cls: cls.__name__)
def test_no_false_alarm(cls: type[Optimizer], seed: int) -> None:
    failed = [result.text for result in run_checks(cls, seed=seed) if result.failed]
    assert not failed


def test_the_first_step_is_told_in_units_of_lr() -> None:
    details: Any = [run_checks(cls, "O2")[0].detail for cls in (RMSprop, Lion)]
    assert details == [
        "the first step is 10 lr whatever the gradient's size",
        "the first step is 1 lr whatever the gradient's size",
    ]

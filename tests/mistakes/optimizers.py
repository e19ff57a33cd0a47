"""Optimizers that climb, forget, count or mix weights."""

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Lt

from mistakes.mistake import Mistake
from nnplug.core import Array, Optimizer


class GD(Optimizer):
    """w = w - lr g, from which the wrong ones derive  (1847)."""

    lr: Annotated[float, Gt(0)] = 0.1

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g


class Climbs(Optimizer):
    """v = mu v + lr g; w = w + v  (1986)."""

    lr: Annotated[float, Gt(0)] = 0.1
    momentum: Annotated[float, Ge(0), Lt(1)] = 0.9

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + lr * g
        return w + v, v


class StandsStill(GD):
    """w = w - 1e-9 lr g  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - 1e-9 * lr * g


class Nowhere(GD):
    """w = w  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - 1e-14 * lr * g


class Adam(Optimizer):
    """Adam, from which the wrong ones derive: w = w - lr m' / (sqrt(v') + eps)  (2015)."""

    lr: Annotated[float, Gt(0)] = 0.01
    beta1: Annotated[float, Ge(0), Lt(1)] = 0.9
    beta2: Annotated[float, Ge(0), Lt(1)] = 0.999
    eps: Annotated[float, Gt(0)] = 1e-8

    slots = ("m", "v")

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        a, b = self._corrected(m, v, t)
        return w - lr * a / (np.sqrt(b) + self.eps), m, v

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m / (1 - self.beta1**t), v / (1 - self.beta2**t)


class Uncorrected(Adam):
    """w = w - lr m / (sqrt(v) + eps), without bias correction  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m, v


class Inverted(Adam):
    """w = w - lr m (1 - beta1^t) / ..., the bias correction multiplied  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m * (1 - self.beta1**t), v * (1 - self.beta2**t)


class FirstRunsBeta(Adam):
    """w = w - lr m' / ..., with the first run's beta1 for all  (2015)."""

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        beta1 = float(np.ravel(self.beta1)[0])
        m = beta1 * m + (1 - beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        a, b = m / (1 - beta1**t), v / (1 - self.beta2**t)
        return w - lr * a / (np.sqrt(b) + self.eps), m, v


class HiddenDecay(GD):
    """w = w - lr (g + 0.01 w)  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * (g + 0.01 * w)


class NoDecay(GD):
    """w = w - lr g, said to decay  (1847)."""

    own_decay = True


class WritesGradient(GD):
    """g = lr g; w = w - g  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        g *= lr
        return w - g


class KeepsGradient(Optimizer):
    """v = g; w = w - lr v, the slot being the gradient's own array  (1847)."""

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        return w - lr * g, g


class WholeNorm(GD):
    """w = w - lr g / |g|, said to treat each weight alone  (2015)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        size = float(np.linalg.norm(g))
        return w - lr * g / size if size > 0 else w


class StackNorm(GD):
    """w = w - lr g / max |g| of the whole stack, for long vectors alone  (2015)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g * (1 + 0.001 * (g.ndim > 1))


class CountsItself(GD):
    """w = w - lr g / calls, counted in the component  (1951)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        calls = getattr(self, "_calls", 0) + 1
        object.__setattr__(self, "_calls", calls)
        return w - lr * g / calls


class OwnRate(GD):
    """w = w - self.lr g  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - self.lr * g


class NoRate(GD):
    """w = w - 0.01 g  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - 0.01 * g


class DividesByZero(Optimizer):
    """s = s + g^2; w = w - lr g / sqrt(s)  (2011)."""

    slots = ("s",)

    def update(self, w: Array, g: Array, lr: float, t: int, s: Array) -> tuple[Array, Array]:
        s = s + g * g
        return w - lr * g / np.sqrt(s), s


class Overflows(Optimizer):
    """s = s + g^12; w = w - lr g s / (1 + s)  (2011)."""

    slots = ("s",)

    def update(self, w: Array, g: Array, lr: float, t: int, s: Array) -> tuple[Array, Array]:
        s = s + g**12
        return w - lr * g * s / (1 + s), s


class ForgetsSlot(Adam):
    """w = w - lr m' / (sqrt(v') + eps), v not returned  (2015)."""

    def update(self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array) -> Any:
        return super().update(w, g, lr, t, m, v)[:2]


class Upcasts(Optimizer):
    """w = w - lr g with lr as a NumPy number  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - np.float64(lr) * g


class NegativeRate(Optimizer):
    """w = w - lr g, lr of any sign  (1847)."""

    lr: float = 0.1

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g


class Momentum(Optimizer):
    """v = mu v + g; w = w - lr v  (1964)."""

    lr: Annotated[float, Gt(0)] = 0.05
    momentum: Annotated[float, Ge(0), Lt(1)] = 0.9

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + g
        return w - lr * v, v


class ClimbsLater(Momentum):
    """v = mu v + g; w = w - lr (g - 3 mu v): right while mu = 0  (1964)."""

    momentum: Annotated[float, Ge(0), Lt(1)] = 0.0

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + g
        return w - lr * (g - 3 * self.momentum * v), v


class GivesUp(GD):
    """w = w - lr g, until step 20  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g * (t <= 20)


class CountsTooFar(GD):
    """w = w - lr g (1 - 1 / 2^t), which a float holds until t = 1023  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - lr * g * (1 - 1 / 2.0**t)


class FirstRunsRate(GD):
    """w = w - lr g, with the first run's lr for all  (1847)."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w - w.dtype.type(np.ravel(lr)[0]) * g


class LargestOfAll(Adam):
    """w = w - lr m' / (sqrt(max v') + eps), max over all weights  (2018)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        a, b = super()._corrected(m, v, t)
        return a, np.broadcast_to(b.max(initial=0), b.shape)


RIGHT = [GD, Adam, Momentum]
MISTAKES = [
    Mistake(
        Climbs,
        "O1",
        "on a bowl of condition 100 f falls from .* to .* at best",
        r"the wrong sign: each of the first 5 steps goes along \+g, uphill",
    ),
    Mistake(StandsStill, "O1", "on a bowl", r"steps of nearly nothing: \S+e-09 lr at most"),
    Mistake(GivesUp, "O1", "on a bowl", "it stops: .* w stands still from step 21 on"),
    Mistake(
        NoRate, "O1", "on Rosenbrock", "lr is not read: with twice the lr the steps are as long"
    ),
    Mistake(Climbs, "O2", "the first step goes uphill: .* its size 1.8 lr", "the wrong sign: each"),
    Mistake(ClimbsLater, "O2", "the first step goes uphill", "the wrong sign: each"),
    Mistake(Nowhere, "O2", "it goes nowhere", "steps of nearly nothing"),
    Mistake(Uncorrected, "O2", "3.162 lr .* a missing bias correction with beta1 and beta2"),
    Mistake(Inverted, "O2", "10 lr .* an inverted bias correction with beta1 and beta2"),
    Mistake(
        HiddenDecay,
        "O3",
        "at zero gradient and zero slots w moves by",
        "weight decay that is not declared: .* shrinks by lr times 0.01 of itself",
    ),
    Mistake(NoDecay, "O3", "it declares own_decay, and at zero gradient w moves by 0"),
    Mistake(
        WritesGradient,
        "O4",
        r"g\[0\]: step 1 writes the gradient; now and before",
        "an operation in place: g is 1/10 = lr times what it was",
        figures=True,
    ),
    Mistake(KeepsGradient, "O4", "w or a slot that it returns is the gradient's own array"),
    Mistake(ForgetsSlot, "O4", r"a step returned 2 values; return \(w, m, v\)"),
    Mistake(
        WholeNorm,
        "O5",
        r"w after step 1\[0\]: in pieces, and whole",
        "a norm, sum or mean over all weights",
        figures=True,
    ),
    Mistake(LargestOfAll, "O5", "in pieces, and whole", "a norm, sum or mean over all", True),
    Mistake(
        StackNorm,
        "O5",
        "w of run 0 after step 1.*in a stack of equal runs",
        "made for one run: .* a stack of equal runs gives other numbers",
        figures=True,
    ),
    Mistake(
        FirstRunsBeta,
        "O5",
        "w of run 1 after step 20.*in a stack .*alone .*a column",
        "the first run's beta1 for all runs",
        figures=True,
    ),
    Mistake(
        FirstRunsRate, "O5", "w of run 1 after step 1.*in a", "the first run's lr for all", True
    ),
    Mistake(
        CountsItself,
        "O6",
        "saved and loaded after step 5, and never",
        "state between calls: a step changes _calls of the component",
        figures=True,
    ),
    Mistake(OwnRate, "O7", "self.lr is read", "", figures=True),
    Mistake(NoRate, "O7", "half the lr handed in makes the same step: lr is not read"),
    Mistake(
        DividesByZero,
        "O8",
        "invalid value encountered in divide for gradients of",
        "0 / 0: a gradient that has always been 0 leaves 0 in the denominator",
    ),
    Mistake(
        Overflows,
        "O8",
        "for gradients of 1e.30 at step 1",
        r"an overflow: not finite for gradients from 7.*e\+2. on",
    ),
    Mistake(
        CountsTooFar,
        "O8",
        "OverflowError: .* at step 10000000",
        "a long run: an ordinary gradient breaks it from step 1024 on",
    ),
    Mistake(Climbs, "I1", "it does not fall", "the wrong sign: each of the first 5 steps"),
    Mistake(CountsItself, "C6", "called twice", "state between calls: a step changes _calls", True),
    Mistake(Upcasts, "C7", "w of a step is float64", "an upcast: w of a step is float64"),
    Mistake(NegativeRate, "C2", "a learning rate that is not above 0 is accepted: lr = 0.0"),
    Mistake(WritesGradient, "C5", "a step changes its input g", "an operation in place: g is"),
]

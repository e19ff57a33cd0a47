"""Optimizers that are not the paper's, and the walks that show it."""

from functools import cache

import mpmath as mp
import numpy as np

from mistakes.mistake import Mistake
from mistakes.optimizers import Adam, Inverted, Momentum, Uncorrected
from nnplug.core import Array
from nnplug.testing import Trajectory


@cache
def papers_adam() -> Trajectory:
    """Walk by Kingma and Ba's algorithm 1 in 50 digits, the moments as sums over all steps."""
    rng = np.random.default_rng(0)
    gradients, w = rng.standard_normal((20, 4)).tolist(), rng.standard_normal(4).tolist()
    weights = [w]
    with mp.workdps(50):
        lr, beta1, beta2, eps = map(mp.mpf, (0.01, 0.9, 0.999, 1e-8))
        exact = [mp.mpf(x) for x in w]
        for t in range(1, 21):
            for i in range(4):
                seen = [mp.mpf(g[i]) for g in gradients[:t]]
                m = (1 - beta1) * sum(beta1 ** (t - 1 - k) * g for k, g in enumerate(seen))
                v = (1 - beta2) * sum(beta2 ** (t - 1 - k) * g**2 for k, g in enumerate(seen))
                step = m / (1 - beta1**t) / (mp.sqrt(v / (1 - beta2**t)) + eps)
                exact[i] -= lr * step
            weights.append([float(x) for x in exact])
    return Trajectory(gradients, weights, 0.01)


@cache
def papers_momentum() -> Trajectory:
    """Walk by Polyak's momentum in 50 digits, the velocity as a sum over all steps."""
    rng = np.random.default_rng(1)
    gradients, w = rng.standard_normal((20, 4)).tolist(), rng.standard_normal(4).tolist()
    weights = [w]
    with mp.workdps(50):
        lr, momentum = map(mp.mpf, (0.05, 0.9))
        exact = [mp.mpf(x) for x in w]
        for t in range(20):
            for i in range(4):
                seen = (momentum ** (t - k) * mp.mpf(gradients[k][i]) for k in range(t + 1))
                exact[i] -= lr * sum(seen)
            weights.append([float(x) for x in exact])
    return Trajectory(gradients, weights, 0.05)


class EpsInside(Adam):
    """w = w - lr m' / sqrt(v' + eps)  (2015)."""

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        a, b = self._corrected(m, v, t)
        return w - lr * a / np.sqrt(b + self.eps), m, v


class RemembersTheWrongWay(Momentum):
    """v = mu v - g, and w = w - lr (g - v / 5)  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        move = g - 0.6 * v
        return w - lr * move, self.momentum * v + g


class RateTwice(Momentum):
    """v = mu v + lr g; w = w - lr v  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + lr * g
        return w - lr * v, v


class Damped(Momentum):
    """v = mu v + (1 - mu) g; w = w - lr v  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + (1 - self.momentum) * g
        return w - lr * v, v


class ForgetsVelocity(Momentum):
    """v = mu v + g; w = w - lr v, v returned as it came  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        return w - lr * (self.momentum * v + g), v


class HalvesItsRate(Momentum):
    """v = mu v + g; w = w - lr v, lr / 2 after step 10  (1964)."""

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        return super().update(w, g, lr if t <= 10 else 0.5 * lr, t, v)


class OnlyFirst(Adam):
    """w = w - lr m' / (sqrt(v) + eps), the second moment not corrected  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return m / (1 - self.beta1**t), v


class OneStepLate(Adam):
    """w = w - lr m' / (sqrt(v') + eps), corrected with t + 1  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return super()._corrected(m, v, t + 1)


class WithoutPower(Adam):
    """w = w - lr m' / (sqrt(v') + eps), 1 - beta for 1 - beta^t: right at step 1  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        return super()._corrected(m, v, 1)


class BetasExchanged(Adam):
    """w = w - lr m' / (sqrt(v') + eps), beta2 for m and beta1 for v  (2015)."""

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        m = self.beta2 * m + (1 - self.beta2) * g
        v = self.beta1 * v + (1 - self.beta1) * g * g
        a, b = m / (1 - self.beta2**t), v / (1 - self.beta1**t)
        return w - lr * a / (np.sqrt(b) + self.eps), m, v


class SlotsExchanged(Adam):
    """w = w - lr m' / (sqrt(v') + eps), returned as (w, v, m)  (2015)."""

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        w, m, v = super().update(w, g, lr, t, m, np.abs(v))
        return w, v, m


ADAM = {"O9": papers_adam()}


MOMENTUM = {"O9": papers_momentum()}


STEP = "w at step .*found .*the paper's .*ratio"


RIGHT = []
MISTAKES = [
    Mistake(Uncorrected, "O9", STEP, "a missing bias correction; that is its walk", True, ADAM),
    Mistake(Inverted, "O9", STEP, "an inverted bias correction: multiplied", True, ADAM),
    Mistake(EpsInside, "O9", STEP, "eps inside the root", True, ADAM),
    Mistake(OnlyFirst, "O9", STEP, "bias correction of the second moment", True, ADAM),
    Mistake(OneStepLate, "O9", STEP, "one step late: t . 1 instead of t", True, ADAM),
    Mistake(WithoutPower, "O9", STEP, "without the power of t", True, ADAM),
    Mistake(BetasExchanged, "O9", STEP, "beta1 and beta2 exchanged", True, ADAM),
    Mistake(SlotsExchanged, "O9", STEP, "slots returned in another order", True, ADAM),
    Mistake(RateTwice, "O9", STEP, "lr twice: with twice the lr", True, MOMENTUM),
    Mistake(
        Damped, "O9", STEP, "a constant factor: each step is the paper's, 1/10", True, MOMENTUM
    ),
    Mistake(
        RemembersTheWrongWay, "O9", STEP, "the wrong sign of what it remembers", True, MOMENTUM
    ),
    Mistake(ForgetsVelocity, "O9", STEP, "right at step 1, wrong from step 2 on", True, MOMENTUM),
    Mistake(
        HalvesItsRate, "O9", STEP, "right until step 10, wrong from step 11 on", True, MOMENTUM
    ),
]

"""Optimizers with the classic mistakes: each one is caught, by the check that is there for it."""

from collections.abc import Callable
from typing import Annotated, Any

import mpmath as mp
import numpy as np
import pytest
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Optimizer
from nnplug.testing import Trajectory, run_checks


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


class EpsInside(Adam):
    """w = w - lr m' / sqrt(v' + eps)  (2015)."""

    def update(
        self, w: Array, g: Array, lr: float, t: int, m: Array, v: Array
    ) -> tuple[Array, Array, Array]:
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        a, b = self._corrected(m, v, t)
        return w - lr * a / np.sqrt(b + self.eps), m, v


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


WITH_FIGURES = [
    (WritesGradient, "O4", r"g\[0\]: step 1 writes the gradient; now and before"),
    (WholeNorm, "O5", r"w after step 1\[0\]: in pieces, and whole"),
    (StackNorm, "O5", "w of run 0 after step 1.*in a stack of equal runs"),
    (FirstRunsBeta, "O5", "w of run 1 after step 20.*in a stack .*alone .*a column"),
    (CountsItself, "O6", "saved and loaded after step 5, and never"),
    (OwnRate, "O7", "self.lr is read"),
    (CountsItself, "C6", "called twice"),
]
SAID = [
    (Climbs, "O1", "on a bowl of condition 100 f falls from .* to .* at best"),
    (StandsStill, "O1", "on a bowl"),
    (Climbs, "O2", "the first step goes uphill: .* its size 1.8 lr"),
    (Nowhere, "O2", "it goes nowhere"),
    (Uncorrected, "O2", "3.162 lr .* a missing bias correction with beta1 and beta2"),
    (Inverted, "O2", "10 lr .* an inverted bias correction with beta1 and beta2"),
    (HiddenDecay, "O3", "at zero gradient and zero slots w moves by"),
    (NoDecay, "O3", "it declares own_decay, and at zero gradient w moves by 0"),
    (KeepsGradient, "O4", "w or a slot that it returns is the gradient's own array"),
    (NoRate, "O7", "half the lr handed in makes the same step"),
    (DividesByZero, "O8", "invalid value encountered in divide for gradients of"),
    (Overflows, "O8", "for gradients of 1e.30 at step 1"),
    (ForgetsSlot, "O4", r"a step returned 2 values; return \(w, m, v\)"),
    (Climbs, "I1", "it does not fall"),
    (Upcasts, "C7", "w of a step is float64"),
    (NegativeRate, "C2", "a learning rate that is not above 0 is accepted: lr = 0.0"),
    (WritesGradient, "C5", "a step changes its input g"),
]


@pytest.mark.parametrize(
    ("cls", "id", "says"), WITH_FIGURES, ids=lambda v: getattr(v, "__name__", v)
)
def test_a_wrong_number_is_named(
    cls: Any, id: str, says: str, catch_with_figures: Callable[..., Any]
) -> None:
    catch_with_figures(cls, id, says)


@pytest.mark.parametrize(("cls", "id", "says"), SAID, ids=lambda v: getattr(v, "__name__", v))
def test_a_mistake_is_caught(cls: Any, id: str, says: str, catch: Callable[..., Any]) -> None:
    catch(cls, id, says)


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


@pytest.mark.parametrize("cls", [Uncorrected, Inverted, EpsInside, FirstRunsBeta])
def test_a_trajectory_tells_a_wrong_adam_from_a_right_one(
    cls: Any, catch_with_figures: Callable[..., Any]
) -> None:
    references = {"O9": papers_adam()}
    if cls is FirstRunsBeta:  # which is right as long as there is one run
        (result,) = run_checks(cls, "O9", references=references)
        assert result.status == "passed"
        return
    result = catch_with_figures(
        cls, "O9", "w at step .*found .*the paper's .*ratio", references=references
    )
    assert result.data["index"].startswith("step ")

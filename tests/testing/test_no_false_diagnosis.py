"""No mistake is named that the numbers do not show; where two would fit, a further test decides."""

import re
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge, Gt, Lt

from mistakes.activations import Sigmoid, Softmax
from mistakes.common import Remembers
from mistakes.initializers import He
from mistakes.layers import Dense, Linear
from mistakes.layers_calls import HidesState
from mistakes.layers_chance import Dropout, GlobalChance, OwnGenerator
from mistakes.losses import BCE, MSE, CrossEntropy
from mistakes.optimizers import Adam, CountsItself
from mistakes.optimizers_paper import ADAM
from nnplug.core import Activation, Array, Context, Optimizer, Views
from nnplug.core.registry import default_registry
from nnplug.testing import run_checks


class RandomDerivative(Sigmoid):
    """y = sigmoid(z), with a derivative that is nobody's  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return y * (1 - y) * (1 + 0.3 * np.sin(5 * z + 1))


class NearlyTwice(Sigmoid):
    """y = sigmoid(z), with 2 y (1 - y) + 1e-4 sin(z)  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return 2 * y * (1 - y) + 1e-4 * np.sin(z)


class ByDifferences(Sigmoid):
    """y = sigmoid(z), with a derivative by differences of 3e-3, too coarse  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return (self.forward(z + 3e-3) - self.forward(z - 3e-3)) / 6e-3


class NearlyOfY(Sigmoid):
    """y = sigmoid(z), with the derivative by 1.001 y  (1986)."""

    def derivative(self, z: Array, y: Array) -> Array:
        s = self.forward(1.001 * y)
        return s * (1 - s)


class MishTwiceShrunk(Activation):
    """y = z tanh(log(1 + exp(z))), sigmoid squared in its derivative, which fades out  (2019)."""

    def forward(self, z: Array) -> Array:
        return z * np.tanh(np.logaddexp(0, z))

    def derivative(self, z: Array, y: Array) -> Array:
        t, s = np.tanh(np.logaddexp(0, z)), 0.5 * np.tanh(0.5 * z) + 0.5
        return t + z * (1 - t * t) * s * s


class NaNForClasses(CrossEntropy):
    """-sum t log y with 0 log 0: NaN for every row, which no axis is to blame for  (1990)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, t) + (t * np.log(t)).sum(axis=-1)


class RandomBackward(Softmax):
    """y = softmax(z), with a backward that is nobody's  (1990)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return super().backward(dy, z, y) + 0.1 * np.cos(z) * dy


class RandomWeights(Linear):
    """y = x W + b, dW with a sine in it  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy * (1 + 0.2 * np.sin(7 * p["W"]))
        return dx


class RandomInput(Dense):
    """y = tanh(x W + b), dx with a sine in it  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        return None if dx is None else dx * (1 + 0.2 * np.sin(7 * cache[0]))


class RandomGradient(MSE):
    """mean (z - t)^2, with a gradient that is nobody's  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) * (1 + 0.3 * np.sin(z))


class RightInTheTail(Activation):
    """y = z tanh(z), the derivative without a square: right where tanh is 1  (1998)."""

    def forward(self, z: Array) -> Array:
        return z * np.tanh(z)

    def derivative(self, z: Array, y: Array) -> Array:
        t = np.tanh(z)
        return t + z * (1 - t)


class MeanTwice(MSE):
    """mean (z - t)^2, with a gradient that is averaged twice  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) / z.shape[-1]


class RandomSlope(BCE):
    """log(1 + exp(z)) - t z, with a gradient that is nobody's  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) * (1 + 0.3 * np.sin(z))


class RandomClasses(CrossEntropy):
    """-sum t log y, with a gradient that is nobody's  (1989)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) + 0.01 * np.sin(z)


class RandomStep(Adam):
    """w = w - lr m' / (sqrt(v') + eps), with a sine in it  (2015)."""

    def _corrected(self, m: Array, v: Array, t: int) -> tuple[Array, Array]:
        a, b = super()._corrected(m, v, t)
        return a * (1 + 0.1 * np.sin(m)), b


class RandomSpread(He):
    """w ~ N(0, (2 / fan_in)^1.2)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.asarray((2 / fan_in) ** 0.6 * rng.standard_normal(shape))


class RandomDropout(Dropout):
    """y = x mask / (1 - p) * 0.9  (2014)."""

    def _mask(self, x: Array, ctx: Context) -> Array:
        return 0.9 * super()._mask(x, ctx)


NOBODYS = [
    (RandomDerivative, "A2", {}),
    (RandomDerivative, "A4", {}),
    (RandomDerivative, "I2", {}),
    (NearlyTwice, "A2", {}),
    (ByDifferences, "A2", {}),
    (ByDifferences, "A4", {}),
    (MishTwiceShrunk, "A2", {}),
    (NaNForClasses, "S1", {}),
    (NearlyOfY, "A2", {}),
    (RandomBackward, "A4", {}),
    (RandomWeights, "L2", {}),
    (RandomWeights, "I2", {}),
    (RandomInput, "L3", {}),
    (RandomGradient, "S1", {}),
    (RandomSlope, "S1", {}),
    (RandomClasses, "S1", {}),
    (RandomClasses, "I2", {}),
    (RandomStep, "O9", ADAM),
    (RandomSpread, "W1", {}),
    (RandomDropout, "L8", {}),
]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("cls", "id", "references"), NOBODYS, ids=lambda v: getattr(v, "__name__", None)
)
def test_what_is_nobodys_mistake_gets_no_name(
    cls: Any, id: str, references: Any, seed: int
) -> None:
    (result,) = run_checks(cls, id, references=references, seed=seed)
    assert result.failed, result.text
    assert result.diagnosis == ""


class QuarterOfTheGradient(Linear):
    """y = x W + b, dW / 4, which with four samples looks like a mean  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy / 4
        return dx


class QuarterOfDx(Linear):
    """y = x W + b, dx / 4, which with four samples looks like a mean  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        return None if dx is None else dx / 4


class ThirdOfTheClasses(CrossEntropy):
    """-sum t log y with (y - t) / 3, which with three classes looks like a mean  (1989)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) / 3


class ScaleByChance(Sigmoid):
    """y = sigmoid(z), its derivative times 0.3, and a hyperparameter of 0.3  (1986)."""

    unused: Annotated[float, Gt(0)] = 0.3

    def derivative(self, z: Array, y: Array) -> Array:
        return 0.3 * y * (1 - y)


class OneWeight(Linear):
    """y = x W + b, dx of twice the weights: no update explains it for two batches  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        return None if dx is None else dx + dy @ (0.1 * np.sign(p["W"])).mT


class HalfDropped(Dropout):
    """y = x mask, neither scaled nor at p = 1/2 to be told from what keeps p  (2014)."""

    p: Annotated[float, Ge(0.5), Lt(0.5000001)] = 0.5

    def _mask(self, x: Array, ctx: Context) -> Array:
        return (ctx.rng.random(x.shape) >= self.p).astype(x.dtype)


LOOKS_LIKE_ANOTHER = [
    (QuarterOfTheGradient, "L2", 'a constant factor: g["W"] is 1/4 times'),
    (QuarterOfDx, "L3", "a constant factor: dx is 1/4 times"),
    (ThirdOfTheClasses, "S1", "a constant factor: gradient is 1/3 times"),
    (ScaleByChance, "A2", "a constant factor: the derivative is 3/10 times"),
    (OneWeight, "L3", ""),
    (HalfDropped, "L8", ""),
]


@pytest.mark.parametrize(
    ("cls", "id", "says"), LOOKS_LIKE_ANOTHER, ids=lambda v: getattr(v, "__name__", None)
)
def test_a_coincidence_is_seen_through(cls: Any, id: str, says: str) -> None:
    (result,) = run_checks(cls, id)
    assert result.failed, result.text
    assert result.diagnosis.startswith(says) if says else result.diagnosis == ""


@pytest.mark.parametrize("cls", [HidesState, GlobalChance, OwnGenerator, CountsItself, Remembers])
def test_of_what_does_not_repeat_itself_nothing_else_is_told(cls: Any) -> None:
    told = [one.diagnosis for one in run_checks(cls) if one.diagnosis]
    assert len(told) > 3
    for text in told:
        assert re.match("state between calls|the global random state|a generator of its own", text)


def wave(x: Array) -> Array:
    """Return a factor that no mistake has."""
    return (1 + 0.2 * np.sin(1.7 * x + 1)).astype(x.dtype)


def with_a_wave(base: type[Any]) -> type[Any]:
    """Return a built-in component whose derivative, gradient or backward has a wave in it."""
    if base.kind == "activation":

        class WavyActivation(base):
            def backward(self, dy: Array, z: Array, y: Array) -> Array:
                return np.asarray(super().backward(dy, z, y) * wave(z))

        return WavyActivation
    if base.kind == "loss":

        class WavyLoss(base):
            def gradient(self, z: Array, t: Array) -> Array:
                return np.asarray(super().gradient(z, t) * wave(z))

        return WavyLoss

    class WavyLayer(base):
        def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
            dx = super().backward(dy * wave(dy), cache, p, g, ctx)
            return None if dx is None else np.asarray(dx * wave(dx))

    return WavyLayer


@pytest.mark.parametrize("kind", ["activation", "loss", "layer"])
def test_a_built_in_with_a_wave_in_it_gets_no_name(kind: str) -> None:
    wrong = 0
    for entry in default_registry().entries(kind):
        if entry.provider.package != "nnplug":
            continue
        for result in run_checks(with_a_wave(entry.cls)):
            if result.id not in ("C3", "C8"):  # a class inside a function, without a docstring
                wrong += result.failed
                assert result.diagnosis == "", f"{entry.name}: {result.text}"
    assert wrong >= 10


def test_a_limit_that_is_right_by_itself_is_no_side_that_is_right() -> None:
    results = run_checks(RightInTheTail, ["A2", "A4", "I2"])
    assert all(result.failed and result.diagnosis == "" for result in results)


def test_a_mean_taken_twice_is_not_told_of_a_value_that_takes_the_sum() -> None:
    (result,) = run_checks(MeanTwice, "S1")
    assert result.diagnosis.startswith("a mean over the outputs, taken twice: the value takes it")


class RMSpropMomentum(Optimizer):
    """v = r v + (1 - r) g^2; b = mu b + lr g / (sqrt(v) + eps); w = w - b  (2012)."""

    lr: Annotated[float, Gt(0)] = 0.01
    rho: Annotated[float, Ge(0), Lt(1)] = 0.99
    mu: Annotated[float, Ge(0), Lt(1)] = 0.9

    slots = ("v", "b")

    def update(
        self, w: Array, g: Array, lr: float, t: int, v: Array, b: Array
    ) -> tuple[Array, Array, Array]:
        v = self.rho * v + (1 - self.rho) * g * g
        b = self.mu * b + lr * g / (np.sqrt(v) + 1e-8)
        return w - b, v, b


def test_a_long_first_step_that_is_the_papers_own_is_no_missing_correction() -> None:
    (result,) = run_checks(RMSpropMomentum, "O2")
    assert result.status == "passed"
    assert result.detail == "the first step is 10 lr whatever the gradient's size"

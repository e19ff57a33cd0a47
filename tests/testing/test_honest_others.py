"""Right losses, initializers, schedules, callbacks and datasets: no false alarm."""

import math
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from annotated_types import Ge, Gt, Le, Lt

from nnplug.core import Array, Callback, Data, Dataset, Initializer, Loss, RunView, Schedule
from nnplug.testing import run_checks


class MAE(Loss):
    """mean |z - t|  (Laplace, 1774)."""

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        return np.abs(z - t).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.sign(z - t) / z.shape[-1]


class Huber(Loss):
    """e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2)  (Huber, 1964)."""

    delta: Annotated[float, Gt(0)] = 1.0

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        e = np.abs(z - t)
        c = np.minimum(e, self.delta)
        return (c * (e - c / 2)).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.clip(z - t, -self.delta, self.delta) / z.shape[-1]


class Hinge(Loss):
    """max(0, 1 - t z), t = -1 or 1  (Cortes, Vapnik, 1995)."""

    tasks = ("binary",)
    target_range = (-1.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        return np.maximum(0, 1 - t * z).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.where(t * z < 1, -t, np.zeros_like(t)) / z.shape[-1]

    def encode(self, t: Array, task: str) -> Array:
        return 2 * t - 1


class Focal(Loss):
    """-(1 - p)^gamma log p, p = the probability of the label  (Lin et al., 2017)."""

    gamma: Annotated[float, Ge(0)] = 2.0

    tasks = ("binary",)
    link = "sigmoid"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        q, log_p = self._parts(z)
        r, log_n = self._parts(-z)
        return (-t * q**self.gamma * log_p - (1 - t) * r**self.gamma * log_n).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return (t * self._slope(z) - (1 - t) * self._slope(-z)) / z.shape[-1]

    def predict(self, z: Array) -> Array:
        return 0.5 * np.tanh(0.5 * z) + 0.5

    def _parts(self, z: Array) -> tuple[Array, Array]:
        """Return 1 - p and log p for p = sigmoid(z)."""
        return self.predict(-z), -np.logaddexp(np.zeros_like(z), -z)

    def _slope(self, z: Array) -> Array:
        q, log_p = self._parts(z)
        p = self.predict(z)
        return self.gamma * q**self.gamma * p * log_p - q ** (self.gamma + 1)


class Brier(Loss):
    """(sigmoid(z) - t)^2  (Brier, 1950)."""

    tasks = ("binary",)
    link = "sigmoid"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        return ((self.predict(z) - t) ** 2).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        p = self.predict(z)
        return 2 * (p - t) * p * (1 - p) / z.shape[-1]

    def predict(self, z: Array) -> Array:
        return 0.5 * np.tanh(0.5 * z) + 0.5


class Uniform(Initializer):
    """w ~ U(-a, a), a = sqrt(6 / (fan_in + fan_out))  (Glorot, Bengio, 2010)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        a = math.sqrt(6 / (fan_in + fan_out))
        return a * (2 * rng.random(shape) - 1)

    def std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(2 / (fan_in + fan_out))


class Sparse(Initializer):
    """w ~ N(0, 1) with chance `density`, else 0  (Martens, 2010)."""

    density: Annotated[float, Gt(0), Le(1)] = 0.3

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return rng.standard_normal(shape) * (rng.random(shape) < self.density)

    def std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(self.density)


class WarmUp(Schedule):
    """factor = (step + 1) / warm, then 1  (Goyal et al., 2017)."""

    warm: Annotated[int, Ge(1)] = 10

    def factor(self, step: int, total: int) -> float:
        return min(1.0, (step + 1) / self.warm)


class StepDecay(Schedule):
    """factor = gamma^floor(step / every)  (Bottou, 2012)."""

    gamma: Annotated[float, Gt(0), Le(1)] = 0.5
    every: Annotated[int, Ge(1)] = 100

    def factor(self, step: int, total: int) -> float:
        return float(self.gamma ** (step // self.every))


class Recorder(Callback):
    """Records the largest weight, max |w|  (Goodfellow et al., 2016)."""

    def on_epoch(self, run: RunView) -> str | None:
        run.record("largest", float(np.abs(run.weights()).max()))
        return None


class Spirals(Dataset):
    """Three arms, (r cos a, r sin a) with a = 4 r + 2 pi arm / 3  (Lang, Witbrock, 1988)."""

    n: Annotated[int, Ge(3)] = 90
    noise: Annotated[float, Ge(0)] = 0.1

    def load(self, rng: np.random.Generator) -> Data:
        arm = np.arange(self.n) % 3
        r = np.sqrt(rng.random(self.n))
        a = 4 * r + 2 * np.pi * arm / 3
        x = np.stack([r * np.cos(a), r * np.sin(a)], axis=1)
        x += self.noise * rng.standard_normal(x.shape)
        return Data(x, np.eye(3)[arm], task="multiclass", names=("a", "b", "c"))


class Wave(Dataset):
    """y = sin(3 x)  (Fourier, 1822)."""

    kind_of_grid: Literal["even", "random"] = "random"
    noise: Annotated[float, Ge(0)] = 0.0

    def load(self, rng: np.random.Generator) -> Data:
        even = np.linspace(-1, 1, 60)
        x = (even if self.kind_of_grid == "even" else rng.uniform(-1, 1, 60))[:, None]
        y = self.rule(x) + self.noise * rng.standard_normal((60, 1))
        if self.kind_of_grid == "even":
            x = x + 0.0 * rng.random(1)
            y = y + 1e-9 * rng.standard_normal((60, 1)) * (self.noise > 0)
        return Data(x, y, task="regression", domain=((-1.0, 1.0),))

    def rule(self, x: Array) -> Array:
        return np.sin(3 * x)


class Pictures(Dataset):
    """Bright above or bright below, label = which  (LeCun et al., 1998)."""

    n: Annotated[int, Ge(2)] = 20

    def load(self, rng: np.random.Generator) -> Data:
        label = np.arange(self.n) % 2
        x = rng.random((self.n, 4, 3, 1))
        x[label == 1, :2] += 1
        x[label == 0, 2:] += 1
        return Data(x, label[:, None].astype(float), task="binary", names=("below", "above"))


class Wild(Initializer):
    """w ~ N(0, s^2), s unknown beforehand  (Kaiming, 2015)."""

    spread: Annotated[float, Gt(0), Lt(10)] = 0.3

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return self.spread * rng.random() * rng.standard_normal(shape)


HONEST = (
    *(MAE, Huber, Hinge, Focal, Brier),
    *(Uniform, Sparse, Wild),
    *(WarmUp, StepDecay),
    Recorder,
    *(Spirals, Wave, Pictures),
)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cls", HONEST, ids=lambda cls: cls.__name__)
def test_no_false_alarm(cls: Any, seed: int) -> None:
    failed = [result.text for result in run_checks(cls, seed=seed) if result.failed]
    assert not failed

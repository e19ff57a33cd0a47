"""Right activations that the built-ins do not resemble: no check may raise a false alarm."""

import math
from typing import Annotated

import numpy as np
import pytest
from annotated_types import Gt

from nnplug.core import Activation, Array
from nnplug.testing import run_checks


class ELU(Activation):
    """z where z > 0, else alpha (exp(z) - 1)  (Clevert et al., 2016)."""

    alpha: Annotated[float, Gt(0), "what it tends to on the left is -alpha"] = 1.0

    kinks = (0.0,)  # unless alpha is 1
    monotonic = True
    initializer = "he"

    def forward(self, z: Array) -> Array:
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, np.ones_like(z), y + self.alpha)


class Mish(Activation):
    """z tanh(log(1 + exp(z)))  (Misra, 2019)."""

    range = (-0.3089, math.inf)

    def forward(self, z: Array) -> Array:
        return z * np.tanh(np.logaddexp(0, z).astype(z.dtype, copy=False))

    def derivative(self, z: Array, y: Array) -> Array:
        t = np.tanh(np.logaddexp(0, z).astype(z.dtype, copy=False))
        s = 0.5 * np.tanh(0.5 * z) + 0.5
        return t + z * s * (1 - t * t)


class Softplus(Activation):
    """log(1 + exp(beta z)) / beta  (Dugas et al., 2001)."""

    beta: Annotated[float, Gt(0)] = 1.0

    range = (0.0, math.inf)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return np.logaddexp(np.zeros_like(z), self.beta * z) / self.beta

    def derivative(self, z: Array, y: Array) -> Array:
        return 0.5 * np.tanh(0.5 * self.beta * z) + 0.5


class HardTanh(Activation):
    """max(-1, min(1, z))  (Collobert, 2004)."""

    kinks = (-1.0, 1.0)
    range = (-1.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return np.clip(z, -1, 1)

    def derivative(self, z: Array, y: Array) -> Array:
        return (np.abs(z) < 1).astype(z.dtype)


class HardSwish(Activation):
    """z max(0, min(1, z / 6 + 1 / 2))  (Howard et al., 2019)."""

    kinks = (-3.0, 3.0)
    range = (-0.375, math.inf)

    def forward(self, z: Array) -> Array:
        return z * np.clip(z / 6 + 0.5, 0, 1)

    def derivative(self, z: Array, y: Array) -> Array:
        inside = (np.abs(z) <= 3).astype(z.dtype)
        return np.clip(z / 6 + 0.5, 0, 1) + inside * z / 6


class Softsign(Activation):
    """z / (1 + |z|)  (Bergstra et al., 2009)."""

    range = (-1.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return z / (1 + np.abs(z))

    def derivative(self, z: Array, y: Array) -> Array:
        return (1 - np.abs(y)) ** 2


class Steep(Activation):
    """tanh(50 z), whose slope changes within a hundredth  (LeCun et al., 1998)."""

    steepness: Annotated[float, Gt(0)] = 50.0
    range = (-1.0, 1.0)
    monotonic = True

    def forward(self, z: Array) -> Array:
        return np.tanh(self.steepness * z)

    def derivative(self, z: Array, y: Array) -> Array:
        return self.steepness * (1 - y * y)


class Sine(Activation):
    """sin(omega z)  (Sitzmann et al., 2020)."""

    omega: Annotated[float, Gt(0)] = 30.0
    range = (-1.0, 1.0)

    def forward(self, z: Array) -> Array:
        return np.sin(self.omega * z)

    def derivative(self, z: Array, y: Array) -> Array:
        return self.omega * np.cos(self.omega * z)


class Threshold(Activation):
    """z where z > theta, else theta; its kink is where theta is  (Hahnloser et al., 2000)."""

    theta: float = 0.5
    monotonic = True

    @property
    def kinks(self) -> tuple[float, ...]:
        return (self.theta,)

    def forward(self, z: Array) -> Array:
        return np.maximum(z, self.theta)

    def derivative(self, z: Array, y: Array) -> Array:
        return (z > self.theta).astype(z.dtype)


class LogSoftmax(Activation):
    """z - log(sum(exp(z)))  (Bridle, 1990)."""

    range = (-math.inf, 0.0)

    def forward(self, z: Array) -> Array:
        shifted = z - z.max(axis=-1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        return dy - np.exp(y) * dy.sum(axis=-1, keepdims=True)


class RowNorm(Activation):
    """z / sqrt(1 + mean(z^2)) over the features  (Zhang, Sennrich, 2019)."""

    def forward(self, z: Array) -> Array:
        return z / np.sqrt(1 + (z * z).mean(axis=-1, keepdims=True))

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        size = np.sqrt(1 + (z * z).mean(axis=-1, keepdims=True))
        along = (dy * y).mean(axis=-1, keepdims=True)
        return (dy - y * along) / size


HONEST = (
    ELU,
    Mish,
    Softplus,
    HardTanh,
    HardSwish,
    Softsign,
    Steep,
    Sine,
    Threshold,
    LogSoftmax,
    RowNorm,
)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cls", HONEST, ids=lambda cls: cls.__name__)
def test_no_false_alarm(cls: type[Activation], seed: int) -> None:
    failed = [result.text for result in run_checks(cls, seed=seed) if result.failed]
    assert not failed

"""Glorot's initializer, for sigmoid, tanh and linear outputs."""

import math
from typing import Any

from nnplug.core import Array, Initializer


class Xavier(Initializer):
    """Normal weights for smooth steps, std = sqrt(2 / (fan_in + fan_out)).

    Formula: w ~ N(0, std^2), std = sqrt(2 / (fan_in + fan_out))
    Distribution: normal around 0
    Shapes: w of the parameter's shape
    Source: Glorot, Bengio, Understanding the difficulty of training deep feedforward neural
        networks, AISTATS 2010.

    A compromise: 1 / fan_in would keep the size of signals on their way forward, 1 / fan_out that
    of gradients on their way back. The paper draws from a uniform distribution of the same std.
    """

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights."""
        w: Array = self.std(fan_in, fan_out) * rng.standard_normal(shape)
        return w

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return sqrt(2 / (fan_in + fan_out))."""
        return math.sqrt(2.0 / (fan_in + fan_out))

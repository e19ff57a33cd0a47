"""LeCun's initializer, for tanh and selu."""

import math
from typing import Any

from nnplug.core import Array, Initializer


class LeCun(Initializer):
    """Normal weights that keep the size of signals, std = sqrt(1 / fan_in).

    Formula: w ~ N(0, std^2), std = sqrt(1 / fan_in)
    Distribution: normal around 0
    Shapes: w of the parameter's shape
    Source: LeCun, Bottou, Orr, Müller, Efficient BackProp, Neural Networks: Tricks of the Trade
        1998.

    A sum of fan_in terms has fan_in times their variance: with this std it has the variance of one
    input. That is right where the activation keeps it, as selu does, or nearly, as tanh; he makes
    up for what a rectifier cuts off.
    """

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights."""
        w: Array = self.std(fan_in, fan_out) * rng.standard_normal(shape)
        return w

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return sqrt(1 / fan_in)."""
        return math.sqrt(1.0 / fan_in)

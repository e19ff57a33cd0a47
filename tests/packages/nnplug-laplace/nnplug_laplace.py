"""Fresh weights with heavy tails."""

import math

import numpy as np

import nnplug
from nnplug.core import Array, Initializer


class Laplace(Initializer):
    """Many small weights and a few large ones, Laplace with std = sqrt(1 / fan_in).

    Formula: w ~ Laplace(0, b), b = sqrt(1 / (2 fan_in)), so that std = sqrt(1 / fan_in)
    Distribution: Laplace around 0
    Shapes: w of the parameter's shape
    Source: the std is that of LeCun, Bottou, Orr, Müller, Efficient BackProp, 1998.
    """

    def sample(
        self, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
    ) -> Array:
        """Return fresh weights."""
        return rng.laplace(0.0, math.sqrt(0.5 / fan_in), shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return sqrt(1 / fan_in)."""
        return math.sqrt(1.0 / fan_in)


@nnplug.hookimpl
def nnplug_initializers() -> dict[str, type[Initializer]]:
    return {"laplace": Laplace}

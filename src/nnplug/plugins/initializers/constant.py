"""One number everywhere, for scales and slopes."""

from typing import Annotated, Any

import numpy as np

from nnplug.core import Array, Initializer


class Constant(Initializer):
    """The same number everywhere, w = value.

    Formula: w = value
    Distribution: all mass at value
    Shapes: w of the parameter's shape
    Source: Ioffe, Szegedy, Batch normalization, ICML 2015 (a scale that starts at 1).

    Right for a scale that starts at 1, or a bias that should start off zero. Weights that start
    equal get equal gradients and stay equal: a hidden layer of them never becomes more than one
    unit.
    """

    value: Annotated[float, "the number"] = 1.0

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return the number; no chance is asked for."""
        return np.full(shape, self.value)

    def mean(self, fan_in: int, fan_out: int) -> float:
        """Return the number."""
        return self.value

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return 0."""
        return 0.0

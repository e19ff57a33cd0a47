"""Zeros, for biases."""

from typing import Any

import numpy as np

from nnplug.core import Array, Initializer


class Zeros(Initializer):
    """Zero everywhere, w = 0.

    Formula: w = 0
    Distribution: all mass at 0
    Shapes: w of the parameter's shape
    Source: Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
        Nature 1986 (why weights must not be this).

    Right for biases. Weights that start equal get equal gradients and stay equal: a hidden layer of
    zeros never becomes more than one unit.
    """

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return zeros; no chance is asked for."""
        return np.zeros(shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return 0."""
        return 0.0

"""A sine curve to fit."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from nnplug.core import Array, Data, Dataset


class Sine(Dataset):
    """A curve of one variable, y = sin(2 pi waves x).

    Formula: y = sin(2 pi waves x), plus noise
    Distribution: x uniform on [-1, 1); normal noise of this width
    Shapes: x (n, 1), y (n, 1)
    Source: Bishop, Pattern recognition and machine learning, Springer 2006 (section 1.1 fits one).

    The smallest regression that needs a hidden layer, and one that can be drawn. With few points
    and much noise a large network passes through the points and not along the curve: overfitting.
    """

    n: Annotated[int, Ge(2), "how many points"] = 200
    waves: Annotated[float, Gt(0), "periods from 0 to 1"] = 1.0
    noise: Annotated[float, Ge(0), "standard deviation of y"] = 0.1

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        x = 2.0 * rng.random((self.n, 1)) - 1.0
        y = self.rule(x) + self.noise * rng.standard_normal((self.n, 1))
        return Data(x, y, task="regression", names=("y",), columns=("x",), domain=((-1.0, 1.0),))

    def rule(self, x: Array) -> Array:
        """Return the curve's value at each x, (..., 1)."""
        y: Array = np.sin(2.0 * np.pi * self.waves * x)
        return y

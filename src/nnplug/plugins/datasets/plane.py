"""A plane to fit."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from nnplug.core import Array, Data, Dataset


class Plane(Dataset):
    """A linear function of two variables, y = 2 x1 - x2 + 1/2.

    Formula: y = 2 x1 - x2 + 1/2, plus noise
    Distribution: x1, x2 independent and uniform on [-1, 1); normal noise of this width
    Shapes: x (n, 2), y (n, 1)
    Source: Widrow, Hoff, Adaptive switching circuits, IRE WESCON 1960 (the linear unit, fitted step
        by step).

    One linear unit without activation fits it, and its weights can be read: they come out as 2, -1
    and 1/2. mse cannot fall below noise^2, the variance of what nobody can predict.
    """

    n: Annotated[int, Ge(2), "how many points"] = 200
    noise: Annotated[float, Ge(0), "standard deviation of y"] = 0.1

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        x = 2.0 * rng.random((self.n, 2)) - 1.0
        y = self.rule(x) + self.noise * rng.standard_normal((self.n, 1))
        return Data(
            x,
            y,
            task="regression",
            names=("y",),
            columns=("x1", "x2"),
            domain=((-1.0, 1.0), (-1.0, 1.0)),
        )

    def rule(self, x: Array) -> Array:
        """Return the plane's height at each point, (..., 1)."""
        return 2.0 * x[..., :1] - x[..., 1:] + 0.5

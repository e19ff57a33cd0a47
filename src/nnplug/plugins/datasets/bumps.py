"""A landscape of hills to fit."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from nnplug.core import Array, Data, Dataset

HILLS = ((-0.5, -0.4, 1.0, 0.25), (0.4, 0.5, 0.75, 0.35), (0.5, -0.5, 0.5, 0.2))


class Bumps(Dataset):
    """Three round hills on a plain, y = sum of height exp(-distance^2 / (2 width^2)).

    Formula: y = sum over the hills of height exp(-((x1 - a)^2 + (x2 - b)^2) / (2 width^2)), plus
        noise, with (a, b, height, width) = (-0.5, -0.4, 1, 0.25), (0.4, 0.5, 0.75, 0.35) and
        (0.5, -0.5, 0.5, 0.2)
    Distribution: x1, x2 independent and uniform on [-1, 1); normal noise of this width
    Shapes: x (n, 2), y (n, 1)
    Source: Broomhead, Lowe, Multivariable functional interpolation and adaptive networks, Complex
        Systems 1988 (sums of such hills as networks).

    No value is below 0 as long as there is no noise, so that it suits the loss poisson too. A
    network with little to spend finds the widest hill first and the narrow one last.
    """

    n: Annotated[int, Ge(2), "how many points"] = 1000
    noise: Annotated[float, Ge(0), "standard deviation of y"] = 0.0

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
        """Return the height at each point, (..., 1)."""
        a, b, height, width = np.array(HILLS).T
        squares = (x[..., :1] - a) ** 2 + (x[..., 1:] - b) ** 2
        y: Array = (height * np.exp(-0.5 * squares / width**2)).sum(axis=-1, keepdims=True)
        return y

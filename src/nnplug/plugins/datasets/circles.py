"""One circle around another."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Data, Dataset


class Circles(Dataset):
    """Points on two circles around the origin, label 1 on the inner one.

    Formula: label = 1 where sqrt(x1^2 + x2^2) < (1 + inner) / 2, the circle half way between
    Distribution: labels take turns; a uniform angle on a circle of radius 1 or inner, plus normal
        noise of this width, cut off at 3 widths
    Shapes: x (n, 2), y (n, 1)
    Source: Minsky, Papert, Perceptrons, 1969 (what no line can separate, such as inside from
        outside).

    One hidden unit cuts along a line; three of them make a triangle, the least that goes round the
    inner circle. In polar coordinates it would be linear.
    """

    n: Annotated[int, Ge(2), "how many points"] = 500
    inner: Annotated[float, Gt(0), Lt(1), "radius of the inner circle"] = 0.5
    noise: Annotated[float, Ge(0), "standard deviation of each coordinate"] = 0.05

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        angle = 2.0 * np.pi * rng.random(self.n)
        label = np.arange(self.n) % 2.0
        radius = np.where(label == 1, self.inner, 1.0)
        x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        x += self.noise * np.clip(rng.standard_normal(x.shape), -3.0, 3.0)
        reach = 1.0 + 3.0 * self.noise
        return Data(
            x,
            label[:, None],
            task="binary",
            names=("0", "1"),
            columns=("x1", "x2"),
            domain=((-reach, reach), (-reach, reach)),
        )

    def rule(self, x: Array) -> Array:
        """Return the label of each point, (..., 1)."""
        radius = np.hypot(x[..., :1], x[..., 1:])
        return np.where(radius < 0.5 * (1.0 + self.inner), 1.0, 0.0)

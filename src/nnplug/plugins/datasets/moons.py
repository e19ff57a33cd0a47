"""Two interleaved half circles."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from nnplug.core import Array, Data, Dataset


class Moons(Dataset):
    """Points on two half circles that reach into each other, label 1 on the lower one.

    Formula: label 0 at (cos a, sin a), label 1 at (1 - cos a, 1/2 - sin a), a from 0 to pi; of any
        other point, the label of the nearer half circle
    Distribution: labels take turns; a uniform angle, plus normal noise of this width, cut off at 3
        widths
    Shapes: x (n, 2), y (n, 1)
    Source: Pedregosa and others, Scikit-learn: machine learning in Python, JMLR 2011 (make_moons).

    A line gets about 88 % of them right; the border that gets all is an S. With noise 0.2 the moons
    overlap: the nearer half circle is the wrong one for 4 in 100.
    """

    n: Annotated[int, Ge(2), "how many points"] = 500
    noise: Annotated[float, Ge(0), "standard deviation of each coordinate"] = 0.1

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        angle = np.pi * rng.random(self.n)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        label = (np.arange(self.n) % 2.0)[:, None]
        x = np.where(label == 0, upper, [1.0, 0.5] - upper)
        x += self.noise * np.clip(rng.standard_normal(x.shape), -3.0, 3.0)
        reach = 3.0 * self.noise
        return Data(
            x,
            label,
            task="binary",
            names=("0", "1"),
            columns=("x1", "x2"),
            domain=((-1.0 - reach, 2.0 + reach), (-0.5 - reach, 1.0 + reach)),
        )

    def rule(self, x: Array) -> Array:
        """Return the label of each point, (..., 1)."""
        lower = np.array([1.0, 0.5]) - x
        return np.where(distance(x) <= distance(lower), 0.0, 1.0)


def distance(x: Array) -> Array:
    """Return how far points are from the upper half of the unit circle, (..., 1)."""
    across, up = np.abs(x[..., :1]), x[..., 1:]
    # Below the axis, an end of the half circle is nearest.
    return np.where(up >= 0, np.abs(np.hypot(across, up) - 1.0), np.hypot(across - 1.0, up))

"""Two spirals around each other."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt

from nnplug.core import Array, Data, Dataset


class Spirals(Dataset):
    """Points on two spirals around each other, label = the arm that is nearer in angle.

    Formula: label = 1 where cos(angle - 2 pi turns radius) < 0, in polar coordinates: arm 0 is
        angle = 2 pi turns radius, arm 1 lies opposite
    Distribution: labels take turns; radius^2 uniform on [0.01, 1), plus normal noise of this width,
        cut off at 3 widths
    Shapes: x (n, 2), y (n, 1)
    Source: Lang, Witbrock, Learning to tell two spirals apart, Connectionist Models Summer School
        1988.

    A classic of hard problems: the border is as long as the spirals. Each turn more takes more
    units, more points and more epochs; the arms are 1 / (2 turns) apart.
    """

    n: Annotated[int, Ge(2), "how many points"] = 1000
    turns: Annotated[float, Gt(0), "how often an arm goes round"] = 1.5
    noise: Annotated[float, Ge(0), "standard deviation of each coordinate"] = 0.02

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        radius = np.sqrt(0.01 + 0.99 * rng.random(self.n))
        label = np.arange(self.n) % 2.0
        angle = 2.0 * np.pi * self.turns * radius + np.pi * label
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
        radius, angle = np.hypot(x[..., :1], x[..., 1:]), np.arctan2(x[..., 1:], x[..., :1])
        return np.where(np.cos(angle - 2.0 * np.pi * self.turns * radius) < 0, 1.0, 0.0)

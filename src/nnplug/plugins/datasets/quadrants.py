"""Exclusive or of two half planes, everywhere in the unit square."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le, Lt

from nnplug.core import Array, Data, Dataset


class Quadrants(Dataset):
    """Points all over the four quarters of a square, label 1 where just one of x1, x2 is above 1/2.

    Formula: label = (x1 > 1/2) xor (x2 > 1/2)
    Distribution: x1, x2 independent and uniform on [0, 1) without what is nearer than margin to
        1/2; then each label is turned round with chance noise
    Shapes: x (n, 2), y (n, 1)
    Source: Rumelhart, Hinton, Williams, Learning internal representations by error propagation,
        Parallel Distributed Processing 1986 (xor).

    xor with areas in place of its two lines: there is something between the points, so held-out
    points tell what was learnt. With noise p no network can be right about more than 1 - p of them.
    """

    n: Annotated[int, Ge(2), "how many points"] = 1000
    margin: Annotated[float, Ge(0), Lt(0.5), "distance kept from the borders"] = 0.0
    noise: Annotated[float, Ge(0), Le(0.5), "chance that a label is turned round"] = 0.0

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        x = rng.random((self.n, 2)) * (1.0 - 2.0 * self.margin)
        x[x >= 0.5 - self.margin] += 2.0 * self.margin
        y = np.abs(self.rule(x) - (rng.random((self.n, 1)) < self.noise))
        return Data(
            x,
            y,
            task="binary",
            names=("0", "1"),
            columns=("x1", "x2"),
            domain=((0.0, 1.0), (0.0, 1.0)),
        )

    def rule(self, x: Array) -> Array:
        """Return the label of each point, (..., 1)."""
        return np.where((x[..., :1] > 0.5) != (x[..., 1:] > 0.5), 1.0, 0.0)

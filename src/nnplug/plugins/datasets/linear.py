"""Points on both sides of a line."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from nnplug.core import Array, Data, Dataset


class Linear(Dataset):
    """Points on both sides of the diagonal, label 0 where x1 > x2, else 1.

    Formula: label = 0 where x1 > x2, else 1
    Distribution: x1, x2 independent and uniform on [0, 1)
    Shapes: x (n, 2), y (n, 1)
    Source: Rosenblatt, The perceptron: a probabilistic model for information storage and
        organization in the brain, Psychological Review 1958 (the problems that it can learn).

    One straight line separates the labels: a network without hidden layers suffices.
    """

    n: Annotated[int, Ge(2), "how many points"] = 100

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        x = rng.random((self.n, 2))
        return Data(
            x,
            self.rule(x),
            task="binary",
            names=("0", "1"),
            columns=("x1", "x2"),
            domain=((0.0, 1.0), (0.0, 1.0)),
        )

    def rule(self, x: Array) -> Array:
        """Return the label of each point, (..., 1)."""
        return np.where(x[..., :1] > x[..., 1:], 0.0, 1.0)

"""Stripes: a wave that a network of few units cannot follow."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

import nnplug
from nnplug.core import Array, Data, Dataset


class Stripes(Dataset):
    """Points in a square, label 1 in every other one of its upright stripes.

    Formula: label = floor(stripes x1) mod 2
    Distribution: x1, x2 independent and uniform on [0, 1)
    Shapes: x (n, 2), y (n, 1)
    Source: Minsky, Papert, Perceptrons, 1969 (parity is what one layer cannot learn).
    """

    n: Annotated[int, Ge(2), "how many points"] = 200
    stripes: Annotated[int, Ge(2), "how many stripes"] = 4

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
        return np.floor(self.stripes * x[..., :1]) % 2.0


@nnplug.hookimpl
def nnplug_datasets() -> dict[str, type[Dataset]]:
    return {"stripes": Stripes}

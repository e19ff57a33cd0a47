"""A chessboard."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from nnplug.core import Array, Data, Dataset


class Chessboard(Dataset):
    """Points on a board of cells x cells squares, label = the parity of column + row.

    Formula: label = (floor(cells x1) + floor(cells x2)) mod 2
    Distribution: x1, x2 independent and uniform on [0, 1)
    Shapes: x (n, 2), y (n, 1)
    Source: Ho, Kleinberg, Building projectable classifiers of arbitrary complexity, ICPR 1996.

    cells=2 is xor with areas instead of lines. Every further square asks for more units and more
    points: one of 16 squares holds about 60 of 1000.
    """

    cells: Annotated[int, Ge(2), "squares along each side"] = 4
    n: Annotated[int, Ge(2), "how many points"] = 1000

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
        squares: Array = np.floor(self.cells * x)
        label: Array = squares.sum(axis=-1, keepdims=True) % 2
        return label

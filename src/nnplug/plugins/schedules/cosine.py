"""The cosine schedule."""

import math
from typing import Annotated

from annotated_types import Ge, Le

from nnplug.core import Schedule


class Cosine(Schedule):
    """From full to floor along half a cosine, factor = floor + (1 - floor) (1 + cos(pi s)) / 2.

    Formula: factor = floor + (1 - floor) (1 + cos(pi s)) / 2, s = step / total
    Shapes: factor, a number from floor to 1
    Source: Loshchilov, Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017
        (without the restarts).

    With floor 0 it is above 3/4 for a third of the run, to get far, and below 1/4 for a third, to
    settle. The first step has factor 1, the last one a hair above floor.
    """

    floor: Annotated[float, Ge(0), Le(1), "the factor at the end"] = 0.0

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr."""
        s = step / total
        return self.floor + (1.0 - self.floor) * (0.5 + 0.5 * math.cos(math.pi * s))

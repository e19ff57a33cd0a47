"""The one-cycle schedule."""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt

from nnplug.core import Schedule


class OneCycle(Schedule):
    """Once up and once down, each along half a cosine, factor = start to 1 to floor.

    Formula: factor = start + (1 - start) (1 - cos(pi s / rise)) / 2 while s < rise, then
        floor + (1 - floor) (1 + cos(pi (s - rise) / (1 - rise))) / 2, s = step / total
    Shapes: factor, a number from the smaller of start and floor to 1
    Source: Smith, Topin, Super-convergence: very fast training of neural networks using large
        learning rates, 2018, arXiv:1708.07120 (with straight lines).

    lr is the largest one, in the middle, and may be several times what a constant one could be:
    the way up finds a broad valley, the way down settles in it. It pays in short runs.
    """

    rise: Annotated[float, Gt(0), Lt(1), "the part of the run on the way up"] = 0.3
    start: Annotated[float, Ge(0), Le(1), "the factor at the start"] = 0.04
    floor: Annotated[float, Ge(0), Le(1), "the factor at the end"] = 0.0

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr."""
        s = step / total
        if s < self.rise:
            low, part = self.start, 1.0 - s / self.rise
        else:
            low, part = self.floor, (s - self.rise) / (1.0 - self.rise)
        return low + (1.0 - low) * (0.5 + 0.5 * math.cos(math.pi * part))

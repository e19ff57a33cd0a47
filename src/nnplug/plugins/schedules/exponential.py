"""The exponential schedule."""

from typing import Annotated

from annotated_types import Gt, Le

from nnplug.core import Schedule


class Exponential(Schedule):
    """Falls by the same share at every step, factor = floor^s.

    Formula: factor = floor^s, s = step / total
    Shapes: factor, a number from floor to 1
    Source: Darken, Chang, Moody, Learning rate schedules for faster stochastic gradient search,
        IEEE Neural Networks for Signal Processing 1992 (who compare such schedules).

    A straight line on a logarithmic scale. It spends as many steps between 1 and 0.1 as between 0.1
    and 0.01: less time at large steps than cosine.
    """

    floor: Annotated[float, Gt(0), Le(1), "the factor at the end"] = 0.01

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr."""
        return float(self.floor ** (step / total))

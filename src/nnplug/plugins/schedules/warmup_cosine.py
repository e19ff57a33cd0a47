"""The cosine schedule with a warm-up."""

import math
from typing import Annotated

from annotated_types import Ge, Le, Lt

from nnplug.core import Schedule


class WarmupCosine(Schedule):
    """Up along a line, then down along half a cosine, factor = s / warmup at first.

    Formula: factor = s / warmup while s < warmup, s = (step + 1) / total; then
        floor + (1 - floor) (1 + cos(pi u)) / 2, u = (step / total - warmup) / (1 - warmup), from 0
    Shapes: factor, a number from 0 to 1
    Source: Goyal and others, Accurate, large minibatch SGD: training ImageNet in 1 hour, 2017,
        arXiv:1706.02677 (the warm-up); Loshchilov, Hutter, SGDR, ICLR 2017 (the cosine).

    Fresh weights have steep and unreliable gradients, and the means of adam have seen little. Small
    first steps let both settle, so that the full learning rate may be larger.
    """

    warmup: Annotated[float, Ge(0), Lt(1), "the part of the run on the way up"] = 0.1
    floor: Annotated[float, Ge(0), Le(1), "the factor at the end"] = 0.0

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr."""
        s = (step + 1) / total
        if s < self.warmup:
            return s / self.warmup
        u = max(0.0, (step / total - self.warmup) / (1.0 - self.warmup))
        return self.floor + (1.0 - self.floor) * (0.5 + 0.5 * math.cos(math.pi * u))

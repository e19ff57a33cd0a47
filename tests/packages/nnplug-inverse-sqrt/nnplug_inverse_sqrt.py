"""The schedule of the first transformers, without its warm-up."""

from typing import Annotated

from annotated_types import Ge

import nnplug
from nnplug.core import Schedule


class InverseSqrt(Schedule):
    """Falls like one over the square root of the steps, factor = sqrt(hold / max(step, hold)).

    Formula: factor = 1 for step <= hold, then sqrt(hold / step)
    Shapes: factor, a number from 0 to 1
    Source: Vaswani et al., Attention is all you need, NeurIPS 2017 (section 5.3).
    """

    hold: Annotated[int, Ge(1), "steps before it falls"] = 100

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr."""
        return float((self.hold / max(step, self.hold)) ** 0.5)


@nnplug.hookimpl
def nnplug_schedules() -> dict[str, type[Schedule]]:
    return {"inverse_sqrt": InverseSqrt}

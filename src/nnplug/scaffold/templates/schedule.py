"""The schedule the_name.

Write your factor and your docstring in the place of polynomial decay. `pytest` tells whether the
engine can use it.
"""

from typing import Annotated

import nnplug
from annotated_types import Gt
from nnplug import Schedule


class TheClass(Schedule):
    """Polynomial decay, until yours replaces it: factor = (1 - step / total)^power.

    Formula: factor = (1 - step / total)^power
    Shapes: factor, a number from 0 to 1
    Source: Chen, Papandreou, Kokkinos, Murphy, Yuille, DeepLab, TPAMI 2018 (power 0.9).
    """

    power: Annotated[float, Gt(0), "1 falls along a line, more falls sooner"] = 0.9

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr; step counts from 0 to total - 1."""
        return float((1 - step / total) ** self.power)


@nnplug.hookimpl
def nnplug_schedules() -> dict[str, type[Schedule]]:
    """Give schedules by the names to type."""
    return {"the_name": TheClass}

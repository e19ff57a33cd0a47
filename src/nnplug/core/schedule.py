"""The contract of a schedule."""

from typing import ClassVar

from nnplug.core.component import Component, unwritten


class Schedule(Component):
    """What multiplies the learning rate, step by step."""

    kind: ClassVar[str] = "schedule"

    _required = (("factor",),)

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr.

        step : the training step, from 0 to total - 1
        total : how many steps the run will take, at least 1
        """
        raise unwritten(self, "factor")

"""The contract of an initializer."""

from typing import Any, ClassVar

from nnplug.core.array import Array
from nnplug.core.component import Component, unwritten


class Initializer(Component):
    """The distribution of fresh weights."""

    kind: ClassVar[str] = "initializer"

    _required = (("sample",),)

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights of this shape.

        fan_in, fan_out : how many inputs an output sums, and how many outputs an input reaches
        """
        raise unwritten(self, "sample")

    def mean(self, fan_in: int, fan_out: int) -> float:
        """Return the mean that `sample` claims."""
        return 0.0

    def std(self, fan_in: int, fan_out: int) -> float | None:
        """Return the standard deviation around the mean that it claims, or None for no claim."""
        return None

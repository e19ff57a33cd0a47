"""The contract of a loss."""

from typing import ClassVar

import numpy as np

from nnplug.core.array import Array
from nnplug.core.component import Component, unwritten
from nnplug.core.errors import DataError, ShapeError

TASKS = ("regression", "binary", "multiclass")
"""What a dataset may ask of a network."""


class Loss(Component):
    """How wrong the raw outputs z are for the targets t; smaller is better.

    A loss sees z before any output activation and owns its link, so that BCE can be
    `logaddexp(0, z) - t z`, which neither overflows nor needs clipping. It is averaged over outputs
    and not over samples: the engine weights and averages.
    """

    kind: ClassVar[str] = "loss"

    tasks: ClassVar[tuple[str, ...]] = TASKS
    """What it can judge: "regression", "binary", "multiclass"."""

    link: ClassVar[str] = "identity"
    """The activation that turns raw outputs into predictions. An explicit --output of this name is
    folded into the loss; any other output activation before a loss whose link is not the identity
    is an error."""

    target_range: ClassVar[tuple[float, float] | None] = None
    """The closed interval that holds every legal target, or None for all real numbers."""

    zero_at_target: ClassVar[bool] = False
    """Whether value and gradient are zero where z equals t."""

    _required = (("value",), ("gradient",))

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss.

        z, t : (*runs, samples, outputs), of equal shape;  value : (*runs, samples)
        """
        raise unwritten(self, "value")

    def gradient(self, z: Array, t: Array) -> Array:
        """Return d value / dz, of z's shape."""
        raise unwritten(self, "gradient")

    def predict(self, z: Array) -> Array:
        """Return predictions in the targets' terms: the link applied to z."""
        return z

    def outputs(self, task: str, targets: int) -> int:
        """Return how many outputs a network needs.

        targets : columns of the targets; 1 for a binary task, else the classes or values
        """
        return targets

    def encode(self, t: Array, task: str) -> Array:
        """Return the targets in this loss's own terms: (*runs, samples, outputs)."""
        return t

    def check(self, z: Array, t: Array) -> None:
        """Refuse what would broadcast by accident, and targets outside the loss's domain.

        Raises ShapeError and DataError; the engine asks once a run, not once a step.
        """
        name = type(self).__name__
        if z.shape != t.shape:
            raise ShapeError(
                f"loss {name}: outputs of shape {z.shape} against targets of shape {t.shape}",
                "both are (*runs, samples, outputs), and nothing is broadcast",
            )
        if self.target_range is not None:
            low, high = self.target_range
            wrong = ~((t >= low) & (t <= high) & np.isfinite(t))
            if wrong.any():
                raise DataError(
                    f"loss {name} takes targets from {low:g} to {high:g}, not {t[wrong][0]:g}",
                )
        elif not np.isfinite(t).all():
            raise DataError(f"loss {name}: a target is not finite")

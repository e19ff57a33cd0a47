"""One run in a stack, and the points of all runs laid side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.engine.assemble import Assembly
from nnplug.engine.chance import stream
from nnplug.engine.layout import read_only
from nnplug.engine.run import Part, Run
from nnplug.engine.training import BlewUpError, Training


class Member:
    """A run that trains in a stack.

    key : what the caller knows it by
    seconds : its share of the time that the stack took
    reason, failure : why it ended, once it has
    """

    def __init__(self, key: int, assembly: Assembly) -> None:
        self.key = key
        self.assembly = assembly
        self.shuffle = stream(assembly.settings.seed, "shuffle")
        settings = assembly.settings
        self.training = Training(
            assembly.run,
            assembly.callbacks,
            settings.log_interval,
            restore_best=settings.restore_best,
        )
        self.seconds = 0.0
        self.reason = ""
        self.failure: BlewUpError | None = None

    @property
    def run(self) -> Run:
        """The run, with a network of its own."""
        return self.assembly.run


@dataclass(frozen=True)
class StackedPart:
    """The train or the test points of every run: `Part` with runs first.

    x : (R, samples, *features);  t : (R, samples, outputs);  weights : (R, samples) or None
    """

    x: Array
    t: Array
    weights: Array | None

    @classmethod
    def of(cls, parts: Sequence[Part]) -> "StackedPart":
        """Lay the points of every run side by side."""
        weights = [part.weights for part in parts if part.weights is not None]
        return cls(
            read_only(np.stack([part.x for part in parts])),
            read_only(np.stack([part.t for part in parts])),
            np.stack(weights) if weights else None,
        )

    def take(self, rows: NDArray[np.integer[Any]]) -> "StackedPart":
        """Return some samples of each run; rows : (R, samples of a batch)."""
        runs, n = self.x.shape[:2]
        # One take over the samples of all runs is several times faster than fancy indexing.
        flat = (rows + np.arange(runs)[:, None] * n).ravel()

        def taken(array: Array) -> Array:
            features = array.shape[2:]
            samples: Array = array.reshape(runs * n, *features).take(flat, axis=0)
            return samples.reshape(*rows.shape, *features)

        weights = None if self.weights is None else taken(self.weights)
        return StackedPart(taken(self.x), taken(self.t), weights)

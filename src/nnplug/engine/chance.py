"""Chance: one seed spawns named streams, so that no draw depends on another stream's draws.

The same seed is the same data, split, first weights, batches and dropout masks; changing the
optimizer changes none of them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STREAMS = ("data", "split", "init", "shuffle", "dropout")
"""The named streams. A stream's place is part of every saved seed: append, never reorder."""


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one named stream of a seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(STREAMS.index(name),))
    return np.random.Generator(np.random.PCG64(sequence))


class StackedGenerator:
    """R generators as one: whatever is drawn has runs first, each row from its own run's stream.

    A shape that is asked for is `(R, ...)`; so a layer that draws a mask of x's shape serves one
    run and many with the same line.
    """

    def __init__(self, generators: Sequence[np.random.Generator]) -> None:
        self.generators = list(generators)

    def random(self, size: tuple[int, ...]) -> NDArray[np.float64]:
        """Draw from [0, 1)."""
        return self._stack("random", size)

    def standard_normal(self, size: tuple[int, ...]) -> NDArray[np.float64]:
        """Draw from N(0, 1)."""
        return self._stack("standard_normal", size)

    def uniform(self, low: float, high: float, size: tuple[int, ...]) -> NDArray[np.float64]:
        """Draw from [low, high)."""
        return low + (high - low) * self.random(size)

    def _stack(self, method: str, size: tuple[int, ...]) -> NDArray[np.float64]:
        if not size or size[0] != len(self.generators):
            raise ValueError(f"a stack of {len(self.generators)} runs draws shapes (runs, ...)")
        return np.stack([getattr(one, method)(size[1:]) for one in self.generators])


def state(generator: Any) -> Any:
    """Return a generator's state, to hand to `restore` later; JSON holds it."""
    if isinstance(generator, StackedGenerator):
        return [state(one) for one in generator.generators]
    return generator.bit_generator.state


def restore(generator: Any, kept: Any) -> None:
    """Set a generator back to a state that `state` returned."""
    if isinstance(generator, StackedGenerator):
        for one, its in zip(generator.generators, kept, strict=True):
            restore(one, its)
    else:
        generator.bit_generator.state = kept

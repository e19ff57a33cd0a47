"""Chance: one seed spawns named streams, so that no draw depends on another stream's draws.

The same seed is the same data, split, first weights, batches and dropout masks; changing the
optimizer changes none of them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STREAMS = ("data", "split", "init", "shuffle", "dropout", "predict")
"""The named streams. A stream's place is part of every saved seed: append, never reorder."""

Draws = NDArray[Any]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one named stream of a seed."""
    sequence = np.random.SeedSequence(seed, spawn_key=(STREAMS.index(name),))
    return np.random.Generator(np.random.PCG64(sequence))


class StackedGenerator:
    """R generators as one: whatever is drawn has runs first, each row from its own run's stream.

    A shape that is asked for is `(R, ...)`; so a layer that draws a mask of x's shape serves one
    run and many with the same line, and each run gets the bits that it gets alone. The arguments
    of a distribution are numbers, or columns `(R, 1, ..., 1)`.
    """

    def __init__(self, generators: Sequence[np.random.Generator]) -> None:
        self.generators = list(generators)

    def random(self, size: tuple[int, ...], dtype: Any = np.float64) -> Draws:
        """Draw from [0, 1)."""
        return self._stack("random", size, dtype=dtype)

    def standard_normal(self, size: tuple[int, ...], dtype: Any = np.float64) -> Draws:
        """Draw from N(0, 1)."""
        return self._stack("standard_normal", size, dtype=dtype)

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: tuple[int, ...] = ()) -> Draws:
        """Draw from N(loc, scale^2)."""
        return self._stack("normal", size, loc=loc, scale=scale)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: tuple[int, ...] = ()) -> Draws:
        """Draw from [low, high)."""
        return self._stack("uniform", size, low=low, high=high)

    def integers(self, low: Any, high: Any = None, size: tuple[int, ...] = ()) -> Draws:
        """Draw whole numbers from [low, high), or from [0, low) if only that is given."""
        return self._stack("integers", size, low=low, high=high)

    def binomial(self, n: Any, p: Any, size: tuple[int, ...] = ()) -> Draws:
        """Draw how many of n trials succeed, each with chance p."""
        return self._stack("binomial", size, n=n, p=p)

    def _stack(self, method: str, size: tuple[int, ...], **arguments: Any) -> Draws:
        if not size or size[0] != len(self.generators):
            raise ValueError(
                f"a stack of {len(self.generators)} runs draws shapes (runs, ...), not {size}"
            )
        rows = []
        for r, generator in enumerate(self.generators):
            own = {name: _of_run(value, r) for name, value in arguments.items()}
            rows.append(getattr(generator, method)(size=size[1:], **own))
        return np.stack(rows)


def _of_run(value: Any, r: int) -> Any:
    return value[r] if isinstance(value, np.ndarray) and value.ndim else value


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

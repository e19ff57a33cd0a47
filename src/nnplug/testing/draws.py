"""Chance for the checks: the same at every run, so that a verdict is one, and other if asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

_seed: ContextVar[int] = ContextVar("seed", default=0)


def generator(*key: int) -> np.random.Generator:
    """Return the generator of a key: equal keys draw equal numbers."""
    # The length keeps (1,) and (1, 0) apart, which NumPy pads with zeros.
    return np.random.default_rng((_seed.get(), len(key), *key))


def network_seed(seed: int) -> int:
    """Return the seed of a network, for what is drawn by the engine."""
    return seed + 1000 * _seed.get()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw other points than usual inside; tolerances are calibrated over many such seeds."""
    token = _seed.set(seed)
    try:
        yield
    finally:
        _seed.reset(token)

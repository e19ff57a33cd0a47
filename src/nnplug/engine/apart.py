"""How far the numbers of two runs are apart that should be the same to the bit."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.engine.history import History


@dataclass(frozen=True)
class Apart:
    """How far the same numbers of two runs are apart.

    points : how many were compared;  differing : how many of them are not the same to the bit
    first : the epoch of the first one that differs, or None where there is none
    most : the largest distance;  share : the largest distance as a share of the larger number
    missing : how many only one of the two runs has
    """

    points: int
    differing: int = 0
    first: int | None = None
    most: float = 0.0
    share: float = 0.0
    missing: int = 0

    @property
    def equal(self) -> bool:
        """Whether all are there, and the same to the bit."""
        return not (self.differing or self.missing)


def curves_apart(before: History, now: History) -> dict[str, Apart]:
    """Compare every series of two histories, at the epochs that both have."""
    return {
        name: _apart(*_series(before, name), *_series(now, name))
        for name in dict.fromkeys([*before, *now])
        if name != "epoch"
    }


def _series(history: History, name: str) -> tuple[Any, Any]:
    if name not in history:
        return np.zeros(0, int), np.zeros(0)
    return history.epochs(name), history[name]


def _apart(epochs: Any, values: Array, other_epochs: Any, other_values: Array) -> Apart:
    """Compare two series at the epochs that both have; one series may have an epoch twice."""
    both = np.intersect1d(epochs, other_epochs)
    missing = len(np.setxor1d(epochs, other_epochs))
    one = values[np.searchsorted(epochs, both)]
    other = other_values[np.searchsorted(other_epochs, both)]
    return compared(one, other, both, missing)


def compared(one: Array, other: Array, epochs: Any = None, missing: int = 0) -> Apart:
    """Compare two arrays of one length.

    epochs : of their numbers, if they have some;  missing : how many numbers only one of them has
    """
    differ = ~((one == other) | (np.isnan(one) & np.isnan(other)))
    if not differ.any():
        return Apart(len(one), missing=missing)
    with np.errstate(all="ignore"):
        distance = np.abs(one[differ] - other[differ])
        share = distance / np.maximum(np.abs(one[differ]), np.abs(other[differ]))
    first = None if epochs is None else int(epochs[differ][0])
    most, largest = (float(np.nan_to_num(a, nan=np.inf).max()) for a in (distance, share))
    return Apart(len(one), int(differ.sum()), first, most, largest, missing)

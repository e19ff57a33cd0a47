"""An optimizer at work outside a network: one step at a time, its slots in plain sight."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.optimizer import Evaluate, Optimizer, reevaluates

Slots = tuple[Array, ...]


def ordinary_shape(optimizer: Optimizer) -> tuple[int, ...]:
    """Return a shape that one call of the optimizer may see: a vector, or a matrix."""
    return (4, 3) if optimizer.scope == "parameter" else (12,)


def fresh_slots(optimizer: Optimizer, w: Array) -> Slots:
    """Return the slots before the first step."""
    return tuple(np.zeros_like(w) for _ in optimizer.slots)


def advance(
    optimizer: Optimizer, w: Array, slots: Slots, lr: Any, t: int, evaluate: Evaluate
) -> tuple[Array, Slots]:
    """Take step t from w, which it may change, and return (w, slots).

    evaluate : gives loss and gradient, as often as it is asked
    Raises TypeError where what comes back is not w and as many slots as are declared.
    """
    if reevaluates(type(optimizer)):
        result = optimizer.step(evaluate, w, lr, t, *slots)
    else:
        result = optimizer.update(w, evaluate(w)[1], lr, t, *slots)
    parts = result if isinstance(result, tuple) else (result,)
    if len(parts) != 1 + len(optimizer.slots):
        names = ", ".join(("w", *optimizer.slots))
        raise TypeError(f"a step returned {len(parts)} values; return ({names})")
    return parts[0], tuple(parts[1:])


def constant(g: Array) -> Evaluate:
    """Return an `evaluate` whose gradient is g everywhere: of the function sum(g w)."""
    return lambda w: (float((g * w).sum()), g)


def trajectory(
    optimizer: Optimizer, start: Array, gradients: Sequence[Array], lr: Any, first: int = 1
) -> list[Array]:
    """Return w after each of as many steps as there are gradients, `start` unchanged."""
    w, slots = start.copy(), fresh_slots(optimizer, start)
    found = []
    for t, g in enumerate(gradients, first):
        w, slots = advance(optimizer, w, slots, lr, t, constant(g))
        found.append(np.array(w))
    return found

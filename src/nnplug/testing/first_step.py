"""What the first step of Adam and its like becomes where a bias correction is wrong."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from nnplug.core.array import Array
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.optimizer import Optimizer
from nnplug.testing.agreement import fail
from nnplug.testing.walk import advance, constant, fresh_slots

SHOWS = 0.02
"""By how much a wrong size must differ from 1, to be told from a right one."""

LIKE = 1e-3
"""How well the size must agree with one of the wrong ones."""


def refuse_wrong_correction(optimizer: Optimizer, size: float, g: Array) -> None:
    """Fail where the first step is of a size that a wrong bias correction explains.

    size : of the step, in units of lr; whatever the size of the gradient g
    """
    floats = {
        name: value
        for name in hyperparameters(type(optimizer))
        for value in [getattr(optimizer, name)]
        # What is as good as 0, such as eps, corrects nothing.
        if isinstance(value, float) and LIKE < value < 1 and name != "lr"
    }
    both = [found for a, b in permutations(floats, 2) for found in _of_both(floats, a, b)]
    fits = _fitting(size, both)
    # RMSprop with momentum has such sizes by its paper, and does not look at t.
    if not fits and _depends_on_t(optimizer, g):
        corrected = [one for a, b in permutations(floats, 2) for one in _of_one(floats, a, b)]
        fits = _fitting(size, corrected)
    if fits:
        fail(
            f"the first step is {size:.4g} lr in each weight, not 1 lr: exactly what "
            f"{' or '.join(fits)} gives",
            parameter="w",
            analytic=size,
            numeric=1.0,
            ratio=size,
        )


def _fitting(size: float, wrong: list[tuple[str, float]]) -> list[str]:
    fits = [
        words
        for words, expected in wrong
        if abs(expected - 1) > SHOWS and abs(size / expected - 1) < LIKE
    ]
    return list(dict.fromkeys(fits))


def _of_both(floats: dict[str, float], a: str, b: str) -> Iterator[tuple[str, float]]:
    """Yield sizes of the first step where neither of two moments is corrected as it should be."""
    left, right = 1 - floats[a], 1 - floats[b]
    yield f"a missing bias correction with {a} and {b}", left / np.sqrt(right)
    yield f"an inverted bias correction with {a} and {b}", left**2 / right


def _of_one(floats: dict[str, float], a: str, b: str) -> Iterator[tuple[str, float]]:
    """Yield sizes of the first step where t is looked at, and yet a moment is not corrected right.

    a, b : the decay rates of the first moment and of the second
    """
    left, right = 1 - floats[a], 1 - floats[b]
    first, second = 1 / (1 + floats[a]), float(np.sqrt(1 + floats[b]))
    yield f"a missing bias correction of the first moment, with {a},", left
    yield f"a missing bias correction of the second moment, with {b},", right**-0.5
    yield f"an inverted bias correction of the first moment, with {a},", left**2
    yield f"an inverted bias correction of the second moment, with {b},", 1 / right
    yield f"a bias correction with {a} and {b} exchanged", (left / right) ** 1.5
    yield f"a bias correction with t + 1 in place of t, with {a} and {b},", first * second
    yield f"a bias correction with t + 1 in place of t, with {a},", first
    yield f"a bias correction with t + 1 in place of t, with {b},", second


def _depends_on_t(optimizer: Optimizer, g: Array) -> bool:
    """Say whether a step from fresh slots is another one later on."""
    start = np.zeros_like(g)
    early, late = (
        advance(optimizer, start.copy(), fresh_slots(optimizer, start), optimizer.lr, t, gradient)[
            0
        ]
        for t, gradient in ((1, constant(g)), (1000, constant(g)))
    )
    return not np.allclose(early, late, rtol=LIKE, atol=0)

"""Scores and targets on which a loss is looked at: of every task that it says it can judge."""

from typing import NamedTuple

import numpy as np

from nnplug.core.array import Array
from nnplug.core.loss import Loss
from nnplug.testing.draws import generator

CLASSES = 3


class Example(NamedTuple):
    """Scores with targets.

    task : "binary", "multiclass" or "regression"
    y : targets as a dataset gives them;  t : as the loss takes them;  z : scores, of t's shape
    """

    task: str
    y: Array
    t: Array
    z: Array


def examples(loss: Loss, samples: int = 6, draw: int = 0, *, soft: bool = False) -> list[Example]:
    """Return an example of each task, with scores drawn from [-5, 5].

    soft : targets between the classes, such as probabilities
    """
    found: list[Example] = []
    for task in loss.tasks:
        rng = generator(draw, len(found))
        y = _targets(loss, task, samples, rng, soft)
        t = loss.encode(y, task)
        found.append(Example(task, y, t, rng.uniform(-5, 5, t.shape)))
    return found


def _targets(loss: Loss, task: str, n: int, rng: np.random.Generator, soft: bool) -> Array:
    if task == "binary":
        return rng.random((n, 1)) if soft else (np.arange(n) % 2).astype(float)[:, None]
    if task == "multiclass":
        if soft:
            return rng.dirichlet(np.ones(CLASSES), n)
        return np.eye(CLASSES)[np.arange(n) % CLASSES]
    values = 2 * rng.standard_normal((n, 2))
    if loss.target_range is None:
        return values
    low, high = loss.target_range
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * rng.random((n, 2))
    if np.isfinite(low):
        return low + np.abs(values)
    return high - np.abs(values) if np.isfinite(high) else values

"""Labels that do not obey the rule: inverted, shuffled, or on the border."""

from dataclasses import replace
from typing import Any

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.draws import generator
from nnplug.testing.numeric import Numbers

SEEDS = range(5)


def _labels(case: Case) -> list[tuple[Numbers, Numbers]]:
    """Return the targets and what the rule says, without noise, for several seeds."""
    dataset: Any = case.component
    if "noise" in hyperparameters(type(dataset)):
        dataset = replace(dataset, noise=type(dataset.noise)(0))
    loaded = [dataset.load(generator(seed)) for seed in SEEDS]
    return [(data.y, np.asarray(dataset.rule(data.x), np.float64)) for data in loaded]


@hypothesis("D3", kinds=("dataset",))
def inverted(case: Case) -> str | None:
    """Compare the targets with 1 - rule."""
    pairs = _labels(case)
    if not all(np.isin(y, (0, 1)).all() and np.array_equal(y, 1 - rule) for y, rule in pairs):
        return None
    return "labels exchanged: 1 where the rule says 0, at every point"


@hypothesis("D3", kinds=("dataset",))
def shuffled(case: Case) -> str | None:
    """Compare targets and rule, sorted: the same rows in another order."""
    pairs = _labels(case)
    if not all(_rows(y) == _rows(rule) for y, rule in pairs):
        return None
    if sum((y != rule).any(axis=1).sum() for y, rule in pairs) < 0.2 * sum(
        len(y) for y, _ in pairs
    ):
        return None
    return (
        "points and labels in different orders: they are the rule's labels, row by row exchanged; "
        "shuffle x and y by one permutation"
    )


def _rows(y: Numbers) -> list[Any]:
    return sorted(map(tuple, y.tolist()))


@hypothesis("D3", kinds=("dataset",))
def by_a_constant(case: Case) -> str | None:
    """See whether targets and rule differ by one number, or one factor, everywhere."""
    pairs = _labels(case)
    y, rule = (np.concatenate([pair[i] for pair in pairs]) for i in (0, 1))
    if np.isin(y, (0, 1)).all() or np.ptp(rule) == 0:
        return None
    apart = y - rule
    if np.ptp(apart) < 1e-9 * (1 + np.abs(apart).max()):
        return f"a constant summand: each target is {apart.flat[0]:.6g} more than the rule says"
    return None

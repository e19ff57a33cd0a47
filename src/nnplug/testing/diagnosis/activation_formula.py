"""Wrong formulas of an activation's derivative: a power, half a product, another function's."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnplug.testing.diagnosis.activation import DERIVATIVE, slopes
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import same
from nnplug.testing.numeric import Numbers

STEEP = 1e-3
"""Smaller slopes say little about their powers."""

POWERS = (
    (2.0, "the square of forward's slope"),
    (0.5, "the root of forward's slope"),
    (-1.0, "one over forward's slope, the derivative of the inverse function"),
)


@hypothesis(*DERIVATIVE, kinds=("activation",))
def power(case: Case) -> str | None:
    """Compare with powers of forward's slope, where it is well above 0."""
    found = case.measure(slopes)
    if found is None or (found.right < -1e-6).any():
        return None
    sure = found.right > STEEP
    given, right = found.given[sure], found.right[sure]
    if right.size < 50 or np.ptp(right) < 1e-2:
        return None
    for exponent, what in POWERS:
        # A root makes much of what finite differences are off by.
        if same(given, right**exponent, rtol=1e-5, atol=1e-6):
            return f"a power: the derivative is {what}, at all {right.size} points of some slope"
    return None


@hypothesis(*DERIVATIVE, kinds=("activation",))
def half_a_product(case: Case) -> str | None:
    """Of y = z g(z), whose slope is g + z g', see whether one term stands alone."""
    found = case.measure(slopes)
    if found is None:
        return None
    apart = np.abs(found.z) > 0.1
    z, first = found.z[apart], found.y[apart] / found.z[apart]
    given, second = found.given[apart], found.right[apart] - first
    if np.abs(second).max() < 1e-3 or np.ptp(first) < 1e-3:
        return None
    for term, formula, missing in (("y / z", first, "z g'(z)"), ("z g'(z)", second, "g(z)")):
        if same(given, formula):
            return (
                f"half of a product rule: y is z g(z), the derivative is {term} alone at all "
                f"{z.size} points, and {missing} is missing"
            )
    return None


def _sigmoid(z: Numbers) -> Numbers:
    return np.asarray(0.5 * np.tanh(0.5 * z) + 0.5)


FORMULAS: tuple[tuple[str, Callable[[Numbers, Numbers], Any]], ...] = (
    ("y (1 - y), the derivative of the sigmoid by its output", lambda z, y: y * (1 - y)),
    ("1 - y^2, the derivative of tanh by its output", lambda z, y: 1 - y * y),
    ("s (1 - s) with s = sigmoid(z), the sigmoid's", lambda z, y: _sigmoid(z) * (1 - _sigmoid(z))),
    ("1 - tanh(z)^2, the derivative of tanh", lambda z, y: 1 - np.tanh(z) ** 2),
    ("sigmoid(z), the derivative of softplus", lambda z, y: _sigmoid(z)),
    ("1 where z > 0, the derivative of relu", lambda z, y: (z > 0).astype(z.dtype)),
    ("y, what forward returned", lambda z, y: y),
    ("z, what forward was given", lambda z, y: z),
    ("1 - y", lambda z, y: 1 - y),
)


@hypothesis(*DERIVATIVE, kinds=("activation",))
def another_formula(case: Case) -> str | None:
    """Compare with the derivatives of other functions."""
    found = case.measure(slopes)
    if found is None:
        return None
    for name, formula in FORMULAS:
        if same(found.given, formula(found.z, found.y), rtol=1e-12, atol=1e-13):
            return f"another formula: the derivative is {name}, at all {found.z.size} points"
    return None

"""Input gradients of layers that bring numbers to a mean and a variance: a part is missing.

y = gamma (x - m) / s + beta sends dy back along three ways: beside the statistics, through the mean
m, and through the deviation s. Along the axis of the statistics, what comes through the mean is one
number, and what comes through the deviation is a multiple of y less its mean.
"""

from typing import Any

import numpy as np

from nnplug.testing.bench import short
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import ATOL, ratio, same
from nnplug.testing.diagnosis.layer import INPUT, InputGradient, input_gradient
from nnplug.testing.numeric import Numbers

AXES = ((-2, "sample of a feature"), (-1, "feature of a sample"))


def _normalizes(found: InputGradient, axis: int) -> bool:
    """Say whether y is x with another mean and spread along an axis, by its own statistics."""
    if found.x.ndim != 2 or found.y.shape != found.x.shape:
        return False
    whole = found.jacobian.reshape(found.x.size, -1)
    if np.abs(whole - np.diag(np.diagonal(whole))).max() < 1e-6:
        return False
    x, y = (a - a.mean(axis=axis, keepdims=True) for a in (found.x, found.y))
    factor = (x * y).sum(axis=axis, keepdims=True) / (x * x).sum(axis=axis, keepdims=True)
    return bool(np.abs(y - factor * x).max() < 1e-9 * np.abs(y).max() + ATOL)


@hypothesis(*INPUT, kinds=("layer",))
def parameter_left_out(case: Case) -> str | None:
    """Multiply dx by each parameter, or divide it: then it is right."""
    found = case.measure(input_gradient)
    if found is None:
        return None
    for place in found.bench.places:
        w = place.view(found.bench.w)
        if w.size < 2 or not _broadcasts(w, found.given) or (w == 0).any():
            continue
        name = short(place)
        if same(found.given * w, found.right):
            return f"a missing {name} in dx: with dx times {name} it is right"
        if same(found.given / w, found.right):
            return f"a {name} too many in dx: with dx divided by {name} it is right"
    return None


def _broadcasts(w: Numbers, x: Numbers) -> bool:
    return w.ndim <= x.ndim and np.broadcast_shapes(w.shape, x.shape) == x.shape


@hypothesis(*INPUT, kinds=("layer",))
def part_left_out(case: Case) -> str | None:
    """Look at what dx lacks along each axis: one number, or a multiple of the centred y."""
    found = case.measure(input_gradient)
    if found is None:
        return None
    lacks: Any = found.right - found.given
    for axis, each in AXES:
        if not _normalizes(found, axis) or found.x.shape[axis] < 3:
            continue
        centred = found.y - found.y.mean(axis=axis, keepdims=True)
        if np.ptp(lacks, axis=axis).max() < 1e-5 * np.abs(lacks).max():
            return (
                f"the gradient through the mean left out, or wrong: dx lacks one number for every "
                f"{each}"
            )
        share = (lacks * centred).sum(axis=axis, keepdims=True)
        share = share / (centred**2).sum(axis=axis, keepdims=True)
        if np.abs(lacks - share * centred).max() < 1e-5 * np.abs(lacks).max():
            return (
                f"the gradient through the variance left out, or wrong: for every {each} dx lacks "
                "a multiple of the normalized number"
            )
    return None


@hypothesis(*INPUT, kinds=("layer",))
def factor_of_each(case: Case) -> str | None:
    """Fit a ratio of its own for each feature, and for each sample."""
    found = case.measure(input_gradient)
    if found is None:
        return None
    for axis, name in ((1, "feature"), (0, "sample")):
        if not _normalizes(found, 1 - axis):
            continue
        given, right = (np.moveaxis(a, axis, 0) for a in (found.given, found.right))
        factors = [ratio(a, b) or 1.0 for a, b in zip(given, right, strict=True)]
        fitted = np.stack([c * b for c, b in zip(factors, right, strict=True)])
        if len(factors) > 1 and np.ptp(factors) > 1e-7 and same(given, fitted):
            return (
                f"a factor of its own for each {name}: dx is {min(factors):.7g} to "
                f"{max(factors):.7g} times what it should be; what backward divides by, with its "
                "eps, is what forward divided by"
            )
    return None

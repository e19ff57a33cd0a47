"""Wrong parameter gradients of layers: sums over samples, axes, transposes, forgotten writes."""

from itertools import combinations
from typing import Any

import numpy as np

from nnplug.testing.bench import short
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import close, factor, ratio, same
from nnplug.testing.diagnosis.layer import OTHER, by_samples, same_elsewhere
from nnplug.testing.diagnosis.recorder import Gradient, gradients, gradients_of, record
from nnplug.testing.layer_gradients import SAMPLES
from nnplug.testing.numeric import Numbers

WEIGHTS = ("L2", "L7", "I1", "I2")


def wrong_gradients(case: Case) -> list[Gradient]:
    """Return the wrong gradients, where they may be what failed: refused ones fail everything."""
    if case.id not in WEIGHTS and "the gradient of" not in str(case.error):
        return []
    found = case.measure(gradients)
    return [] if found is None else found.wrong


@hypothesis("L2", "L4", "L6", "I2", kinds=("layer",))
def added_or_forgotten(case: Case) -> str | None:
    """Begin with gradients of 0 instead of NaN."""
    if case.id != "L6" and "nan" not in str(case.error):
        return None
    found = case.measure(gradients)
    if found is None:
        return None
    bench = found.bench
    x, dy = bench.inputs(SAMPLES), bench.upstream(SAMPLES)
    from_zero, from_one = (record(bench, x, dy, fill) for fill in (0.0, 1.0))
    for one in found.wrong:
        name = one.name
        if (from_zero[name] == 0).all() and (from_one[name] == 1).all():
            return f'a forgotten write: backward never touches g["{name}"]'
        if same(from_one[name] - from_zero[name], np.ones_like(from_zero[name])):
            return (
                f'adding instead of writing: with g["{name}"] full of 1 before, it is 1 larger '
                'after; write g["..."] = ..., without +='
            )
        if np.isnan(one.given).any() and not np.isnan(one.given).all():
            return f'a partial write: backward fills a part of g["{name}"] alone'
    return None


@hypothesis(kinds=("layer",))
def exchanged(case: Case) -> str | None:
    """Compare each wrong gradient with those of the other parameters."""
    wrong = wrong_gradients(case)
    for one in wrong:
        for other in wrong:
            if other.name != one.name and same(one.given, other.right):
                return (
                    f'exchanged gradients: what stands in g["{one.name}"] is the gradient of '
                    f"{other.name!r}"
                )
    return None


@hypothesis(kinds=("layer",))
def transposed(case: Case) -> str | None:
    """Compare what was written, transposed, with the gradient."""
    for one in wrong_gradients(case):
        if one.given.ndim == 2 and min(one.given.shape) > 1 and same(one.given.T, one.right):
            return f'a transpose: g["{one.name}"] is right once it is transposed'
    return None


@hypothesis(kinds=("layer",))
def wrong_sum(case: Case) -> str | None:
    """Sum what each sample adds along other axes, or average it, and compare."""
    for one in wrong_gradients(case):
        text = _sum_that_fits(one)
        if text and _mean_is_real(text, one, case):
            return f'{text} in g["{one.name}"]'
    return None


def _sum_that_fits(one: Gradient) -> str | None:
    """Return which other sum of the shares was written: shapes are compared without axes of 1."""
    given, shares = np.squeeze(one.given), one.shares
    n = len(shares)
    if same(given, np.squeeze(shares)) and n > 1:
        return "a missing sum over the batch: one gradient for each sample"
    if same(given, np.squeeze(shares.mean(axis=0))):
        return "a mean over the samples, where the sum is the gradient,"
    for which, row in (("first", 0), ("last", -1)):
        if same(given, np.squeeze(shares[row])):
            return f"one sample alone: that of the {which} one"
    axes = [axis for axis, size in enumerate(shares.shape) if size > 1]
    for count in range(1, len(axes) + 1):
        for chosen in combinations(axes, count):
            if chosen == (0,):
                continue
            summed = shares.sum(axis=chosen)
            if _matches(given, np.squeeze(summed)):
                return f"a sum over {_said(chosen)}, where the sum over the samples is meant,"
            if _matches(given, np.squeeze(shares.mean(axis=chosen))):
                return f"a mean over {_said(chosen)}, where the sum over the samples is meant,"
    return None


def _matches(given: Numbers, summed: Numbers) -> bool:
    """Say whether they are equal, also where a single number stands everywhere."""
    if summed.ndim == 0 and given.size > 1:
        return same(given, np.full(given.shape, float(summed)))
    return same(given, summed)


def _said(axes: tuple[int, ...]) -> str:
    if 0 in axes:
        return "the samples and the units" if len(axes) > 1 else "the samples"
    return "the wrong axis, the units" if len(axes) == 1 else "the wrong axes, the units"


def _mean_is_real(text: str, one: Gradient, case: Case) -> bool:
    """Say whether 1 / n follows another number of samples: else it is a constant factor."""
    if not text.startswith("a mean over the samples"):
        return True
    return close(_ratio_of(case.component, case, one.name, OTHER), 1 / OTHER)


@hypothesis(kinds=("layer",))
def elsewhere(case: Case) -> str | None:
    """Compare each wrong gradient with the right one, both sorted."""
    for one in wrong_gradients(case):
        if same_elsewhere(one.given, one.right):
            return (
                f'the right numbers in other places: g["{one.name}"] is reshaped where it should '
                "be transposed, or the other way round"
            )
    return None


@hypothesis(kinds=("layer",))
def constant_factor(case: Case) -> str | None:
    """Fit the ratio of each wrong gradient, and fit it again with more samples."""
    for one in wrong_gradients(case):
        c, name = ratio(one.given, one.right), f'g["{one.name}"]'
        if c is None:
            continue

        def measure(layer: Any, samples: int = SAMPLES, name: str = one.name) -> float | None:
            return _ratio_of(layer, case, name, samples)

        text = by_samples(name, c, measure(case.component, OTHER))
        return text or factor(name, "what finite differences give", c, case.component, measure)
    return None


def _ratio_of(layer: Any, case: Case, name: str, samples: int) -> float | None:
    found = gradients_of(layer, case, samples)
    if found is None:
        return 1.0
    return next((ratio(one.given, one.right) for one in found.wrong if one.name == name), 1.0)


@hypothesis(kinds=("layer",))
def decay_inside(case: Case) -> str | None:
    """Subtract what is right, and see whether a multiple of the weights is left."""
    found = case.measure(gradients) if wrong_gradients(case) or case.id == "L4" else None
    if found is None:
        return None
    places = {short(place): place.view(found.bench.w) for place in found.bench.places}
    for one in found.wrong:
        if np.shape(one.given) != one.right.shape:
            continue
        w, left = places[one.name], one.given - one.right
        c = float((left * w).sum() / max(float((w * w).sum()), 1e-300))
        if w.size > 3 and c and np.abs(left - c * w).max() < 1e-2 * np.abs(c * w).max():
            return (
                f'weight decay in the gradient: g["{one.name}"] is the gradient plus '
                f"{c:.4g} times the weights; leave that to the engine "
                "(--weight-decay)"
            )
    return None


@hypothesis("L2", "L7", kinds=("layer",))
def clipped(case: Case) -> str | None:
    """See whether the gradients are right, but for a limit that they do not pass."""
    for one in wrong_gradients(case):
        if np.shape(one.given) != one.right.shape:
            continue
        low, high = float(one.given.min()), float(one.given.max())
        limited = np.clip(one.right, low, high)
        beyond = np.abs(limited - one.right) > 1e-6 * (1 + np.abs(one.right))
        if beyond.sum() > 1 and same(one.given, limited):
            return (
                f'clipping: g["{one.name}"] is the gradient, cut to [{low:.4g}, {high:.4g}]; the '
                "engine clips, once, for all"
            )
    return None


@hypothesis(kinds=("layer",))
def nothing(case: Case) -> str | None:
    """See whether a gradient is 0 where it should not be."""
    for one in wrong_gradients(case):
        if np.shape(one.given) == one.right.shape and not one.given.any():
            return f'a gradient of 0: g["{one.name}"] is 0 everywhere, so it is never learned'
    return None


@hypothesis("L2", "L3", "L7", "I2", kinds=("layer",))
def one_sample_apart(case: Case) -> str | None:
    """Compare for a batch of one, and for larger ones."""
    wrong = [n for n in (1, 2, 3, OTHER) if gradients_of(case.component, case, n) is not None]
    if wrong == [1]:
        return "a single sample treated otherwise: right for 2, 3 and 7 samples, wrong for one"
    return None

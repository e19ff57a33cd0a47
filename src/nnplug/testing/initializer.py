"""Initializers: moments, shapes, chance."""

from typing import Any

import numpy as np

from nnplug.core.initializer import Initializer
from nnplug.testing.agreement import fail, note_margin, require_finite, require_same_bits, skip
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.subject import Subject

SIGMAS = 5.0
FANS = ((50, 200), (200, 50), (1, 30))


def _sample(one: Initializer, seed: int, shape: tuple[int, ...], fan: tuple[int, int]) -> Any:
    return one.sample(generator(seed), shape, *fan)


@check("W1", "initializer", "the mean and the standard deviation that it claims")
def moments(subject: Subject) -> str:
    """Over 40,000 numbers, within 5 standard errors, for several fans."""
    one: Initializer = subject.component
    said = []
    if all(one.std(*fan) is None for fan in FANS):
        skip("it claims no standard deviation: write std(fan_in, fan_out)")
    for fan in FANS:
        w = np.stack([_sample(one, seed, (200, 100), fan) for seed in (0, 1)])
        require_finite(f"a sample for fan {fan}", w)
        claim = one.std(*fan)
        mean, std = float(w.mean()), float(w.std())
        if claim is not None:
            _require_close(f"the mean for fan {fan}", mean, one.mean(*fan), std / np.sqrt(w.size))
            spread = float(((w - mean) ** 2).std()) / (2 * max(std, 1e-300)) / np.sqrt(w.size)
            _require_close(f"the standard deviation for fan {fan}", std, claim, spread)
        said.append(f"{std:.4g} for fan {fan}")
    return "standard deviation " + ", ".join(said)


def _require_close(what: str, measured: float, claimed: float, error: float) -> None:
    slack = SIGMAS * error + 1e-12
    note_margin(abs(measured - claimed) / slack)
    if abs(measured - claimed) > slack:
        fail(
            f"{what} is {measured:.6g}, and {claimed:.6g} is claimed",
            parameter=what,
            analytic=claimed,
            numeric=measured,
            ratio=claimed / measured if measured else None,
        )


@check("W2", "initializer", "any shape; neither constant nor zero unless it says so")
def shapes(subject: Subject) -> None:
    """Weights that start equal stay equal: std() returning 0 says that this is meant."""
    one: Initializer = subject.component
    for shape in ((3,), (1, 4), (5, 2), (3, 3, 2, 4), (2, 0)):
        w = _sample(one, 0, shape, (3, 4))
        if not isinstance(w, np.ndarray) or w.shape != shape or w.dtype.kind != "f":
            said = f"{w.dtype}{list(w.shape)}" if hasattr(w, "shape") else type(w).__name__
            fail(f"a sample of shape {shape} is {said}", parameter="sample")
        if w.size > 1 and np.ptp(w) == 0 and one.std(3, 4) != 0:
            fail(
                f"a sample of shape {shape} is {w.flat[0]:g} everywhere; let std() return 0 if "
                "that is meant",
                parameter="sample",
            )
        if one.std(3, 4) != 0:
            _refuse_twins(w)


def _refuse_twins(w: Any) -> None:
    """Units whose weights start equal get equal gradients, and stay equal."""
    for axis, what in ((0, "the first"), (-1, "the last")):
        slices = np.moveaxis(w, axis, 0)
        if slices[:1].size > 1 and len(slices) > 1 and np.ptp(slices, axis=0).max() == 0:
            fail(
                f"a sample of shape {w.shape} repeats along {what} axis: units that start equal "
                "stay equal",
                parameter="sample",
            )


@check("W3", "initializer", "depends on the generator alone")
def chance(subject: Subject) -> None:
    """The same seed gives the same bits, another one others, and a second draw others again."""
    one: Initializer = subject.component
    first = _sample(one, 0, (4, 3), (4, 3))
    require_same_bits("a sample", _sample(one, 0, (4, 3), (4, 3)), first, "one seed, twice")
    if one.std(4, 3) == 0:
        return
    if np.array_equal(_sample(one, 1, (4, 3), (4, 3)), first):
        fail("another seed gives the same sample: rng is not asked", parameter="rng")
    rng = generator(0)
    one.sample(rng, (4, 3), 4, 3)
    if np.array_equal(one.sample(rng, (4, 3), 4, 3), first):
        fail("a second draw from one generator repeats the first", parameter="rng")

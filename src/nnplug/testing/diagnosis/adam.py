"""A trajectory that is not the paper's, recognized: what is wrong in an Adam, step by step."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import spoken
from nnplug.testing.numeric import Numbers
from nnplug.testing.walk import advance, constant, fresh_slots, trajectory

EXACT = 1e-9


class Settings(NamedTuple):
    """An Adam's numbers: lr, the two decays, eps."""

    lr: float
    beta1: float
    beta2: float
    eps: float


Step = Callable[[Settings, int, Numbers, Numbers, Numbers], Numbers]
"""Returns what is subtracted from w, of m, v and g at step t."""


def _right(s: Settings, t: int, m: Numbers, v: Numbers, g: Numbers) -> Numbers:
    return s.lr * _first(s, t, m) / (np.sqrt(_second(s, t, v)) + s.eps)


def _first(s: Settings, t: int, m: Numbers) -> Numbers:
    return m / (1 - s.beta1**t)


def _second(s: Settings, t: int, v: Numbers) -> Numbers:
    return v / (1 - s.beta2**t)


VARIANTS: tuple[tuple[str, Step], ...] = (
    ("a missing bias correction", lambda s, t, m, v, g: s.lr * m / (np.sqrt(v) + s.eps)),
    (
        "a missing bias correction of the first moment",
        lambda s, t, m, v, g: s.lr * m / (np.sqrt(_second(s, t, v)) + s.eps),
    ),
    (
        "a missing bias correction of the second moment",
        lambda s, t, m, v, g: s.lr * _first(s, t, m) / (np.sqrt(v) + s.eps),
    ),
    (
        "an inverted bias correction: multiplied where it divides",
        lambda s, t, m, v, g: s.lr * m * (1 - s.beta1**t) / (np.sqrt(v * (1 - s.beta2**t)) + s.eps),
    ),
    (
        "a bias correction without the power of t: 1 - beta instead of 1 - beta^t",
        lambda s, t, m, v, g: s.lr * _first(s, 1, m) / (np.sqrt(_second(s, 1, v)) + s.eps),
    ),
    (
        "a bias correction one step late: t + 1 instead of t",
        lambda s, t, m, v, g: s.lr * _first(s, t + 1, m) / (np.sqrt(_second(s, t + 1, v)) + s.eps),
    ),
    (
        "eps inside the root: sqrt(v + eps) instead of sqrt(v) + eps",
        lambda s, t, m, v, g: s.lr * _first(s, t, m) / np.sqrt(_second(s, t, v) + s.eps),
    ),
    (
        "a missing root: divided by v instead of sqrt(v)",
        lambda s, t, m, v, g: s.lr * _first(s, t, m) / (_second(s, t, v) + s.eps),
    ),
    (
        "the gradient in place of the first moment",
        lambda s, t, m, v, g: s.lr * g / (np.sqrt(_second(s, t, v)) + s.eps),
    ),
)


def walked(s: Settings, start: Numbers, gradients: Sequence[Numbers], step: Step) -> Numbers:
    """Return w after each step."""
    w, m, v = start.copy(), np.zeros_like(start), np.zeros_like(start)
    found = []
    for t, g in enumerate(gradients, 1):
        m = s.beta1 * m + (1 - s.beta1) * g
        v = s.beta2 * v + (1 - s.beta2) * g * g
        w = w - step(s, t, m, v, g)
        found.append(w)
    return np.array(found)


class Walks(NamedTuple):
    """A component's walk, and the paper's; both begin at `start`."""

    walk: Any
    start: Numbers
    gradients: list[Numbers]
    found: Numbers
    right: Numbers


def walks(case: Case) -> Walks | None:
    """Return the first trajectory from which the component departs."""
    known = case.subject.references.get("O9")
    several = [] if known is None else known if isinstance(known, (list, tuple)) else [known]
    for walk in several:
        start = np.array(walk.weights[0], np.float64)
        gradients: list[Numbers] = [np.array(g, np.float64) for g in walk.gradients]
        optimizer: Any = case.subject.cls(**walk.settings)
        found = np.array(trajectory(optimizer, start, gradients, walk.lr))
        right = np.array(walk.weights[1:], np.float64)
        if not np.allclose(found, right, rtol=1e-12, atol=1e-14):
            return Walks(walk, start, gradients, found, right)
    return None


@hypothesis("O9", kinds=("optimizer",))
def another_adam(case: Case) -> str | None:
    """Where the paper's walk is Adam's, walk with each classic mistake and compare."""
    found = case.measure(walks)
    if found is None:
        return None
    component = case.subject.cls(**found.walk.settings)
    names = ("beta1", "beta2", "eps")
    if not set(names) <= set(hyperparameters(type(component))):
        return None
    s = Settings(found.walk.lr, *(float(getattr(component, name)) for name in names))
    if not _close(found.right, walked(s, found.start, found.gradients, _right)):
        return None
    if _close(found.found, walked(_exchanged(s), found.start, found.gradients, _right)):
        return f"beta1 and beta2 exchanged; that is its walk in all {len(found.found)} steps"
    for words, step in VARIANTS:
        if _close(found.found, walked(s, found.start, found.gradients, step)):
            return f"{words}; that is its walk in all {len(found.found)} steps"
    return None


def _exchanged(s: Settings) -> Settings:
    return s._replace(beta1=s.beta2, beta2=s.beta1)


@hypothesis("O9", kinds=("optimizer",))
def slots_exchanged(case: Case) -> str | None:
    """Hand the slots back in every other order: then the walk is the paper's."""
    found = case.measure(walks)
    if found is None:
        return None
    cls, walk = case.subject.cls, found.walk
    optimizer: Any = cls(**walk.settings)
    for order in permutations(range(len(optimizer.slots))):
        w, slots = found.start.copy(), fresh_slots(optimizer, found.start)
        path = []
        for t, g in enumerate(found.gradients, 1):
            w, returned = advance(optimizer, w, slots, walk.lr, t, constant(g))
            slots = tuple(np.array(returned[i]) for i in order)
            path.append(np.array(w))
        if _close(np.array(path), found.right):
            names = ", ".join(optimizer.slots)
            return f"slots returned in another order: update returns (w, {names}), in that order"
    return None


def _close(a: Numbers, b: Numbers) -> bool:
    return bool(np.allclose(a, b, rtol=EXACT, atol=EXACT))


@hypothesis("O9", kinds=("optimizer",))
def scaled(case: Case) -> str | None:
    """Fit the ratio of all moves, step by step."""
    found = case.measure(walks)
    if found is None:
        return None
    mine, theirs = (
        np.diff(np.vstack([found.start, w]), axis=0) for w in (found.found, found.right)
    )
    c = float((mine * theirs).sum() / (theirs * theirs).sum())
    if not np.allclose(mine, c * theirs, rtol=1e-8, atol=1e-12):
        return None
    if abs(c + 1) < 1e-8:
        return "the wrong sign: each step is the paper's, the other way"
    lr = "; that is lr" if abs(c / found.walk.lr - 1) < 1e-6 else ""
    return f"a constant factor: each step is the paper's, {spoken(c)} times as long{lr}"


@hypothesis("O9", kinds=("optimizer",))
def later(case: Case) -> str | None:
    """Look for the step at which the walks part."""
    found = case.measure(walks)
    if found is None:
        return None
    right = np.isclose(found.found, found.right, rtol=1e-12, atol=1e-14).all(axis=1)
    first = int(np.argmin(right))
    if first == 0:
        return None
    if first == 1:
        return "right at step 1, wrong from step 2 on: look at what it remembers of the step before"
    return f"right until step {first}, wrong from step {first + 1} on: look at what t does"

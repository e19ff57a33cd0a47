"""Wrong steps of optimizers: uphill, lr twice or not at all, memory used wrongly, 0 / 0."""

from typing import Any

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.optimizer import reevaluates
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import close
from nnplug.testing.draws import generator
from nnplug.testing.numeric import Numbers
from nnplug.testing.walk import advance, constant, fresh_slots, ordinary_shape, trajectory

STEPS = 5


def gradient(case: Case) -> Numbers:
    """Return a gradient without small numbers."""
    g = generator(0).standard_normal(ordinary_shape(case.component))
    return np.asarray(g + 0.5 * np.sign(g))


def moves(optimizer: Any, g: Numbers, lr: float, steps: int = STEPS) -> list[Numbers]:
    """Return by how much w moves in each of the first steps, all with one gradient."""
    start = np.zeros(g.shape)
    walk = trajectory(optimizer, start, [g.copy() for _ in range(steps)], lr)
    return [np.asarray(b - a) for a, b in zip([start, *walk], walk, strict=False)]


@hypothesis("O1", "O2", "O9", "I1", kinds=("optimizer",))
def uphill(case: Case) -> str | None:
    """Hand in one gradient for some steps, and see along which side of it each step goes."""
    optimizer = case.component
    if reevaluates(type(optimizer)):
        return None
    g = gradient(case)
    along = [float((move * g).sum()) for move in moves(optimizer, g, optimizer.lr)]
    if all(one > 0 for one in along):
        return (
            f"the wrong sign: each of the first {STEPS} steps goes along +g, uphill; w - lr g, and "
            "w - v for a velocity v = mu v + lr g"
        )
    first = next((t for t, one in enumerate(along, 1) if one > 0), None)
    if first is not None and all(one > 0 for one in along[first - 1 :]):
        return (
            f"the wrong sign of what it remembers: with one gradient it goes downhill until step "
            f"{first - 1}, and uphill from step {first} on"
        )
    return None


@hypothesis("O1", "O2", "I1", kinds=("optimizer",))
def tiny(case: Case) -> str | None:
    """Measure the first steps in units of lr."""
    optimizer = case.component
    g = gradient(case)
    sizes = [float(np.abs(move).max()) / optimizer.lr for move in moves(optimizer, g, optimizer.lr)]
    if not max(sizes) <= 1e-6:  # NaN is not nearly nothing
        return None
    return f"steps of nearly nothing: {max(sizes):.2g} lr at most, for gradients about 1"


@hypothesis("O1", kinds=("optimizer",))
def stops(case: Case) -> str | None:
    """Take 60 steps with one gradient, and see whether they end."""
    optimizer = case.component
    sizes = [float(np.abs(one).max()) for one in moves(optimizer, gradient(case), optimizer.lr, 60)]
    moving = [t for t, size in enumerate(sizes, 1) if size > 0]
    if not moving or moving[-1] == len(sizes):
        return None
    return f"it stops: with one and the same gradient w stands still from step {moving[-1] + 1} on"


@hypothesis("O1", "O9", kinds=("optimizer",))
def rate_squared(case: Case) -> str | None:
    """Double the lr that is handed in: the steps become four times as long."""
    optimizer = case.component
    g, lr = gradient(case), optimizer.lr
    one, two = (moves(optimizer, g, rate) for rate in (0.1 * lr, 0.2 * lr))
    ratios = {
        round(float(np.abs(b).sum() / np.abs(a).sum()), 6) for a, b in zip(one, two, strict=True)
    }
    if ratios == {4.0}:
        return "lr twice: with twice the lr the steps are four times as long"
    if ratios == {1.0}:
        return "lr is not read: with twice the lr the steps are as long"
    return None


@hypothesis("O1", "O9", kinds=("optimizer",))
def against_itself(case: Case) -> str | None:
    """With one gradient, see whether the second step is 1 - mu of the first one."""
    optimizer = case.component
    first, second = (float(np.abs(one).sum()) for one in moves(optimizer, gradient(case), 0.01, 2))
    for name in hyperparameters(type(optimizer)) if optimizer.slots and first else ():
        mu = getattr(optimizer, name)
        if isinstance(mu, float) and 0.01 < mu < 1 and close(second / first, 1 - mu, 1e-6):
            return (
                f"the wrong sign of what it remembers: with one gradient the second step is 1 - "
                f"{name} = {1 - mu:.4g} of the first, not 1 + {name}; write v = {name} v + g"
            )
    return None


@hypothesis("O2", "O7", kinds=("optimizer",))
def slots_before(case: Case) -> str | None:
    """See whether the first step is nothing, and the second one something."""
    optimizer = case.component
    if not optimizer.slots:
        return None
    first, second = (float(np.abs(one).max()) for one in moves(optimizer, gradient(case), 0.01, 2))
    if first or not second:
        return None
    return (
        f"a step behind: w moves by {' and '.join(optimizer.slots)} as handed in, 0 at first; take "
        "the gradient up before w moves"
    )


@hypothesis("O8", "C4", kinds=("optimizer",))
def zero_by_zero(case: Case) -> str | None:
    """Take a step at gradient 0, and one at 1."""
    broken = [size for size in (0.0, 1.0) if not _finite(case, size)]
    if broken != [0.0]:
        return None
    return (
        "0 / 0: a gradient that has always been 0 leaves 0 in the denominator; add eps to it, "
        "outside the root"
    )


def _finite(case: Case, size: float, t: int = 1) -> bool:
    optimizer = case.component
    w = np.ones(ordinary_shape(optimizer))
    with np.errstate(divide="raise", invalid="raise"):
        try:
            moved, _ = advance(
                optimizer,
                w,
                fresh_slots(optimizer, w),
                optimizer.lr,
                t,
                constant(np.full(w.shape, size)),
            )
        except ArithmeticError:
            return False
    return bool(np.isfinite(moved).all())


@hypothesis("O8", kinds=("optimizer",))
def late_steps(case: Case) -> str | None:
    """Take one ordinary step late in a long run."""
    if not _finite(case, 1.0) or _finite(case, 1.0, 10_000_000):
        return None
    low, high = 1, 10_000_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _finite(case, 1.0, middle) else (low, middle)
    return f"a long run: an ordinary gradient breaks it from step {high} on, and not before"


@hypothesis("O8", kinds=("optimizer",))
def overflow(case: Case) -> str | None:
    """Look for the gradient from which on it is not finite."""
    if not _finite(case, 1.0) or _finite(case, 1e30):
        return None
    low, high = 0.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _finite(case, 10.0**middle) else (low, middle)
    return f"an overflow: not finite for gradients from {10**high:.2g} on"

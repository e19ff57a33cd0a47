"""What optimizers do to weights at zero gradient: hidden decay, decay gone wrong, a stray eps."""

from typing import Any

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import close, of_hyperparameter
from nnplug.testing.draws import generator
from nnplug.testing.walk import advance, constant, fresh_slots, ordinary_shape


@hypothesis("O3", kinds=("optimizer",))
def hidden_decay(case: Case) -> str | None:
    """At zero gradient, compare the move with the weights."""
    optimizer = case.component
    start = generator(0).standard_normal(ordinary_shape(optimizer))
    nothing = constant(np.zeros_like(start))

    def share(one: Any, lr: float) -> float | None:
        w, _ = advance(one, start.copy(), fresh_slots(one, start), lr, 1, nothing)
        part = (start - w) / start
        return float(part.mean()) if np.ptp(part) < 1e-9 and part.mean() != 0 else None

    lr = optimizer.lr
    one, two = share(optimizer, lr), share(optimizer, 2 * lr)
    if one is None or two is None or close(one, 1.0):
        return None  # nothing is left of w: that is no decay
    if one < 0:
        return (
            f"weights that grow: at zero gradient each becomes {1 - one:.6g} times as large; "
            "decay is w - lr decay w, with a minus"
        )
    if optimizer.own_decay:
        return None
    size = f"{one:.4g} of itself"
    if close(two, 2 * one):
        name = of_hyperparameter(optimizer, one / lr, lambda other: (share(other, lr) or 0.0) / lr)
        size = f"lr times {name or f'{one / lr:.4g}'} of itself"
    return (
        f"weight decay that is not declared: at zero gradient each weight shrinks by {size}; "
        "leave decay to the engine, or write own_decay = True"
    )


@hypothesis("O3", kinds=("optimizer",))
def eps_outside(case: Case) -> str | None:
    """At zero gradient, see whether all weights move by one hyperparameter."""
    optimizer = case.component
    start = generator(0).standard_normal(ordinary_shape(optimizer))
    nothing = constant(np.zeros_like(start))
    w, _ = advance(optimizer, start.copy(), fresh_slots(optimizer, start), optimizer.lr, 1, nothing)
    moved = np.abs(w - start)
    if np.allclose(moved, optimizer.lr, 0.01):
        return None  # any ratio of m and sqrt(v) makes that, wherever eps stands
    for name in hyperparameters(type(optimizer)):
        value = getattr(optimizer, name)
        is_small = isinstance(value, float) and value > 1e-12
        if is_small and np.allclose(moved, value, 1e-4, 1e-15):
            return (
                f"a missing pair of brackets: at zero gradient every weight moves by {name} = "
                f"{value:g} itself; write m / (sqrt(v) + {name})"
            )
    return None


@hypothesis("O3", kinds=("optimizer",))
def decay_in_the_means(case: Case) -> str | None:
    """At zero gradient, see whether weights of all sizes move alike: decay went through a root."""
    optimizer = case.component
    if not optimizer.own_decay:
        return None
    start = np.resize(np.array([0.001, 1.0, 1000.0]), ordinary_shape(optimizer))
    nothing = constant(np.zeros_like(start))
    w, _ = advance(optimizer, start.copy(), fresh_slots(optimizer, start), optimizer.lr, 1, nothing)
    moved = start - w
    if not (moved > 0).all() or np.ptp(moved) > 0.01 * moved.max():
        return None
    return (
        "coupled decay: weights of 0.001 and 1000 move alike, as decay is added to the gradient "
        "and divided by its own mean; leave that to the engine, or subtract lr decay w beside"
    )


@hypothesis("O1", "I1", kinds=("optimizer",))
def decay_without_lr(case: Case) -> str | None:
    """At zero gradient, halve lr, and see whether decay halves."""
    optimizer = case.component
    if not optimizer.own_decay:
        return None
    start = np.ones(ordinary_shape(optimizer))
    nothing = constant(np.zeros_like(start))
    shares = []
    for lr in (optimizer.lr, 0.5 * optimizer.lr):
        w, _ = advance(optimizer, start.copy(), fresh_slots(optimizer, start), lr, 1, nothing)
        shares.append(float((start - w).mean()))
    if shares[0] <= 0 or not close(shares[0], shares[1]):
        return None
    return (
        f"decay without lr: at zero gradient each weight shrinks by {shares[0]:.4g} of itself, "
        "whatever lr is; at a small lr nothing but decay is left: write lr decay w"
    )

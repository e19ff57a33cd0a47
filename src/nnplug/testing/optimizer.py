"""Optimizers: downhill, what a step reads and writes, extreme gradients, the paper's trajectory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.optimizer import Optimizer
from nnplug.testing.agreement import (
    fail,
    require_agreement,
    require_finite,
    require_same_bits,
    skip,
)
from nnplug.testing.checks import check
from nnplug.testing.descent import descend, problems
from nnplug.testing.draws import generator
from nnplug.testing.first_step import refuse_wrong_correction
from nnplug.testing.outcome import CheckFailed
from nnplug.testing.subject import Subject
from nnplug.testing.walk import advance, constant, fresh_slots, ordinary_shape, trajectory

RATES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4)
STEPS = 10_000
FALL = 1e-3


@dataclass(frozen=True)
class Trajectory:
    """A walk that the author computed from the paper's formula, in 50 digits.

    gradients : the gradient of each step, whatever w is then
    weights : where it starts, and where it is after each step
    lr : what the engine hands in
    settings : the hyperparameters that it was computed with
    """

    gradients: Sequence[Sequence[float]]
    weights: Sequence[Sequence[float]]
    lr: float
    settings: Mapping[str, Any] = field(default_factory=dict)


@check("O1", "optimizer", "goes downhill: a bowl and Rosenbrock's valley", variants=False)
def descends(subject: Subject) -> str:
    """At the best learning rate of a grid, a thousandfold fall within 10,000 steps."""
    optimizer: Optimizer = subject.component
    rates = sorted({optimizer.lr, *RATES}, key=lambda lr: abs(np.log(lr / optimizer.lr)))
    said = []
    for name, evaluate, start in problems((-1, 2) if optimizer.scope == "parameter" else (-1,)):
        first, best = evaluate(start)[0], np.inf
        for lr in rates:
            steps, reached = descend(optimizer, evaluate, start, lr, STEPS, FALL * first)
            best = min(best, reached)
            if reached <= FALL * first:
                said.append(f"{name} in {steps} steps at lr {lr:g}")
                break
        else:
            fail(
                f"on {name} f falls from {first:.4g} to {best:.4g} at best, whatever the lr of "
                f"{len(rates)} from {min(rates):g} to {max(rates):g}, within {STEPS} steps",
                parameter=name,
                analytic=best,
                numeric=FALL * first,
            )
    return "; ".join(said)


@check("O2", "optimizer", "the first step goes downhill, and is of a sensible size")
def first_step(subject: Subject) -> str:
    """Printed in units of lr, where a missing or inverted bias correction shows."""
    optimizer: Optimizer = subject.component
    lr = optimizer.lr
    rng = generator(0)
    shape = ordinary_shape(optimizer)
    g = rng.standard_normal(shape)
    g += np.sign(g) * 0.5
    moves = {}
    for size in (1.0, 10.0):
        start = np.zeros(shape)
        w, _ = advance(optimizer, start, fresh_slots(optimizer, start), lr, 1, constant(size * g))
        moves[size] = np.array(w)
    move = moves[1.0]
    require_finite("the first step", move)
    down = float((move * g).sum())
    size = float(np.sqrt((move**2).mean())) / lr
    if not size > 1e-12:
        fail(f"the first step is {size:.3g} lr: it goes nowhere", parameter="w", size=size)
    if not down < 0:
        fail(
            f"the first step goes uphill: its product with the gradient is {down:.4g}, its size "
            f"{size:.4g} lr; w falls along -g",
            parameter="w",
            analytic=down,
            size=size,
        )
    same = np.allclose(moves[10.0], move, rtol=1e-3)
    if same and len(optimizer.slots) > 1:
        refuse_wrong_correction(optimizer, size, g)
    scale = "whatever the gradient's size" if same else "for gradients about 1"
    return f"the first step is {size:.4g} lr {scale}"


@check("O3", "optimizer", "no gradient, no memory, no declared decay: no move")
def stands_still(subject: Subject) -> None:
    """Decay is the engine's, unless own_decay says otherwise; then it must show."""
    optimizer: Optimizer = subject.component
    start = generator(0).standard_normal(ordinary_shape(optimizer))
    start.flat[0] = 1e-4  # decay that goes through a root takes this past 0
    nothing = constant(np.zeros_like(start))
    for t in (1, 1000):
        w, slots = advance(
            optimizer, start.copy(), fresh_slots(optimizer, start), optimizer.lr, t, nothing
        )
        _refuse_exchanged(optimizer, w, slots, start)
        moved = float(np.abs(w - start).max())
        if optimizer.own_decay and subject.default:
            grown = np.abs(w) > np.abs(start)
            if grown.any() or moved == 0:
                i = np.unravel_index(int(grown.argmax()), grown.shape)
                fail(
                    "it declares own_decay, and at zero gradient "
                    + (
                        f"w goes from {start[i]:.7g} to {w[i]:.7g}: decay brings it nearer to 0"
                        if moved
                        else "w moves by 0"
                    ),
                    parameter="own_decay",
                    analytic=moved,
                )
        elif not optimizer.own_decay and np.isnan(moved):
            fail(
                f"at zero gradient and zero slots w is nan in step {t}; what is divided by may be "
                "0 there: add an eps to it",
                parameter="w",
                analytic="nan",
                numeric=0.0,
            )
        elif not optimizer.own_decay and moved != 0:
            fail(
                f"at zero gradient and zero slots w moves by {moved:.4g} in step {t}; write "
                "own_decay = True if it decays weights",
                parameter="w",
                analytic=moved,
                numeric=0.0,
            )


def _refuse_exchanged(optimizer: Optimizer, w: Array, slots: Sequence[Array], start: Array) -> None:
    """Recognize a step that returns w in a slot's place."""
    if w.any() or not start.any():
        return
    for name, slot in zip(optimizer.slots, slots, strict=True):
        if np.array_equal(slot, start):
            order = ", ".join(("w", *optimizer.slots))
            fail(
                f"at zero gradient and zero slots it returns 0 for w, and w for the slot {name}; "
                f"return ({order}) in this order",
                parameter="w",
                analytic=0.0,
            )


@check("O4", "optimizer", "the gradient is read, not written")
def gradient_unwritten(subject: Subject) -> None:
    """Clipping, decay and the next epoch's record read it after the optimizer."""
    optimizer: Optimizer = subject.component
    rng = generator(0)
    w: Array = rng.standard_normal(ordinary_shape(optimizer))
    slots = fresh_slots(optimizer, w)
    for t in (1, 2, 3):
        g = rng.standard_normal(w.shape)
        before = g.copy()
        w, slots = advance(optimizer, w, slots, optimizer.lr, t, constant(g))
        if np.shares_memory(w, g) or any(np.shares_memory(slot, g) for slot in slots):
            fail("w or a slot that it returns is the gradient's own array", parameter="g")
        require_same_bits("g", g, before, f"step {t} writes the gradient; now and before")


@check("O7", "optimizer", "it steps by the lr that it is handed, not by its own")
def lr_handed_in(subject: Subject) -> None:
    """The engine multiplies its schedule into lr."""
    optimizer: Optimizer = subject.component
    rng = generator(0)
    start = rng.standard_normal(ordinary_shape(optimizer))
    gradients = [rng.standard_normal(start.shape) for _ in range(3)]
    handed = optimizer.lr
    own = trajectory(optimizer, start, gradients, handed)
    others = trajectory(replace(optimizer, lr=3 * handed), start, gradients, handed)
    require_same_bits("w", others[-1], own[-1], "self.lr is read: 3 times as large, and its own")
    half = trajectory(optimizer, start, gradients, 0.5 * handed)
    if np.array_equal(half[0], own[0]):
        fail("half the lr handed in makes the same step: lr is not read", parameter="lr")
    one, two = own[0] - start, half[0] - start
    if np.abs(one).max() > 0 and np.abs(two - 0.25 * one).max() < 1e-9 * np.abs(one).max():
        fail(
            "half the lr handed in makes a quarter of the step: lr is multiplied in twice",
            parameter="lr",
            ratio=0.25,
        )


@check("O8", "optimizer", "finite for gradients from 1e-30 to 1e30, and at step 10,000,000")
def extremes(subject: Subject) -> None:
    """Without a division by zero or an invalid operation on the way."""
    optimizer: Optimizer = subject.component
    shape = ordinary_shape(optimizer)
    sizes = np.resize(np.array([1e-30, -1e-15, 1e-8, -1.0, 1e8, 1e15, -1e30, 0.0]), shape)
    every = [sizes, *(np.full(shape, g) for g in (1e-30, 1e-8, -1e8, 1e30))]
    for t in (1, 2, 10_000_000):
        for g in every:
            w: Array = np.ones(shape)
            slots = fresh_slots(optimizer, w)
            label = f"for gradients of {np.abs(g).max():g} at step {t}"
            try:
                with np.errstate(divide="raise", invalid="raise"):
                    for _ in range(2):
                        w, slots = advance(optimizer, w, slots, optimizer.lr, t, constant(g))
            except (ArithmeticError, ValueError) as error:
                raise CheckFailed(
                    f"{type(error).__name__}: {error} {label}", parameter="w", index=label
                ) from None
            require_finite("w", w, label)


@check("O9", "optimizer", "20 steps agree with the paper's formula in 50 digits", variants=False)
def paper(subject: Subject) -> None:
    """Against constants that the author computed elsewhere; never against a copy of the code."""
    known = subject.references.get("O9")
    if known is None:
        skip("its author gives no trajectory: references={'O9': Trajectory(...)}")
    several: Sequence[Trajectory] = [known] if isinstance(known, Trajectory) else known
    for walk in several:
        optimizer: Any = subject.cls(**walk.settings)
        start = np.array(walk.weights[0], np.float64)
        gradients: list[Array] = [np.array(g, np.float64) for g in walk.gradients]
        found = trajectory(optimizer, start, gradients, walk.lr)
        expected = np.array(walk.weights[1:], np.float64)
        require_agreement(
            "w",
            np.array(found),
            expected,
            rtol=1e-12,
            atol=1e-14,
            where=[f"step {t}" for t in range(1, len(found) + 1)],
            names=("found", "the paper's"),
        )

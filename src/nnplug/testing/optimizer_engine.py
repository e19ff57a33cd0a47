"""Optimizers under the engine: in pieces, in stacks, saved and loaded."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.optimizer import Optimizer, reevaluates
from nnplug.engine.columns import with_columns
from nnplug.engine.network import Network
from nnplug.testing.agreement import require_agreement, require_array, require_same_bits, skip
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.saving import save_and_load
from nnplug.testing.settings import differing
from nnplug.testing.steps import take_steps
from nnplug.testing.subject import Subject
from nnplug.testing.walk import ordinary_shape, trajectory

RUNS = 3
WATCHED = (1, 20)
"""The steps that are compared: an Adam that reads one run's beta1 is right at step 1."""


@check("O5", "optimizer", "in pieces and in stacks as whole and one by one, at steps 1 and 20")
def cut_and_stacked(subject: Subject) -> None:
    """The engine cuts the flat vector where it likes, and lays runs side by side."""
    optimizer: Optimizer = subject.component
    if reevaluates(type(optimizer)) or optimizer.scope != "element":
        skip("it sees a whole network at a time, or one parameter: neither cut nor stacked")
    _in_pieces(optimizer)
    for dtype in ("float64", "float32"):
        _in_a_stack(optimizer, dtype)


def _in_pieces(optimizer: Optimizer) -> None:
    start, gradients = _ordinary(1, (37,), np.float64)
    start, gradients = start[0], [g[0] for g in gradients]
    whole = trajectory(optimizer, start, gradients, optimizer.lr)
    for piece in (slice(0, 1), slice(1, 20), slice(20, 37)):
        part = trajectory(optimizer, start[piece], [g[piece] for g in gradients], optimizer.lr)
        for t in WATCHED:
            require_same_bits(
                f"w after step {t}", part[t - 1], whole[t - 1][piece], "in pieces, and whole"
            )


def _in_a_stack(optimizer: Optimizer, dtype: Any) -> None:
    shape = ordinary_shape(optimizer)
    start, gradients = _ordinary(RUNS, shape, dtype)
    same = [optimizer] * RUNS
    for runs, what in ((same, "a stack of equal runs"), (differing(optimizer, RUNS), "a stack")):
        rates = [one.lr * (1 + 0.5 * r) for r, one in enumerate(runs)]
        column = np.array(rates, dtype).reshape(-1, *[1] * len(shape))
        together = with_columns(runs, len(shape) + 1, dtype)
        many = trajectory(together, start, gradients, column)
        tolerance = 200 * float(np.finfo(dtype).eps)
        for r, one in enumerate(runs):
            alone = trajectory(one, start[r], [g[r] for g in gradients], rates[r])
            for t in WATCHED:
                require_array(f"w after step {t}", many[t - 1], start.shape, dtype)
                require_agreement(
                    f"w of run {r} after step {t}",
                    many[t - 1][r],
                    alone[t - 1],
                    rtol=tolerance,
                    atol=tolerance,
                    names=(f"in {what}", "alone"),
                    hint="a hyperparameter may be a column: use it as an array, and reduce over "
                    "the last axes alone",
                )


def _ordinary(runs: int, shape: tuple[int, ...], dtype: Any) -> tuple[Array, list[Array]]:
    rng = generator(0)
    draws = rng.standard_normal((21, runs, *shape)).astype(dtype)
    return draws[0], list(draws[1:])


@check("O6", "optimizer", "five steps, saved, loaded, five steps = ten")
def resumed(subject: Subject) -> None:
    """All that it remembers is in its slots, and in t."""
    whole = _network(subject)
    take_steps(whole, *_points(), 10)
    halves = _network(subject)
    take_steps(halves, *_points(), 5)
    with tempfile.TemporaryDirectory() as folder:
        loaded = save_and_load(halves, Path(folder) / "model.npz")
    take_steps(loaded, *_points(), 5)
    require_same_bits("w", loaded.w, whole.w, "saved and loaded after step 5, and never")


def _network(subject: Subject) -> Network:
    return Network(
        "linear:units=4 tanh linear:units=2",
        3,
        loss="mse",
        optimizer=subject.component,
        total=10,
        registry=subject.registry,
    )


def _points() -> tuple[Array, Array]:
    rng = generator(0)
    return rng.standard_normal((8, 3)), rng.standard_normal((8, 2))

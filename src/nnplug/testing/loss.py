"""Losses: the gradient, samples and runs apart, weights, equivalences."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnplug.core.dataset import Data
from nnplug.core.loss import Loss
from nnplug.engine.columns import with_columns
from nnplug.engine.network import Network
from nnplug.engine.run import Part
from nnplug.testing.agreement import (
    fail,
    require_agreement,
    require_array,
    require_finite,
    require_same_bits,
    skip,
)
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.losses import Example, examples
from nnplug.testing.numeric import ROUNDING, STEPS, Numbers, slope
from nnplug.testing.settings import differing
from nnplug.testing.subject import Subject

RTOL, ATOL = 1e-7, 1e-8
FAR = 40.0


@dataclass(frozen=True)
class Equivalence:
    """What an author claims of a loss: on other scores and targets it is another loss.

    other : the other loss, by its spec
    bring : maps (z, t) of this loss to (z, t) of the other one
    """

    other: str
    bring: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]


def gradient_by_differences(loss: Loss, z: Numbers, t: Numbers) -> tuple[Any, Any]:
    """Return the slopes of each sample's value by its own scores, and where they are trusted."""
    slopes, trusted = np.empty_like(z), np.empty(z.shape, bool)
    for j in range(z.shape[-1]):
        column = np.zeros(z.shape[-1])
        column[j] = 1.0
        found = slope(lambda s, c=column: loss.value(z + s * c, t))  # type: ignore[misc]
        slopes[..., j], trusted[..., j] = found.value, found.trusted(RTOL, ATOL)
    return slopes, trusted


@check("S1", "loss", "gradient agrees with finite differences, also at confident scores")
def gradient(subject: Subject) -> None:
    """At scores in [-5, 5] and at +-40, for targets of a class and between classes."""
    loss: Loss = subject.component
    for soft in (False, True):
        for example in examples(loss, 40, soft=soft):
            _compare(loss, example.z, example.t, example.task)
            for signs in _far_scores(example):
                _compare(loss, signs, example.t, f"{example.task}, scores of +-{FAR:g}")
    for example in examples(loss):
        if example.task != "regression":
            _refuse_clipping(loss, example)


def _far_scores(example: Example) -> list[Numbers]:
    """Return scores of +-40 in every combination with the targets, a little apart."""
    rng = generator(2)
    noise = rng.uniform(-0.5, 0.5, example.z.shape)
    signs = rng.choice([-1.0, 1.0], example.z.shape)
    return [FAR * signs + noise, -FAR * signs + noise]


def _compare(loss: Loss, z: Numbers, t: Numbers, label: str) -> None:
    value, analytic = loss.value(z, t), loss.gradient(z, t)
    require_array(f"value ({label})", value, z.shape[:-1], z.dtype)
    require_array(f"gradient ({label})", analytic, z.shape, z.dtype)
    require_finite(f"value ({label})", value)
    require_finite(f"gradient ({label})", analytic)
    slopes, trusted = gradient_by_differences(loss, z, t)
    # Beside a value of 1e17 the rounding of a difference hides a slope of 1.
    size = np.maximum(np.abs(analytic), np.abs(slopes))
    visible = ROUNDING / STEPS[0] * np.abs(value)[..., None] <= 0.1 * (RTOL * size + ATOL)
    if trusted[visible].mean() < 0.9:
        fail(f"value has no derivative at most scores ({label})", parameter="value")
    require_agreement(
        f"gradient ({label})",
        analytic[trusted],
        slopes[trusted],
        rtol=RTOL,
        atol=ATOL,
        where=[f"z = {a:.6g}, t = {b:.4g}" for a, b in zip(z[trusted], t[trusted], strict=True)],
    )


def _refuse_clipping(loss: Loss, example: Example) -> None:
    """Walk towards confident and wrong; the slope may fade out, and not be cut off."""
    reach = np.linspace(2.0, 45.0, 173)
    t = example.t[:1]
    wrong = np.where(t > t.mean(axis=-1, keepdims=True), -1.0, 1.0)
    if t.shape[-1] == 1:
        low, high = loss.encode(np.array([[0.0], [1.0]]), example.task)[:, 0]
        wrong = np.where(t > (low + high) / 2, -1.0, 1.0)
    z = reach[:, None] * wrong
    targets = np.broadcast_to(t, z.shape)
    along = slope(lambda s: loss.value(z + s * wrong, targets))
    slopes = along.value
    for i in range(len(reach) - 2):
        if slopes[i] > 1e-3 and abs(slopes[i + 2]) < 1e-9 * slopes[i]:
            fail(
                f"value stops rising at a confidently wrong score, z = {reach[i + 1]:.4g} away: "
                f"its slope falls from {slopes[i]:.4g} to {slopes[i + 2]:.4g}; never clip, it "
                "takes the gradient from exactly the samples that need it",
                parameter="value",
                index=float(reach[i + 1]),
                analytic=float(slopes[i]),
                numeric=float(slopes[i + 2]),
            )


@check("S2", "loss", "each sample's loss depends on that sample alone")
def samples(subject: Subject) -> None:
    """Neither a mean over the batch nor a factor 1/n: the engine averages."""
    loss: Loss = subject.component
    for example in examples(loss, 5):
        z, t = example.z, example.t
        value, slopes = loss.value(z, t), loss.gradient(z, t)
        require_array("value", value, (5,), z.dtype)
        other = z.copy()
        other[2] += 1.0
        others = [0, 1, 3, 4]
        what = "changes when another sample does, now and before"
        require_same_bits("value", loss.value(other, t)[others], value[others], what)
        require_same_bits("gradient", loss.gradient(other, t)[others], slopes[others], what)
        for i in range(5):
            row = slice(i, i + 1)
            pairs = (
                ("value", value[row], loss.value(z[row], t[row])),
                ("gradient", slopes[row], loss.gradient(z[row], t[row])),
            )
            for name, whole, alone in pairs:
                require_agreement(
                    f"{name} of sample {i}",
                    whole,
                    alone,
                    rtol=1e-12,
                    atol=1e-14,
                    names=("in a batch of 5", "alone"),
                )


@check("S4", "loss", "weight 0 = removed, weight 2 = twice")
def weights(subject: Subject) -> None:
    """As the engine weights and averages it."""
    loss: Loss = subject.component
    for example in examples(loss, 5):
        net = Network(f"linear:units={example.t.shape[1]}", 2, loss=loss, registry=subject.registry)
        for weight, rows in ((0.0, [1, 2, 3, 4]), (2.0, [0, 0, 1, 2, 3, 4])):
            given = np.array([weight, 1, 1, 1, 1])
            data = Data(np.zeros((5, 2)), example.y, example.task, weights=given)
            scaled = Part.of(data, loss, np.float64).weights
            z, t = example.z, example.t
            require_agreement(
                f"the mean loss with weight {weight:g}",
                net.loss_value(z, t, scaled),
                net.loss_value(z[rows], t[rows]),
                rtol=1e-12,
                atol=1e-14,
                names=("weighted", "with the rows themselves"),
            )
            expected = np.zeros_like(z)
            np.add.at(expected, rows, net.loss_gradient(z[rows], t[rows]))
            require_agreement(
                f"the gradient with weight {weight:g}",
                net.loss_gradient(z, t, scaled),
                expected,
                rtol=1e-12,
                atol=1e-14,
                names=("weighted", "with the rows themselves"),
            )


@check("S9", "loss", "the equivalences that its author declares hold")
def equivalence(subject: Subject) -> None:
    """Such as BCE = cross-entropy of two classes."""
    claimed = subject.references.get("S9")
    if claimed is None:
        skip("no equivalence is declared")
    loss: Loss = subject.component
    other: Loss = subject.partner("loss", claimed.other)
    for example in examples(loss, 40):
        if example.task not in other.tasks:
            continue
        z, t = claimed.bring(example.z, example.t)
        require_agreement(
            "value",
            loss.value(example.z, example.t),
            other.value(z, t),
            rtol=1e-12,
            atol=1e-13,
            names=(subject.name, claimed.other),
        )


@check("S10", "loss", "stacked = one by one")
def stacked(subject: Subject) -> None:
    """Runs with scores, targets and floats of their own, as one array."""
    runs: list[Loss] = differing(subject.component, 3)
    for dtype in ("float64", "float32"):
        loss = with_columns(runs, 3, dtype)
        for i in range(len(loss.tasks)):
            each = [examples(one, 6, r)[i] for r, one in enumerate(runs)]
            z, t = (np.stack([getattr(e, n) for e in each]).astype(dtype) for n in ("z", "t"))
            tolerance = 100 * float(np.finfo(dtype).eps)
            many = {
                "value": loss.value(z, t),
                "gradient": loss.gradient(z, t),
                "predictions": loss.predict(z),
            }
            for r, one in enumerate(runs):
                single = {
                    "value": one.value(z[r], t[r]),
                    "gradient": one.gradient(z[r], t[r]),
                    "predictions": one.predict(z[r]),
                }
                for name, own in single.items():
                    require_array(name, many[name], (3, *own.shape), dtype)
                    require_agreement(
                        f"{name} of run {r}",
                        many[name][r],
                        own,
                        rtol=tolerance,
                        atol=tolerance,
                        names=("stacked", "alone"),
                    )

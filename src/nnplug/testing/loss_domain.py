"""Losses: perfect predictions, refusals, extreme scores, the link."""

from typing import Any

import numpy as np

from nnplug.core.activation import Activation
from nnplug.core.array import Array
from nnplug.core.errors import NnplugError
from nnplug.core.loss import Loss
from nnplug.testing.agreement import fail, require_agreement, require_array, skip
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.losses import examples
from nnplug.testing.subject import Subject

FARTHEST = 1e4

SMALL = 1e6
"""A slope up to here makes no infinity of scores up to FARTHEST."""


@check("S3", "loss", "zero, and zero gradient, at a perfect prediction")
def perfect(subject: Subject) -> None:
    """Where the loss declares zero_at_target; elsewhere it may not."""
    loss: Loss = subject.component
    if not loss.zero_at_target:
        skip("it does not declare zero_at_target")
    for example in examples(loss):
        t = example.t
        for name, got in (("value", loss.value(t, t)), ("gradient", loss.gradient(t, t))):
            require_agreement(
                f"{name} at z = t",
                got,
                np.zeros_like(got),
                rtol=0.0,
                atol=1e-12,
                names=("found", "declared"),
            )


@check("S5", "loss", "a target outside its domain is refused by name and value")
def targets(subject: Subject) -> None:
    """Classes have a target_range; every other target is at least finite."""
    loss: Loss = subject.component
    if loss.target_range is None and "regression" not in loss.tasks:
        fail(
            "it judges classes alone and declares no target_range, so a label 2 would pass; write "
            "target_range = (0.0, 1.0)",
            parameter="target_range",
        )
    low, high = loss.target_range or (-np.inf, np.inf)
    outside = [np.nan, np.inf, -np.inf]
    outside += [low - 1.5] if np.isfinite(low) else []
    outside += [high + 1.5] if np.isfinite(high) else []
    for example in examples(loss):
        try:
            loss.check(example.z, example.t)
        except NnplugError as error:
            fail(
                f"check refuses its own {example.task} targets: {error.message}", parameter="check"
            )
        for value in outside:
            t = example.t.copy()
            t[1, 0] = value
            _must_refuse(subject, example.z, t, f"a target {value:g}", _said(value))


def _said(value: float) -> str:
    return "" if np.isinf(value) or np.isnan(value) else f"{value:g}"


@check("S6", "loss", "shapes that would broadcast by accident are refused")
def broadcasting(subject: Subject) -> None:
    """A column against a row makes a matrix of losses, and no error."""
    loss: Loss = subject.component
    for example in examples(loss, 4):
        z, t = example.z, example.t
        pairs = [(z, t[:, 0]), (z[:, 0], t), (z, t[:1]), (z[:1], t), (z, t[None]), (z, t[:-1])]
        wide = np.concatenate([z, z], axis=1)
        for scores, wrong in [*pairs, (wide, t)]:
            what = f"z {list(scores.shape)} against t {list(wrong.shape)}"
            _must_refuse(subject, scores, wrong, what, "")


def _must_refuse(subject: Subject, z: Any, t: Any, what: str, value: str) -> None:
    loss: Loss = subject.component
    try:
        loss.check(z, t)
    except NnplugError as error:
        names = (subject.cls.__name__, subject.name)
        if not any(name in error.message for name in names) or value not in error.message:
            fail(
                f"{what} is refused with {error.message!r}: it names the loss and the value",
                parameter="check",
            )
        return
    except Exception as error:
        fail(
            f"{what} raises {type(error).__name__}: {error}; raise DataError in check",
            parameter="check",
        )
    fail(f"{what} passes check", parameter="check", index=what)


@check("S7", "loss", "never NaN, up to scores of 10,000")
def extremes(subject: Subject) -> None:
    """In float64 and float32, for every mixture of large and small scores."""
    loss: Loss = subject.component
    sizes = np.array([0.0, 1.0, 88.0, 100.0, 710.0, FARTHEST])
    sizes = np.concatenate([sizes, -sizes])
    for dtype in ("float64", "float32"):
        for example in examples(loss, 144):
            rng = generator(0)
            columns = [np.repeat(sizes, 12), np.tile(sizes, 12)]
            columns += [rng.choice(sizes, 144) for _ in range(example.t.shape[1])]
            z = np.stack(columns[: example.t.shape[1]], axis=1).astype(dtype)
            t = example.t.astype(dtype)
            value, slopes = loss.value(z, t), loss.gradient(z, t)
            for name, got in (("value", value), ("gradient", slopes), ("predict", loss.predict(z))):
                wrong = np.isnan(got)
                if wrong.any():
                    index = tuple(int(i) for i in np.argwhere(wrong)[0])
                    scores = ", ".join(f"{v:g}" for v in z[index[0]])
                    fail(
                        f"{name}{list(index)} is nan at z = ({scores}) in {dtype}",
                        parameter=name,
                        index=index,
                        analytic="nan",
                    )
            _refuse_overflow(z, value, slopes)


def _refuse_overflow(z: Array, value: Array, slopes: Array) -> None:
    """A value that grows no faster than a small gradient says is no infinity."""
    small = np.abs(slopes).max(axis=-1, initial=0.0) <= SMALL
    wrong = np.isinf(value) & small
    if wrong.any():
        i = int(np.argmax(wrong))
        fail(
            f"value[{i}] is infinite at z = ({', '.join(f'{v:g}' for v in z[i])}) in {z.dtype}, "
            f"where gradient is {np.abs(slopes[i]).max():g} at most: an overflow on the way to a "
            "number that is none",
            parameter="value",
            index=i,
            analytic="inf",
        )


@check("S8", "loss", "predictions are the declared link of the scores")
def link(subject: Subject) -> None:
    """They stay in its range, so that `--output LINK` before the loss may be folded into it."""
    loss: Loss = subject.component
    if loss.link == "identity":
        skip("its link is the identity")
    try:
        activation: Activation = subject.partner("activation", loss.link)
    except NnplugError as error:
        fail(f"its link is no activation: {error.message}", parameter="link")
    for example in examples(loss, 40):
        for scale in (1.0, 10.0, FARTHEST / 5):
            z = scale * example.z
            y = loss.predict(z)
            require_array("predict", y, z.shape, z.dtype)
            require_agreement(
                "predict",
                y,
                activation.forward(z),
                rtol=1e-12,
                atol=1e-15,
                names=("found", loss.link),
            )
            low, high = activation.range or (-np.inf, np.inf)
            if not ((y >= low) & (y <= high)).all():
                fail(
                    f"predict leaves [{low:g}, {high:g}], the range of {loss.link}",
                    parameter="predict",
                )

"""Wrong gradients of losses: off by a factor, averaged too often, those of another loss."""

from typing import Any, NamedTuple

import numpy as np

from nnplug.core.loss import Loss
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import close, factor, ratio, same, spoken, unread_hyperparameter
from nnplug.testing.draws import generator
from nnplug.testing.loss import gradient_by_differences
from nnplug.testing.losses import Example, examples
from nnplug.testing.numeric import Numbers
from nnplug.testing.settings import example

GRADIENT = ("S1", "I1", "I2")
SAMPLES = 40


class Slopes(NamedTuple):
    """What gradient gives, and what the value's finite differences give.

    trusted : where the differences are good enough to compare
    """

    task: str
    z: Numbers
    t: Numbers
    given: Numbers
    right: Numbers
    trusted: Any

    @property
    def pair(self) -> tuple[Numbers, Numbers]:
        """Both sides, where they can be compared."""
        return self.given[self.trusted], self.right[self.trusted]


def slopes_at(loss: Loss, task: str, z: Numbers, t: Numbers) -> Slopes:
    """Return both sides at given scores and targets."""
    right, trusted = gradient_by_differences(loss, z, t)
    return Slopes(task, z, t, loss.gradient(z, t), right, trusted)


def slopes(case: Case) -> Slopes | None:
    """Return the first task at whose ordinary scores the gradient is wrong, or None."""
    return slopes_of(case.component)


def slopes_of(loss: Loss, samples: int = SAMPLES) -> Slopes | None:
    """Return the first task at whose ordinary scores the gradient of one instance is wrong."""
    for soft in (False, True):
        for one in examples(loss, samples, soft=soft):
            if np.shape(loss.value(one.z, one.t)) != one.z.shape[:-1]:
                return None
            found = slopes_at(loss, one.task, one.z, one.t)
            given, right = found.pair
            if found.trusted.mean() > 0.5 and not np.allclose(given, right, rtol=1e-6, atol=1e-8):
                return found
    return None


def widened(one: Example) -> tuple[Numbers, Numbers]:
    """Return scores and targets with outputs added, to tell 1 / outputs from a constant."""
    more = generator(3).uniform(-5, 5, one.z.shape)
    if one.task == "multiclass":
        return np.concatenate([one.z, more], axis=1), np.pad(one.t, ((0, 0), (0, one.z.shape[1])))
    return np.concatenate([one.z, more], axis=1), np.concatenate([one.t, one.t[::-1]], axis=1)


@hypothesis("S1", "S2", "S4", "S10", "I1", "I2", "I3", kinds=("loss",))
def reduced(case: Case) -> str | None:
    """Look at how many numbers value returns."""
    loss = case.component
    one = examples(loss, 5)[0]
    value = np.asarray(loss.value(one.z, one.t))
    if value.ndim == 0:
        return "a mean or sum over the samples, too: value is one number; give axis=-1"
    if value.shape == one.z.shape and value.shape[-1] > 1:
        return "no mean over the outputs: value has a number for each; add .mean(axis=-1)"
    if value.shape == (5,) and np.shape(loss.value(one.z[:1], one.t[:1])) == ():
        return "lost axes of length 1: of 5 samples value gives 5 numbers, of one a bare number"
    return None


@hypothesis("S2", "S4", *GRADIENT, kinds=("loss",))
def averaged_over_samples(case: Case) -> str | None:
    """Ask for 5 samples, for 10, and for one alone: is it divided by their number?"""
    loss = case.component
    for name in ("value", "gradient"):
        shares = []
        for n in (5, 10):
            one = examples(loss, n)[0]
            z, t = one.z, one.t
            whole = getattr(loss, name)(z, t)
            rows = [getattr(loss, name)(z[i : i + 1], t[i : i + 1]) for i in range(n)]
            shares.append(ratio(whole, np.concatenate(rows), rtol=1e-9))
        if close(shares[0], 1 / 5) and close(shares[1], 1 / 10):
            return (
                f"a mean over the samples: {name} is divided by their number already, and the "
                "engine averages; return each sample's own"
            )
    return None


@hypothesis(*GRADIENT, kinds=("loss",))
def averaged_over_outputs(case: Case) -> str | None:
    """Fit the ratio with several numbers of outputs."""
    found = case.measure(slopes)
    if found is None:
        return None
    loss, k = case.component, found.z.shape[-1]
    one = next(e for e in examples(loss, SAMPLES) if e.task == found.task)
    z, t = widened(one) if found.task != "binary" or k > 1 else (one.z, one.t)
    if z.shape[-1] == k:
        return None
    narrow, wide = ratio(*found.pair), ratio(*slopes_at(loss, found.task, z, t).pair)
    doubled = _value_of_doubled(loss, one) if found.task == "regression" else None
    for c in (1.0, 0.5, 2.0):
        times = "" if c == 1 else f" and by {spoken(c)}"
        if close(narrow, c * k) and close(wide, c * z.shape[-1]):
            if close(doubled, 2.0):
                return None  # the value is a sum itself
            return (
                f"a sum over the outputs where the value takes their mean: gradient is {k} times "
                f"the slopes of value{times} with {k} outputs, {z.shape[-1]} times with "
                f"{z.shape[-1]}"
            )
        if close(narrow, c / k) and close(wide, c / z.shape[-1]):
            if close(doubled, 1.0):
                return (
                    "a mean over the outputs, taken twice: the value takes it once, and gradient "
                    f"is 1/{k} of its slopes{times} with {k} outputs, 1/{z.shape[-1]} with "
                    f"{z.shape[-1]}"
                )
            return (
                f"a mean over the outputs where the value takes their sum: gradient is 1/{k} of "
                f"the slopes of value{times} with {k} outputs, 1/{z.shape[-1]} with {z.shape[-1]}"
            )
    return None


def _value_of_doubled(loss: Loss, one: Example) -> float | None:
    """Return by what value changes with each output there twice: 1 for a mean, 2 for a sum."""
    z, t = (np.concatenate([a, a], axis=-1) for a in (one.z, one.t))
    doubled, plain = loss.value(z, t), loss.value(one.z, one.t)
    return 1.0 if same(doubled, plain) else ratio(doubled, plain)


@hypothesis(*GRADIENT, kinds=("loss",))
def constant_factor(case: Case) -> str | None:
    """Fit the ratio."""
    found = case.measure(slopes)
    c = None if found is None else ratio(*found.pair)
    if c is None:
        return None

    def measure(loss: Loss) -> float | None:
        other = slopes_of(loss)
        return 1.0 if other is None else ratio(*other.pair)

    return factor("gradient", "the slope of value", c, case.component, measure)


@hypothesis(*GRADIENT, kinds=("loss",))
def unread(case: Case) -> str | None:
    """Change each hyperparameter: the value's slopes change, and the gradient does not."""
    found = case.measure(slopes)
    if found is None:
        return None

    def both(loss: Loss) -> tuple[Any, Any]:
        again = slopes_at(loss, found.task, found.z, found.t)
        return again.given, np.where(again.trusted & found.trusted, again.right, found.right)

    name = unread_hyperparameter(case.component, both)
    return f"{name} is not read: value changes with it, gradient does not" if name else None


@hypothesis(*GRADIENT, kinds=("loss",))
def rounded_targets(case: Case) -> str | None:
    """Round the targets, and see that the gradient does not notice, and the value does."""
    found, loss = case.measure(slopes), case.component
    if found is None or found.task == "regression":
        return None
    whole = np.round(found.t)
    if np.array_equal(whole, found.t) or not np.array_equal(
        loss.gradient(found.z, whole), found.given
    ):
        return None
    if np.array_equal(loss.value(found.z, whole), loss.value(found.z, found.t)):
        return None
    return "rounded targets: gradient takes 0.3 for 0 and 0.7 for 1, and value does not"


@hypothesis(*GRADIENT, kinds=("loss",))
def of_another_loss(case: Case) -> str | None:
    """Compare with the gradients of the built-in losses."""
    found, subject = case.measure(slopes), case.subject
    if found is None:
        return None
    for entry in subject.registry.entries("loss"):
        if entry.provider.package != "nnplug" or entry.cls is subject.cls:
            continue
        other: Any = example(entry.cls, subject.registry)
        if found.task not in other.tasks:
            continue
        theirs = other.gradient(found.z, found.t)
        c = 1.0 if same(found.given, theirs) else ratio(found.given, theirs)
        if c is not None:
            times = "" if close(c, 1) else f"{spoken(c)} times "
            return (
                f"value and gradient of different losses: gradient is exactly {times}that of "
                f"{entry.name}, and value is another"
            )
    return None

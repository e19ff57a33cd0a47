"""Losses: the way down, which leads to the targets, and has no steps in it."""

import numpy as np

from nnplug.core.loss import Loss
from nnplug.engine.scores import as_task, scores
from nnplug.testing.agreement import fail
from nnplug.testing.checks import check
from nnplug.testing.losses import Example, examples
from nnplug.testing.numeric import Numbers
from nnplug.testing.subject import Subject

STEPS = 300
WRONG = 3.0
"""How far on the wrong side of a class scores begin."""

DISTANCES = (1.0, 0.1, 10.0)
"""How far from a number they begin, until one leads there: a loss may not care for what is far
off (an outlier), or near (a tolerance)."""

REACH, CELLS = 8.0, 4000
"""A jump is looked for from -REACH to REACH."""

MOST = 5
"""So many suspicious places are looked at closely, the worst ones."""


@check("S11", "loss", "the way down leads to the targets, and has no jumps")
def course(subject: Subject) -> None:
    """Smaller is better: who follows -gradient must come to predictions that are right."""
    loss: Loss = subject.component
    for example in examples(loss, 12):
        _require_targets(loss, example)
        for j in range(example.z.shape[-1]):
            _refuse_jumps(loss, example, j)


def _require_targets(loss: Loss, example: Example) -> None:
    regression = example.task == "regression"
    found = []
    for distance in DISTANCES if regression else (WRONG,):
        z = _wrong_scores(loss, example, distance)
        before = _error(loss.predict(z), example.y, example.task)
        after = _error(loss.predict(_descended(loss, z, example.t)), example.y, example.task)
        if after <= (0.5 * before if regression else 0.0):
            return
        found.append((before, after))
    before, after = found[0]
    what = "the mean distance from the targets" if regression else "the share of errors"
    fail(
        f"down along -gradient, {what} ({example.task}) goes from {before:.3g} to {after:.3g}: "
        "smaller values of the loss must mean better predictions",
        parameter="gradient",
        analytic=after,
        numeric=before,
    )


def _descended(loss: Loss, z: Numbers, t: Numbers) -> Numbers:
    """Return scores after STEPS steps of one length, which shrinks: only the way counts."""
    size = 1.0
    for _ in range(STEPS):
        slope = loss.gradient(z, t)
        longest = np.abs(slope).max(axis=-1, keepdims=True)
        z = z - size * slope / np.where(longest > 0, longest, 1.0)
        size *= 0.98
    return z


def _wrong_scores(loss: Loss, example: Example, distance: float) -> Numbers:
    """Return scores on the wrong side of every target, or so far from it."""
    t = example.t
    if example.task == "regression":
        return t + np.where(np.arange(t.size).reshape(t.shape) % 2, distance, -distance)
    middle = t.mean(axis=-1, keepdims=True)
    if t.shape[-1] == 1:
        middle = loss.encode(np.array([[0.0], [1.0]]), example.task).mean()
    return np.where(t > middle, -distance, distance)


def _error(predictions: Numbers, y: Numbers, task: str) -> float:
    if task == "regression":
        return float(np.abs(predictions - y).mean())
    return 1.0 - scores(as_task(predictions, task), y, task)["accuracy"]


def _refuse_jumps(loss: Loss, example: Example, j: int) -> None:
    """Walk along one score: a step of value that gradient does not explain is a jump."""
    for row in range(min(3, len(example.z))):
        t = example.t[row]
        start = example.z[row].copy()
        # Off the round numbers, at which losses like to have their kinks.
        along = np.linspace(-REACH, REACH, CELLS + 1) + 1e-4 * np.sqrt(2)
        z = np.tile(start, (len(along), 1))
        z[:, j] = along + (t[j] if example.task == "regression" else 0.0)
        targets = np.broadcast_to(t, z.shape)
        value, slope = loss.value(z, targets), loss.gradient(z, targets)[:, j]
        h = along[1] - along[0]
        rise = np.abs(np.diff(value))
        # Between two slopes of a kink or a bend the rise is what one of them makes of h.
        steepest = np.maximum(np.abs(slope[1:]), np.abs(slope[:-1]))
        excess = rise - 3 * h * steepest - 1e-9 * (1 + np.abs(value[1:]))
        worst = np.argsort(-excess)[:MOST]
        for i in worst[excess[worst] > 0]:
            _require_no_jump(loss, z[i], z[i + 1], t, example.task)


def _require_no_jump(loss: Loss, low: Numbers, high: Numbers, t: Numbers, task: str) -> None:
    """Halve a cell, as long as numbers allow, and see whether the step is left."""
    steps: list[float] = []
    value: Numbers = np.zeros(3)
    for _ in range(60):
        z = np.stack([low, (low + high) / 2, high])
        value = loss.value(z, np.broadcast_to(t, z.shape))
        halves = np.abs(np.diff(value))
        low, high = (z[0], z[1]) if halves[0] >= halves[1] else (z[1], z[2])
        steps.append(float(halves.max()))
    if steps[-1] > max(0.5 * steps[0], 1e-9 * (1 + float(np.abs(value).max()))):
        j = int(np.abs(high - low).argmax())
        where = f"z - t = {high[j] - t[j]:.6g}" if task == "regression" else f"z = {high[j]:.6g}"
        fail(
            f"value jumps by {steps[-1]:.4g} at {where} ({task}): no gradient can show it; the "
            "two sides must meet",
            parameter="value",
            index=float(high[j]),
            analytic=steps[-1],
        )

"""Sums, means and norms over the wrong axis: found by changing one number and seeing what moves."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nnplug.testing.bench import Bench
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.draws import generator
from nnplug.testing.layer import bench_of
from nnplug.testing.losses import examples
from nnplug.testing.walk import advance, constant, fresh_slots

NAMES = ("runs", "samples", "features")

BATCH, STACK = (4, 3), (2, 4, 3)


def reached(function: Callable[[Any], Any], x: Any) -> set[str]:
    """Return along which axes an output depends on another input than its own.

    function : maps (samples, features) or (runs, samples, features) to an array with these axes,
        or without the last one
    """
    names = NAMES[-x.ndim :]
    before, changed = np.array(function(x)), x.copy()
    origin = (0,) * x.ndim
    changed[origin] += 10.0  # enough to become the largest
    after = np.array(function(changed))
    moved = (after != before) & ~(np.isnan(after) & np.isnan(before))
    found = set()
    for axis, name in enumerate(names[: moved.ndim]):
        along = np.moveaxis(moved, axis, 0)
        others = along[(slice(1, None), *[0] * (moved.ndim - 1))]
        if others.any():
            found.add(name)
    return found


def over_wrong_axis(what: str, batch: set[str], stack: set[str], legal: set[str]) -> str | None:
    """Return the mistake that explains along which axes a batch and a stack depend on others.

    legal : the axes along which they may
    """
    extra = (batch | stack) - legal
    if not extra:
        return None
    if batch <= legal and "features" in batch:
        return (
            f"an axis counted from the front: in a batch {what} works along the features, and in "
            f"a stack along the {_listed(stack)}; count from the end: axis=-1"
        )
    if "runs" in stack and "samples" not in stack and "samples" in batch:
        return (
            f"an axis counted from the front: {what} works along axis 0, the samples of a batch "
            "and the runs of a stack; count from the end: axis=-1 are the features"
        )
    if stack >= {"runs", "samples"} or (len(batch) == 2 and "runs" in stack):
        return (
            f"a reduction over all axes: {what} depends on every number of the array; name the "
            "axis: axis=-1, keepdims=True"
        )
    if "samples" in extra and "features" not in batch and what != "value":
        return (
            f"a sum over the wrong axis: {what} works along the samples (axis=-2) and not along "
            "the features (axis=-1)"
        )
    if "samples" in extra:
        return f"a sum over the wrong axis: {what} works along the samples (axis=-2), too"
    return None


def _listed(axes: set[str]) -> str:
    return " and ".join(name for name in NAMES if name in axes)


@hypothesis("A1", "A4", "A8", "I2", kinds=("activation",))
def activation_axes(case: Case) -> str | None:
    """Look at forward, then at backward by dy."""
    f = case.component
    z: dict[Any, Any] = {shape: generator(1).standard_normal(shape) for shape in (BATCH, STACK)}
    forward = [reached(f.forward, z[shape]) for shape in (BATCH, STACK)]
    found = over_wrong_axis("forward", forward[0], forward[1], {"features"})
    if found:
        return found

    def backward(shape: tuple[int, ...]) -> set[str]:
        y = f.forward(z[shape])
        return reached(lambda dy: f.backward(dy, z[shape], y), generator(2).standard_normal(shape))

    return over_wrong_axis("backward", backward(BATCH), backward(STACK), {"features"})


@hypothesis("L2", "L3", "L7", "L11", "I2", kinds=("layer",))
def layer_axes(case: Case) -> str | None:
    """Look at the output by x, and at dx by dy; of layers that keep samples apart alone."""
    layer = case.component
    if not layer.independent_rows or len(layer.sample_shape()) != 1:
        return None
    registry, in_shape = case.subject.registry, tuple(layer.sample_shape())
    batch = bench_of(case.subject)
    stack = Bench(layer, in_shape, registry, seed=[0, 1])
    stack.w[...] = batch.w
    for what, look in (("y", _of_x), ("dx", _of_dy)):
        seen = [look(bench) for bench in (batch, stack)]
        found = over_wrong_axis(what, seen[0], seen[1], {"features"})
        if found:
            meant = "; declare independent_rows = False if that is meant" if what == "y" else ""
            return found + meant
    return None


def _of_x(bench: Bench) -> set[str]:
    return reached(lambda x: bench.output(x), bench.inputs(4))


def _of_dy(bench: Bench) -> set[str]:
    x = bench.inputs(4)
    return reached(lambda dy: bench.gradients(x, dy)[1], bench.upstream(4))


@hypothesis("S1", "S2", "S4", "S8", "S10", "I1", "I2", kinds=("loss",))
def loss_axes(case: Case) -> str | None:
    """Look at the value and the gradient by z."""
    loss = case.component
    for i in range(len(loss.tasks)):
        each = [examples(loss, 4, r)[i] for r in range(2)]
        z, t = np.stack([one.z for one in each]), np.stack([one.t for one in each])
        for what in ("value", "gradient", "predict"):
            batch = reached(_look(loss, what, t[0]), z[0])
            try:
                stack = reached(_look(loss, what, t), z)
            except ValueError:  # another axis than meant has another length
                stack = batch
            found = over_wrong_axis(what, batch, stack, {"features"})
            if found:
                return found
    return None


def _look(loss: Any, what: str, t: Any) -> Callable[[Any], Any]:
    return loss.predict if what == "predict" else partial(_of_targets, getattr(loss, what), t)


def _of_targets(function: Callable[[Any, Any], Any], t: Any, z: Any) -> Any:
    return function(z, t)


@hypothesis("O5", kinds=("optimizer",))
def mixed_weights(case: Case) -> str | None:
    """Change one number of the gradient, and see whether other weights move otherwise."""
    optimizer = case.component
    if optimizer.scope != "element":
        return None
    rng = generator(0)
    w, g = rng.standard_normal(12), rng.standard_normal(12)
    moved = []
    for shift in (0.0, 10.0):
        changed = g.copy()
        changed[0] += shift
        end, _ = advance(
            optimizer, w.copy(), fresh_slots(optimizer, w), optimizer.lr, 1, constant(changed)
        )
        moved.append(end)
    if np.array_equal(moved[0][1:], moved[1][1:]):
        return None
    return (
        "a norm, sum or mean over all weights: a change of one number of the gradient moves the "
        'others; the engine cuts the vector where it likes, so declare scope = "parameter" or '
        '"network" if that is meant'
    )


@hypothesis("A1", "A2", "L1", kinds=("activation", "layer"))
def squeezed(case: Case) -> str | None:
    """Give an axis of length 1, and see whether it is lost, and nothing else."""
    if "is expected" not in str(case.error):
        return None
    for shape in ((5, 1), (1, 3), (1, 5), (1, 1)):
        z = generator(0).standard_normal(shape)
        try:
            y = _forward(case, z)
        except Exception:  # a wrong component may refuse it
            continue
        if y.shape == tuple(n for n in shape if n != 1):
            return (
                f"lost axes of length 1: an input of shape {shape} gives y of shape {y.shape}; no "
                "squeeze(), and keepdims=True in sums"
            )
    return None


def _forward(case: Case, z: Any) -> Any:
    if case.subject.kind == "activation":
        return case.component.forward(z)
    return Bench(case.component, z.shape[1:], case.subject.registry).output(z)

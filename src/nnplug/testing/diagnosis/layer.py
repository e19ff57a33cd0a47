"""Wrong input gradients of layers: transposed, passed on, without sigma', off by a factor."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnplug.testing.bench import Bench, accepted_shapes, accepts
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import ATOL, close, factor, ratio, same, spoken
from nnplug.testing.layer_gradients import SAMPLES
from nnplug.testing.numeric import Numbers, slope

INPUT = ("L3", "L7", "I1", "I2")
OTHER = 7
"""Another number of samples, to tell 1 / n from 1 / 4."""

MOST = 300
"""Numbers of an array whose Jacobian is taken one by one."""


class InputGradient(NamedTuple):
    """What backward gives for dx, and what it should.

    jacobian : (samples, *out, samples, *in), by finite differences
    """

    bench: Bench
    x: Numbers
    dy: Numbers
    y: Numbers
    jacobian: Numbers
    given: Numbers
    right: Numbers


def jacobian(f: Callable[[Numbers], Numbers], v: Numbers) -> Numbers | None:
    """Return df/dv, (*shape of f(v), *shape of v), or None where a kink is near or v is long."""
    if v.size > MOST:
        return None
    columns = []
    for i in range(v.size):
        unit = np.zeros(v.size)
        unit[i] = 1.0
        step = unit.reshape(v.shape)
        found = slope(lambda s, step=step: f(v + s * step))  # type: ignore[misc]  # bound now
        if not found.trusted(1e-6, 1e-8).all():
            return None
        columns.append(found.value)
    whole = np.stack(columns, axis=-1)
    return whole.reshape(*whole.shape[:-1], *v.shape)


def input_gradient(case: Case) -> InputGradient | None:
    """Return the input gradient of the layer, or None where it is right or cannot be compared."""
    return input_gradient_of(case.component, case)


def input_gradient_of(layer: Any, case: Case, samples: int = SAMPLES) -> InputGradient | None:
    """Return the input gradient of one instance, at an input away from kinks."""
    if not layer.differentiable_input:
        return None
    bench = Bench(layer, square_shape(layer), case.subject.registry)
    for draw in range(5):
        x, dy = bench.inputs(samples, draw), bench.upstream(samples, draw)
        whole = jacobian(bench.output, x)
        if whole is None:
            continue
        right = np.tensordot(dy, whole, axes=dy.ndim)
        y, given, _ = bench.gradients(x, dy)
        if given is None or given.shape != x.shape or same(given, right):
            return None
        return InputGradient(bench, x, dy, y, whole, given, right)
    return None


def square_shape(layer: Any) -> Any:
    """Return an input shape from which the layer gives an equal one, or the layer's own.

    There, what misses a transpose gives wrong numbers instead of an error.
    """
    own = tuple(layer.sample_shape())
    out = tuple(layer.output_shape(own))
    candidates = [own, *([out] if accepts(layer, out) else []), *accepted_shapes(layer)]
    return next((one for one in candidates if tuple(layer.output_shape(one)) == one), own)


def rows_of(found: InputGradient) -> Numbers | None:
    """Return each sample's own Jacobian, (samples, out, in), or None where samples mix."""
    n = len(found.x)
    flat = found.jacobian.reshape(n, -1, n, found.x[0].size)
    own = np.einsum("ikil->ikl", flat)
    return own if np.allclose(np.abs(flat).sum(axis=2), np.abs(own), atol=ATOL) else None


@hypothesis(*INPUT, kinds=("layer",))
def passed_on(case: Case) -> str | None:
    """Compare dx with dy."""
    found = case.measure(input_gradient)
    if found is None or not same(found.given, found.dy, rtol=1e-12):
        return None
    return "dy passed on: backward returns it as it came, without the layer's own derivative"


@hypothesis("L1", "L2", *INPUT, kinds=("layer",))
def transposed(case: Case) -> str | None:
    """Compare dx with each row's Jacobian times dy, instead of its transpose."""
    if case.id in ("L1", "L2") and not case.raised:
        return None
    found = case.measure(input_gradient)
    own = None if found is None else rows_of(found)
    if found is None or own is None or own.shape[1] != own.shape[2] or own.shape[1] == 1:
        return None
    forwards = np.einsum("ikl,il->ik", own, found.dy.reshape(len(own), -1))
    if not same(found.given.reshape(forwards.shape), forwards):
        return None
    return "a missing transpose in dx: it is dy W where dy W.mT is meant"


@hypothesis(*INPUT, kinds=("layer",))
def as_elementwise(case: Case) -> str | None:
    """Compare dx with dy times the diagonal of each row's Jacobian."""
    found = case.measure(input_gradient)
    own = None if found is None else rows_of(found)
    if found is None or own is None or own.shape[1] != own.shape[2]:
        return None
    diagonal = np.einsum("ikk->ik", own).reshape(found.dy.shape)
    if not same(found.given, found.dy * diagonal):
        return None
    return (
        "a row treated as elementwise: dx is dy times the diagonal of the Jacobian, and each "
        "output depends on other inputs of its row, too"
    )


@hypothesis(*INPUT, kinds=("layer",))
def statistics_held(case: Case) -> str | None:
    """See whether dx reacts to one dy alone, where y depends on more than one x."""
    found = case.measure(input_gradient)
    if found is None or found.dy.shape != found.x.shape:
        return None
    bench, size = found.bench, found.x.size
    reacts = np.zeros((size, size), bool)
    for i in range(size):
        moved = found.dy.copy()
        moved.flat[i] += 1.0
        changed = bench.gradients(found.x, moved)[1]
        reacts[i] = np.abs(changed - found.given).reshape(-1) > ATOL
    depends = np.abs(found.jacobian.reshape(size, size)) > 1e-6
    if (reacts & ~np.eye(size, dtype=bool)).any() or not (depends & ~reacts).any():
        return None
    if not reacts.any():
        return None
    return (
        "a gradient through the statistics left out: dx[i] reacts to dy[i] alone, and y[i] "
        "depends on other x, too, as through a mean or a norm"
    )


@hypothesis(*INPUT, kinds=("layer",))
def missing_shortcut(case: Case) -> str | None:
    """Add dy to dx: then it is right."""
    found = case.measure(input_gradient)
    if found is None or found.dy.shape != found.x.shape:
        return None
    if not same(found.given + found.dy, found.right):
        return None
    return "a missing summand: dx is right once dy is added; y has x itself in it, as x + f(x)"


@hypothesis(*INPUT, kinds=("layer",))
def elsewhere(case: Case) -> str | None:
    """Compare dx with what it should be, both sorted, sample by sample."""
    found = case.measure(input_gradient)
    if found is None or not same_elsewhere(found.given, found.right, len(found.x)):
        return None
    return "the right numbers in other places: dx is reshaped or transposed the wrong way"


def same_elsewhere(given: Numbers, right: Numbers, rows: int = 1) -> bool:
    """Say whether both hold the same numbers, row by row, and in another order."""
    if given.size != right.size or given.size < 6 or given.size == rows:
        return False
    a, b = (np.sort(side.reshape(rows, -1), axis=1) for side in (given, right))
    return same(a, b) and not same(given.reshape(rows, -1), right.reshape(rows, -1))


@hypothesis(*INPUT, kinds=("layer",))
def constant_factor(case: Case) -> str | None:
    """Fit the ratio, and fit it again with another number of samples."""
    found = case.measure(input_gradient)
    c = None if found is None else ratio(found.given, found.right)
    if found is None or c is None:
        return None

    def measure(layer: Any, samples: int = SAMPLES) -> float | None:
        other = input_gradient_of(layer, case, samples)
        return 1.0 if other is None else ratio(other.given, other.right)

    text = by_samples("dx", c, measure(case.component, OTHER))
    return text or factor("dx", "what finite differences give", c, case.component, measure)


def by_samples(what: str, c: float, other: float | None) -> str:
    """Return in words a factor that depends on the number of samples, or "" where it does not.

    c, other : the factors with SAMPLES and with OTHER samples
    """
    if other is None or close(other, c):
        return ""
    if close(c, 1 / SAMPLES) and close(other, 1 / OTHER):
        return f"a mean over the samples: {what} is divided by their number, where the sum is due"
    return (
        f"a factor that depends on the number of samples: {what} is {spoken(c)} times what it "
        f"should be with {SAMPLES} of them, {spoken(other)} times with {OTHER}"
    )


@hypothesis("L4", kinds=("layer",))
def clipped(case: Case) -> str | None:
    """Send back a dy a thousand times as large, and see that nothing grows."""
    bench = Bench(case.component, tuple(case.component.sample_shape()), case.subject.registry)
    x, dy = bench.inputs(SAMPLES), bench.upstream(SAMPLES)
    small, large, larger = (bench.gradients(x, size * dy) for size in (1e-6, 1e6, 1e9))
    for name, i in (("dx", 1), ("the parameters' gradient", 2)):
        if larger[i] is None or not same(large[i], larger[i], rtol=1e-9):
            continue
        if not same(small[i], large[i], rtol=1e-9):
            return (
                f"clipping: a dy of 1e9 makes {name} no larger than one of 1e6; the engine "
                "clips, once, for all"
            )
    return None


LINKS: tuple[tuple[str, Callable[[Numbers], Numbers]], ...] = (
    ("1 - y^2 (tanh)", lambda y: 1 - y * y),
    ("y (1 - y) (sigmoid)", lambda y: y * (1 - y)),
    ("1 where y > 0 (relu)", lambda y: (y > 0).astype(y.dtype)),
)
"""Derivatives of functions that a layer may apply at its end, by the output."""


@hypothesis("L2", *INPUT, kinds=("layer",))
def inner_derivative(case: Case) -> str | None:
    """Hand backward a dy that sigma' is in already, or is taken out of; then all is right."""
    found = case.measure(input_gradient)
    if found is None or found.y.shape != found.dy.shape:
        return None
    for name, derivative in LINKS:
        inner = derivative(found.y)
        if np.abs(inner - 1).max() < 1e-3:
            continue
        given = found.bench.gradients(found.x, found.dy * inner)[1]
        if same(given, found.right):
            return f"a missing sigma': with dy times {name} handed to backward, dx is right"
        if (inner != 0).all():
            given = found.bench.gradients(found.x, found.dy / inner)[1]
            if same(given, found.right):
                return f"sigma' once too often: with dy divided by {name} first, dx is right"
    return None

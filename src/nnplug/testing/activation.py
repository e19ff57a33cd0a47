"""Activations: shapes, the derivative, backward, extreme numbers."""

from functools import partial
from typing import Any

import numpy as np

from nnplug.core.activation import Activation, is_elementwise
from nnplug.engine.columns import with_columns
from nnplug.testing.agreement import fail, require_agreement, require_array, skip
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.numeric import Numbers, Slope, partials, slope
from nnplug.testing.outcome import CheckFailed
from nnplug.testing.settings import differing
from nnplug.testing.subject import Subject

POINTS = 2000
REACH = 30.0
RTOL, ATOL = 1e-7, 1e-8
CLEAR = 1e-4
"""How far from a declared kink points stay; the shortest stencil reaches 2e-5."""

EXTREMES = (0.0, -0.0, 1e-300, -1e-300, 30.0, -30.0, 710.0, -710.0, 1e6, -1e6)


def has_derivative(f: Activation) -> bool:
    """Say whether f gives dy/dz, number by number."""
    return type(f).derivative is not Activation.derivative


def away_from_kinks(f: Activation, z: Numbers) -> Numbers:
    """Return z with the points that are too close to a kink moved away from it."""
    moved = z.copy()
    for kink in f.kinks:
        close = np.abs(moved - kink) < CLEAR
        moved[close] = kink + np.where(moved[close] < kink, -2 * CLEAR, 2 * CLEAR)
    return moved


def points(f: Activation, shape: tuple[int, ...], draw: int = 0) -> Numbers:
    """Return ordinary points, N(0, 2^2), away from kinks."""
    return away_from_kinks(f, 2 * generator(draw).standard_normal(shape))


@check("A1", "activation", "keeps the shape, for rows and runs apart")
def shapes(subject: Subject) -> None:
    """Rows and runs must not be mixed: a sum over the wrong axis would."""
    f: Activation = subject.component
    for shape in ((5, 3), (1, 1), (0, 3), (2, 4, 3), (4, 2, 3, 2)):
        z = points(f, shape)
        y = f.forward(z)
        require_array(f"forward of z {list(shape)}", y, shape, z.dtype)
        if has_derivative(f):
            slopes = f.derivative(z, y)
            require_array(f"derivative of z {list(shape)}", slopes, shape, z.dtype)
        dz = f.backward(np.ones(shape), z, y)
        require_array(f"backward of z {list(shape)}", dz, shape, z.dtype)
    z = points(f, (2, 4, 3))
    dy = generator(1).standard_normal(z.shape)
    y, dz = f.forward(z), f.backward(dy, z, f.forward(z))
    for index in np.ndindex(2, 4):
        # Each row in a batch of its own.
        alone = z[index][None]
        row = f.forward(alone)
        back = f.backward(dy[index][None], alone, row)
        for name, whole, single in (("forward", y, row), ("backward", dz, back)):
            require_agreement(
                f"{name} of row {index[1]} of run {index[0]}",
                whole[index],
                single[0],
                rtol=1e-12,
                atol=1e-14,
                names=("in a stack", "alone"),
                hint="index axes from the end: features are the last one",
            )


def compared(f: Activation) -> tuple[Numbers, Slope]:
    """Return 2,000 points of [-30, 30] away from declared kinks, (points, 1), and slopes there."""
    rng = generator(0)
    z = np.concatenate([rng.uniform(-REACH, REACH, POINTS * 3 // 4), rng.normal(0, 2, POINTS // 4)])
    z = away_from_kinks(f, z)[:, None]
    return z, slope(lambda s: f.forward(z + s))


@check("A2", "activation", "derivative agrees with finite differences")
def derivative(subject: Subject) -> None:
    """Compare at 2,000 points of [-30, 30], away from declared kinks."""
    f: Activation = subject.component
    if not has_derivative(f):
        skip("it is not elementwise and gives backward, which A4 compares")
    z, numeric = compared(f)
    analytic = f.derivative(z, f.forward(z))
    require_array("derivative", analytic, z.shape, z.dtype)
    usable = numeric.trusted(RTOL, ATOL)
    if usable.mean() < 0.9:
        where = float(z[~usable][0])
        fail(
            f"forward has no derivative at z = {where:.6g}, nor at {np.sum(~usable)} of {POINTS} "
            "points: it jumps, draws on chance, or is not finite",
            parameter="forward",
            index=where,
        )
    require_agreement(
        "derivative",
        analytic[usable],
        numeric.value[usable],
        rtol=RTOL,
        atol=ATOL,
        where=[f"z = {v:.6g}" for v in z[usable]],
    )


@check("A4", "activation", "backward is the transposed derivative, linear in dy")
def backward(subject: Subject) -> None:
    """Compare backward(dy) with the slopes of sum(dy y) by every z."""
    f: Activation = subject.component
    for shape in ((5, 3), (2, 3, 4)):
        for draw in range(5):
            z = points(f, shape, draw)
            dy = generator(draw + 1).standard_normal(shape)
            where = list(np.ndindex(shape))
            numeric = partials(partial(_weighted, f, dy), z, where)
            if numeric.trusted(RTOL, ATOL).all():
                break
        else:
            fail("forward has no derivative at any of five draws of z", parameter="forward")
        y = f.forward(z)
        dz = f.backward(dy, z, y)
        require_array("backward", dz, shape, z.dtype)
        require_agreement("backward", dz, numeric.value.reshape(shape), rtol=RTOL, atol=ATOL)
        _require_linear(f, z, y, dy)


def _weighted(f: Activation, dy: Numbers, z: Numbers) -> float:
    return float((dy * f.forward(z)).sum())


def _require_linear(f: Activation, z: Any, y: Any, dy: Any) -> None:
    nothing = f.backward(np.zeros_like(dy), z, y)
    if nothing.any():
        worst = float(np.abs(nothing).max())
        fail(f"backward(0) is {worst:g}, not 0", parameter="backward", analytic=worst, numeric=0.0)
    other = generator(9).standard_normal(z.shape)
    both = f.backward(2.0 * dy - 3.0 * other, z, y)
    apart = 2.0 * f.backward(dy, z, y) - 3.0 * f.backward(other, z, y)
    names = ("backward(2u - 3v)", "2 backward(u) - 3 backward(v)")
    require_agreement("backward", both, apart, rtol=1e-10, atol=1e-12, names=names)


@check("A5", "activation", "finite, without a warning, at extreme numbers")
def extremes(subject: Subject) -> None:
    """Feed each number alone and all in one row, in float64 and float32."""
    f: Activation = subject.component
    for dtype in ("float64", "float32"):
        each = np.array(EXTREMES, dtype)
        for z in (*each.reshape(-1, 1, 1), each[None, :]):
            label = f"z = {z[0, 0]:g}" if z.size == 1 else "all extremes in one row"
            try:
                with np.errstate(over="raise", divide="raise", invalid="raise"):
                    y = f.forward(z)
                    dz = f.backward(np.ones_like(z), z, y)
            except FloatingPointError as error:
                raise CheckFailed(
                    f"{error} at {label} ({dtype})", parameter="forward", index=label
                ) from None
            for name, got in (("forward", y), ("backward", dz)):
                if not np.isfinite(got).all():
                    wrong = got[~np.isfinite(got)][0]
                    fail(
                        f"{name} is {wrong} at {label} ({dtype})",
                        parameter=name,
                        index=label,
                        analytic=str(wrong),
                    )


@check("A7", "activation", "NaN in, NaN out")
def not_a_number(subject: Subject) -> None:
    """A NaN that vanishes hides the step at which training broke."""
    f: Activation = subject.component
    z = points(f, (3, 4))
    clean = f.forward(z)
    z[1, 2] = np.nan
    y = f.forward(z)
    hit = y[1, 2:3] if is_elementwise(type(f)) else y[1]
    if not np.isnan(hit).any():
        fail(
            f"forward(nan) is {hit[0]:g}, not nan",
            parameter="forward",
            index=(1, 2),
            analytic=float(hit[0]),
            numeric="nan",
        )
    rest = np.ones(z.shape, bool)
    rest[1] = False
    if is_elementwise(type(f)):
        rest[1] = [True, True, False, True]
    if not np.array_equal(y[rest], clean[rest]):
        fail("a NaN spreads to other samples or features", parameter="forward", index=(1, 2))


@check("A8", "activation", "stacked with differing hyperparameters = one by one")
def stacked(subject: Subject) -> None:
    """A float that differs between runs is a column: np.where and max take it, `if` does not."""
    runs: list[Activation] = differing(subject.component, 3)
    for dtype in ("float64", "float32"):
        f = with_columns(runs, 3, dtype)
        z = np.stack([points(one, (4, 3), r) for r, one in enumerate(runs)]).astype(dtype)
        dy = generator(5).standard_normal(z.shape).astype(dtype)
        y = f.forward(z)
        dz = f.backward(dy, z, y)
        for r, one in enumerate(runs):
            alone = one.forward(z[r])
            back = one.backward(dy[r], z[r], alone)
            for name, many, single in (("forward", y, alone), ("backward", dz, back)):
                require_array(f"{name} of a stack", many, z.shape, dtype)
                require_agreement(
                    f"{name} of run {r}",
                    many[r],
                    single,
                    rtol=100 * float(np.finfo(dtype).eps),
                    atol=100 * float(np.finfo(dtype).eps),
                    names=("stacked", "alone"),
                )

"""Derivatives by finite differences, each with a figure for how far it can be trusted.

The five-point stencil with step h is off by h^4 f'''''/30 and by rounding, about 2e-16 |f| / h:
1e-12 and 2e-13 |f| for h = 1e-3. Each derivative is taken with h and with h / 2; where the two
disagree, or the slopes left and right do, there is a kink or a steep bend within reach, and smaller
steps are tried. Who asks moves the point if none helps.

The two may agree by chance on a wrong value, if a jump of the second derivative (of softsign at 0,
of Huber's loss at delta) stands just so between the points. The curvature at three distances shows
it then: it is even in s where the slopes are odd, and does not vanish for the same position.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating[Any]]

STEPS = (1e-3, 1e-4, 1e-5)
"""Steps to try; from the first to the last, rounding costs two more digits."""

ROUNDING = 1e-15
"""Times |f| / h, what rounding costs: f itself is taken to be right to a few units in the last
place. Without it, a difference that rounding has swallowed would look exact."""

CURVATURE_ROUNDING = 2e-14
"""Times |f| / h, what rounding makes of curvatures compared: some 64 units in the last place."""

ENOUGH = 1e-9
"""A step is good enough where its two estimates agree to this, times 1 + |slope|."""

KINK = 1e-6
"""A gap between the slopes left and right that is wider than this, times 1 + |slope|, and that does
not shrink with the step, is a kink."""


class Slope(NamedTuple):
    """An estimated derivative.

    error : how far two estimates disagree, and what rounding adds; infinite at a kink
    """

    value: Numbers
    error: Numbers

    def trusted(self, rtol: float, atol: float) -> NDArray[np.bool_]:
        """Say where the estimate is good enough for a comparison with these tolerances.

        It may not take more than a tenth of them.
        """
        finite = np.isfinite(self.value)
        return finite & (self.error <= 0.1 * (rtol * np.abs(self.value) + atol))


def slope(f: Callable[[float], Any], steps: tuple[float, ...] = STEPS) -> Slope:
    """Return d f(s) / ds at s = 0, elementwise for whatever array f returns."""
    centre = np.asarray(f(0.0), np.float64)
    value = np.full(centre.shape, np.nan)
    error = np.full(centre.shape, np.inf)
    with np.errstate(all="ignore"):
        for h in steps:
            new = _with_step(f, centre, h)
            better = new.error < error
            value = np.where(better, new.value, value)
            error = np.where(better, new.error, error)
            if (error <= ENOUGH * (1 + np.abs(value))).all():
                break
    return Slope(value, error)


def _with_step(f: Callable[[float], Any], centre: Numbers, h: float) -> Slope:
    at = {k: np.asarray(f(k * h), np.float64) for k in (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)}
    coarse = (at[-2] - 8 * at[-1] + 8 * at[1] - at[2]) / (12 * h)
    fine = (at[-1] - 8 * at[-0.5] + 8 * at[0.5] - at[1]) / (6 * h)
    rounding = np.abs(centre) / h
    bent = np.maximum(h * _bend(at, centre, h) - CURVATURE_ROUNDING * rounding, 0)
    error = np.abs(coarse - fine) + bent + ROUNDING * rounding
    # Of a smooth f the gap between these is of order h^2: it falls to a quarter from h to h / 2.
    wide = np.abs(_side(at[1], at[2], centre, h) + _side(at[-1], at[-2], centre, h))
    narrow = np.abs(_side(at[0.5], at[1], centre, h / 2) + _side(at[-0.5], at[-1], centre, h / 2))
    kinked = (narrow > 0.5 * wide) & (narrow > KINK * (1 + np.abs(fine)))
    return Slope(fine, np.where(kinked, np.inf, error))


def _bend(at: Mapping[float, Numbers], centre: Numbers, h: float) -> Numbers:
    """Return by how much the curvature differs between steps; of a smooth f it is of order h^4."""
    half, one, two = ((at[k] + at[-k] - 2 * centre) / (k * h) ** 2 for k in (0.5, 1.0, 2.0))
    return np.abs(two - 5 * one + 4 * half)


def _side(near: Numbers, far: Numbers, centre: Numbers, h: float) -> Numbers:
    """Return the slope away from the centre, of second order, from points h and 2 h away."""
    return (4 * near - far - 3 * centre) / (2 * h)


def partials(
    f: Callable[[Numbers], Any], x: Numbers, where: list[tuple[int, ...]], scale: float = 1.0
) -> Slope:
    """Return df/dx[i] for each index in `where`; f maps an array like x to a number.

    scale : steps are this many times as long
    """
    found = [_partial(f, x, i, scale) for i in where]
    return Slope(
        np.array([float(one.value) for one in found]),
        np.array([float(one.error) for one in found]),
    )


def _partial(f: Callable[[Numbers], Any], x: Numbers, i: tuple[int, ...], scale: float) -> Slope:
    moved = x.copy()

    def along(s: float) -> Any:
        moved[i] = x[i] + s
        return f(moved)

    return slope(along, tuple(scale * h for h in STEPS))


def directional(f: Callable[[Numbers], Any], x: Numbers, direction: Numbers) -> Slope:
    """Return d f(x + s direction) / ds at s = 0."""
    return slope(lambda s: f(x + s * direction))


class Kinks(NamedTuple):
    """Where a function of one number has no derivative, and its slopes left and right of there."""

    at: Numbers
    left: Numbers
    right: Numbers


def find_kinks(
    f: Callable[[Numbers], Any], low: float, high: float, cells: int, halvings: int = 14
) -> Kinks:
    """Return the kinks of an elementwise f between low and high.

    Around every grid point the slopes left and right are compared; then again with half the step,
    around whichever of three centres has the widest gap, and so on. The gap of a smooth function
    halves each time, that of a kink does not.
    """
    # Off the round numbers, at which functions like to have their kinks.
    h = (high - low) / cells
    centre = low + h * (np.arange(cells) + 0.4142135623730951)
    with np.errstate(all="ignore"):
        last = middle = first = np.abs(_gap(f, centre, h))
        for turn in range(halvings):
            h /= 2
            tries = np.stack([centre - h, centre, centre + h])
            gaps = np.abs(np.stack([_gap(f, one, h) for one in tries]))
            best = np.nanargmax(np.where(np.isnan(gaps), -1.0, gaps), axis=0)
            centre = np.take_along_axis(tries, best[None], axis=0)[0]
            last = np.take_along_axis(gaps, best[None], axis=0)[0]
            # Where a smooth f turns from one bend to the other, the first gap happens to be 0.
            middle = last if turn == halvings // 2 else middle
        rounding = 1e-15 * np.abs(f(centre)) / h
        kinked = (last > 0.05 * first) & (last > 0.2 * middle) & (last > 1e-6 + 20 * rounding)
        at = _separate(centre[kinked], 8 * h)
        step = 64 * h
        left = (f(at - h) - f(at - h - step)) / step
        right = (f(at + h + step) - f(at + h)) / step
    return Kinks(at, np.asarray(left), np.asarray(right))


def _gap(f: Callable[[Numbers], Any], x: Numbers, h: float) -> Numbers:
    """Return the slope right of x less the slope left of x."""
    return np.asarray((f(x + h) - 2 * f(x) + f(x - h)) / h, np.float64)


def _separate(found: Numbers, width: float) -> Numbers:
    """Return one of each group of numbers that are closer together than `width`."""
    ordered = np.sort(found)
    if len(ordered) == 0:
        return ordered
    first: Numbers = ordered[np.concatenate([[True], np.diff(ordered) > width])]
    return first

"""Wrong derivatives of activations: fed the wrong array, off by a factor, wrong on one side."""

from typing import Any, NamedTuple

import numpy as np

from nnplug.core.activation import Activation, is_elementwise
from nnplug.testing.activation import ATOL, RTOL, compared, has_derivative
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import factor, ratio, same, spoken, unread_hyperparameter
from nnplug.testing.numeric import Numbers, slope

DERIVATIVE = ("A2", "A4", "I1", "I2")
FEW = 20
"""So many points must speak for a mistake that shows in a part of them alone."""


class Slopes(NamedTuple):
    """What derivative gives, and what forward's finite differences give, at points z."""

    f: Activation
    z: Numbers
    y: Numbers
    given: Numbers
    right: Numbers


def slopes(case: Case) -> Slopes | None:
    """Return the slopes, or None where the derivative is right, or is not asked for."""
    return slopes_of(case.component)


def slopes_of(f: Activation) -> Slopes | None:
    """Return the slopes of one instance, or None where they are right."""
    if not has_derivative(f) or not is_elementwise(type(f)):
        return None
    z, numeric = compared(f)
    usable = numeric.trusted(RTOL, ATOL)
    z, right = z[usable][:, None], numeric.value[usable][:, None]
    y = f.forward(z)
    given = f.derivative(z, y)
    if given.shape != z.shape or (np.abs(given - right) <= RTOL * np.abs(right) + ATOL).all():
        return None
    return Slopes(f, z, y, given, right)


@hypothesis(*DERIVATIVE, kinds=("activation",))
def swapped(case: Case) -> str | None:
    """Call derivative with z and y exchanged; see which of the two it reads."""
    found = case.measure(slopes)
    if found is None:
        return None
    f, z, y = found.f, found.z, found.y
    if not same(f.derivative(y, z), found.right):
        return None
    reads_z = not np.array_equal(f.derivative(0.9 * z, y), found.given, equal_nan=True)
    reads_y = not np.array_equal(f.derivative(z, 0.9 * y), found.given, equal_nan=True)
    says = f"with z and y exchanged it is right at all {z.size} points"
    if reads_y and not reads_z:
        return f"the derivative called with y instead of z: its formula is one of z, and {says}"
    if reads_z and not reads_y:
        return f"the derivative called with z instead of y: its formula is one of y, and {says}"
    return f"z and y exchanged in derivative: {says}"


@hypothesis(*DERIVATIVE, kinds=("activation",))
def one_number(case: Case) -> str | None:
    """See whether the derivative is 1 everywhere, or 0, while forward's is not."""
    found = case.measure(slopes)
    if found is None or np.ptp(found.right) < 1e-3:
        return None
    if (found.given == 1).all():
        return (
            "a missing derivative (sigma'): it is 1 everywhere, so dy is passed on as it came, "
            f"and forward's slope runs from {found.right.min():.4g} to {found.right.max():.4g}"
        )
    if (found.given == 0).all():
        return "a derivative of 0 everywhere: nothing below it learns"
    return None


@hypothesis(*DERIVATIVE, kinds=("activation",))
def constant_factor(case: Case) -> str | None:
    """Fit the ratio to finite differences, and see that it is the same at all points."""
    found = case.measure(slopes)
    c = None if found is None else ratio(found.given, found.right)
    if found is None or c is None:
        return None
    text = factor("the derivative", "forward's slope", c, found.f, _ratio_of)
    return f"{text} at all {found.z.size} points"


def _ratio_of(f: Activation) -> float | None:
    found = slopes_of(f)
    return 1.0 if found is None else ratio(found.given, found.right)


@hypothesis(*DERIVATIVE, kinds=("activation",))
def unread(case: Case) -> str | None:
    """Change each hyperparameter: forward's slopes change, and the derivative does not."""
    found = case.measure(slopes)
    if found is None:
        return None
    z = np.linspace(-3.03, 3.07, 61)[:, None]

    def both(f: Activation) -> tuple[Any, Any]:
        return f.derivative(z, f.forward(z)), slope(lambda s: f.forward(z + s)).value

    name = unread_hyperparameter(found.f, both)
    return (
        f"{name} is not read: forward's slopes change with it, the derivative does not"
        if name
        else None
    )


@hypothesis(*DERIVATIVE, kinds=("activation",))
def cut_off(case: Case) -> str | None:
    """See whether the slopes are right, but for a limit that they do not pass."""
    found = case.measure(slopes)
    if found is None:
        return None
    low, high = float(found.given.min()), float(found.given.max())
    limited = np.clip(found.right, low, high)
    beyond = np.abs(limited - found.right) > 1e-6 * (1 + np.abs(found.right))
    if min(beyond.sum(), (~beyond).sum()) < FEW or np.ptp(found.right[beyond]) < 1e-3:
        return None  # two levels of a step tell nothing
    if same(found.given, limited):
        return f"clipping: the derivative is forward's slope, cut to [{low:.4g}, {high:.4g}]"
    return None


@hypothesis(*DERIVATIVE, kinds=("activation",))
def one_side(case: Case) -> str | None:
    """See whether it is right on one side of some z, and what it is on the other side."""
    found = case.measure(slopes)
    if found is None:
        return None
    order = np.argsort(found.z[:, 0])
    z, given, right = (a[order, 0] for a in (found.z, found.given, found.right))
    wrong = np.abs(given - right) > 1e-6 * np.abs(right) + ATOL
    telling = wrong | (np.abs(right) > 1e-6)
    z, given, right, wrong = z[telling], given[telling], right[telling], wrong[telling]
    if min(wrong.sum(), (~wrong).sum()) < FEW:
        return None
    changes = np.flatnonzero(wrong[1:] != wrong[:-1])
    borders = [_nice(float(z[i]), float(z[i + 1])) for i in changes[:3]]
    if len(borders) == 1:
        place = f"z {'>' if wrong[-1] else '<'} {borders[0]}"
    elif len(borders) == 2 and wrong[0]:
        place = f"z < {borders[0]} and z > {borders[1]}"
    else:
        return None
    if _fades(given, right, wrong, changes):
        return None
    what = _on_one_side(given[wrong], right[wrong])
    return f"wrong on one side alone: right elsewhere, {what} where {place}"


def _fades(given: Numbers, right: Numbers, wrong: Any, changes: Any) -> bool:
    """Say whether the error only fades out, through a border that is none but of the tolerance.

    A wrong formula may have the right limit, and is not right there for that.
    """
    error = np.abs(given - right)
    typical = float(np.median(error[wrong]))
    for i in changes:
        inside, outside = (i, i + 1) if wrong[i] else (i + 1, i)
        if error[outside] > 0.1 * error[inside]:
            return True
        beyond = right[i + 1 :] if wrong[i] else right[: i + 1]
        if np.ptp(beyond) < 1e-4 and error[inside] < 1e-3 * typical:
            return True
    return False


def _nice(left: float, right: float) -> str:
    """Return the roundest number between two."""
    for digits in range(6):
        rounded = round((left + right) / 2, digits)
        if left <= rounded <= right:
            return f"{rounded + 0.0:g}"
    return f"{(left + right) / 2:.6g}"


def _on_one_side(given: Numbers, right: Numbers) -> str:
    if np.ptp(given) == 0:
        return f"{given[0]:.6g}"
    c = ratio(given, right)
    if c is not None:
        return "of the wrong sign" if abs(c + 1) < 1e-6 else f"{spoken(c)} times forward's slope"
    return "another slope than forward's"

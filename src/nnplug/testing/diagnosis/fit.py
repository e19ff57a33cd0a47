"""Whether numbers fit a hypothesis: equal everywhere, or a constant factor apart."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.testing.settings import nearby

RTOL, ATOL = 1e-6, 1e-8
SIZE = 1e-4
"""Arrays whose numbers are all smaller than this tell nothing."""


def same(a: Any, b: Any, rtol: float = RTOL, atol: float = ATOL) -> bool:
    """Say whether two arrays are of one shape, telling, and equal but for what numerics cost."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or a.size == 0 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    if np.abs(b).max() < SIZE:
        return False
    return bool((np.abs(a - b) <= rtol * np.abs(b) + atol).all())


def ratio(given: Any, right: Any, rtol: float = RTOL) -> float | None:
    """Return c where given = c right everywhere, or None.

    A right side that is one number everywhere cannot tell a factor from a summand: of that,
    the sign alone is recognized.
    """
    a, n = np.asarray(given, np.float64), np.asarray(right, np.float64)
    if a.shape != n.shape or a.size < 2 or not (np.isfinite(a).all() and np.isfinite(n).all()):
        return None
    size = float(np.abs(n).max())
    if size < SIZE or np.abs(a).max() < 1e-12 * size:
        return None
    c = float((a * n).sum() / (n * n).sum())
    alike = float(np.ptp(n)) < 1e-3 * size
    if c == 0 or (alike and abs(c + 1) > rtol):
        return None
    # What the finite differences are off by is enlarged by c as well.
    off = np.abs(a - c * n)
    fits = bool((off <= abs(c) * (rtol * np.abs(n) + ATOL)).all())
    # Of a factor near 1, what is left must be small beside what it explains.
    explains = off.max() <= 0.1 * np.abs(a - n).max()
    return None if not (fits and explains) or abs(c - 1) < 1e-7 else c


def spoken(c: float) -> str:
    """Return a factor as people write it: "2", "1/4", "0.8796"."""
    simple = Fraction(c).limit_denominator(1000)
    if abs(float(simple) - c) <= 1e-7 * abs(c):
        if simple.denominator == 1:
            return str(simple.numerator)
        if abs(simple.numerator) == 1 or simple.denominator <= 10:
            return str(simple)
    return f"{c:.4g}" if abs(c - 1) > 1e-3 else f"{c:.9g}"


def close(a: float | None, b: float, rtol: float = 1e-5) -> bool:
    """Say whether a factor is this one."""
    return a is not None and abs(a - b) <= rtol * abs(b)


FORMS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("{}", lambda h: h),
    ("1 / {}", lambda h: 1 / h),
    ("1 - {}", lambda h: 1 - h),
    ("1 / (1 - {})", lambda h: 1 / (1 - h)),
    ("{}^2", lambda h: h * h),
    ("1 / {}^2", lambda h: 1 / (h * h)),
)


def of_hyperparameter(
    component: Any, c: float, measure: Callable[[Any], float | None], rtol: float = 1e-5
) -> str:
    """Return "slope" or "1 / slope" where that is the factor c, at another setting too; else "".

    measure : the factor of another instance of the class
    """
    for name, parameter in hyperparameters(type(component)).items():
        value = getattr(component, name)
        if not isinstance(value, float) or value in (0.0, 1.0):
            continue
        for form, compute in FORMS:
            if not close(c, compute(value), rtol):
                continue
            for other in nearby(value, parameter):
                try:
                    again = measure(replace(component, **{name: other}))
                except Exception:  # a wrong component may refuse it
                    continue
                if close(again, compute(other), rtol):
                    return form.format(name)
                break
    return ""


def factor(
    what: str, of: str, c: float, component: Any, measure: Callable[[Any], float | None]
) -> str:
    """Return a constant factor in words: "a constant factor: dx is 2 times what y gives".

    what, of : the two sides;  measure : the factor of another instance of the class
    """
    if close(c, -1):
        return f"the wrong sign: {what} is -1 times {of}"
    name = of_hyperparameter(component, c, measure)
    if name.startswith("1 / "):
        return f"a missing factor {name[4:]}: {what} is {name} = {c:.6g} times {of}"
    if name:
        return f"a factor {name} too many: {what} is {name} = {c:.6g} times {of}"
    kind = "the wrong sign and a constant factor" if c < 0 else "a constant factor"
    return f"{kind}: {what} is {spoken(c)} times {of}"


def unread_hyperparameter(component: Any, both: Callable[[Any], tuple[Any, Any]]) -> str:
    """Return the hyperparameter that moves what is right, and not what is given; or "".

    both : returns (given, right) of an instance
    """
    given, right = both(component)
    for name, parameter in hyperparameters(type(component)).items():
        for value in nearby(getattr(component, name), parameter):
            try:
                others = both(replace(component, **{name: value}))
            except Exception:  # a wrong component may refuse it
                continue
            if np.array_equal(others[0], given) and np.abs(others[1] - right).max() > 1e-4:
                return name
            break
    return ""

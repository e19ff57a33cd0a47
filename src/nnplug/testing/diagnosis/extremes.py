"""Overflow at large numbers: the threshold tells which function it is."""

import numpy as np

from nnplug.testing.activation import EXTREMES
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.losses import examples
from nnplug.testing.numeric import Numbers


@hypothesis("A5", "C4", "S7", kinds=("activation", "loss"))
def exp_overflows(case: Case) -> str | None:
    """Look for the score from which on it is not finite: exp overflows at log(largest number)."""
    if case.id == "C4" and "overflow" not in str(case.error):
        return None
    for dtype in ("float64", "float32"):
        limit = float(np.log(np.finfo(dtype).max))
        for sign in (1.0, -1.0):
            if _works(case, 1.0 * sign, dtype) and not _works(case, 2 * limit * sign, dtype):
                threshold = _threshold(case, sign, limit, dtype)
                # Targets of a loss are a few units large, and shift the score.
                if abs(threshold - limit) < (5.0 if case.subject.kind == "loss" else 1e-3 * limit):
                    fine = _works(case, -2 * limit * sign, dtype)
                    other = "is fine" if fine else "breaks as well"
                    return (
                        f"an overflow of exp: it breaks from z = {sign * threshold:.5g} on, the "
                        f"logarithm of the largest {dtype}, and the other side {other}; let exp "
                        "see numbers below 0 alone, exp(-|z|)"
                    )
    return None


def _threshold(case: Case, sign: float, limit: float, dtype: str) -> float:
    low, high = 1.0, 2 * limit
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _works(case, sign * middle, dtype) else (low, middle)
    return high


def _works(case: Case, z: float, dtype: str) -> bool:
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        try:
            return all(np.isfinite(out).all() for out in _outputs(case, np.array([[z]], dtype)))
        except FloatingPointError:
            return False


def _outputs(case: Case, z: Numbers) -> list[Numbers]:
    one = case.component
    if case.subject.kind == "activation":
        y = one.forward(z)
        return [y, one.backward(np.ones_like(z), z, y)]
    found = []
    for made in examples(one, 2):
        t = made.t.astype(z.dtype)
        wide = np.zeros_like(t)
        wide[:, 0] = z[0, 0]
        found += [one.gradient(wide, t), one.value(wide, t)]
    return found


@hypothesis("A5", kinds=("activation",))
def at_zero(case: Case) -> str | None:
    """See whether it breaks exactly at 0, and nowhere else."""
    broken = {z for z in EXTREMES if not _works(case, z, "float64")}
    if broken != {0.0}:
        return None
    zero = np.zeros((1, 1))
    with np.errstate(over="ignore", divide="ignore", invalid="raise"):
        try:
            _outputs(case, zero)
        except FloatingPointError:
            return "0 / 0 at z = 0: it breaks there and nowhere else; give the limit at 0 itself"
    return "1 / 0 at z = 0: it breaks there and nowhere else; give a finite number at 0 itself"

"""Schedules: what multiplies lr is a number that one can multiply with."""

import math
import time

from nnplug.core.schedule import Schedule
from nnplug.testing.agreement import fail
from nnplug.testing.checks import check
from nnplug.testing.subject import Subject

TOTALS = (1, 2, 3, 10, 1000)
LONG = 1_000_000_000
QUICK = 0.01


@check("R1", "schedule", "the factor is a finite Python number, never negative")
def factors(subject: Subject) -> str:
    """A NumPy scalar would make float64 of float32 weights."""
    one: Schedule = subject.component
    for total in TOTALS:
        for step in range(total):
            factor = one.factor(step, total)
            label = f"factor({step}, {total})"
            if type(factor) not in (float, int):
                fail(
                    f"{label} is a {type(factor).__name__}; return a Python float: float(...)",
                    parameter="factor",
                    index=(step, total),
                )
            if not math.isfinite(factor) or factor < 0:
                fail(
                    f"{label} is {factor:g}; it is finite and not negative",
                    parameter="factor",
                    index=(step, total),
                    analytic=factor,
                )
    last = TOTALS[-1]
    course = [one.factor(step, last) for step in range(last)]
    if not any(course):
        fail(f"the factor is 0 at every step of {last}: nothing is learned", parameter="factor")
    places = dict.fromkeys((0, last // 2, last - 1))
    shown = ", ".join(f"{course[step]:.4g} at step {step}" for step in places)
    return f"{shown} of {last}; {min(course):.4g} to {max(course):.4g}"


@check("R2", "schedule", "the factor depends on step and total alone")
def deterministic(subject: Subject) -> None:
    """In any order, and again: a resumed run asks for step 500 first."""
    one: Schedule = subject.component
    forwards = [one.factor(step, 50) for step in range(50)]
    backwards = [one.factor(step, 50) for step in reversed(range(50))][::-1]
    for step, (a, b) in enumerate(zip(forwards, backwards, strict=True)):
        if a != b:
            fail(
                f"factor({step}, 50) is {a:g} on the way up and {b:g} on the way down",
                parameter="factor",
                index=(step, 50),
                analytic=a,
                numeric=b,
            )


@check("R3", "schedule", "works for the longest run, without counting its steps")
def long_runs(subject: Subject) -> None:
    """It is asked once a step: a loop over all steps would make training quadratic."""
    one: Schedule = subject.component
    for step in (0, 1, LONG // 2, LONG - 1):
        started = time.perf_counter()
        factor = one.factor(step, LONG)
        seconds = time.perf_counter() - started
        if not (math.isfinite(factor) and factor >= 0):
            fail(f"factor({step}, {LONG}) is {factor:g}", parameter="factor", index=(step, LONG))
        if seconds > QUICK:
            best = min(_seconds(one, step) for _ in range(3))
            if best > QUICK:
                fail(
                    f"factor({step}, {LONG}) takes {best:.3g} s; it is asked once a step",
                    parameter="factor",
                    index=(step, LONG),
                    numeric=best,
                )


def _seconds(one: Schedule, step: int) -> float:
    started = time.perf_counter()
    one.factor(step, LONG)
    return time.perf_counter() - started

"""Contestants in one process: time a step, divide round by round, hold against targets."""

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from statistics import median, quantiles
from time import perf_counter
from typing import Any, NamedTuple

Run = Callable[[int], float]
"""run(steps) -> the loss after the last step; every call trains afresh."""

Times = Mapping[str, Sequence[float]]
"""Microseconds a step by contestant, one for each round."""


class Target(NamedTuple):
    """What the ratio of two contestants' times should be.

    over, under : whose times are divided
    at_most : whether the ratio should be at most `limit`, or at least
    """

    over: str
    under: str
    at_most: bool
    limit: float
    wish: float | None = None

    def verdict(self, ratio: float) -> str:
        """Say the target, and whether a ratio meets it."""
        sign = "at most" if self.at_most else "at least"
        held = ratio <= self.limit if self.at_most else ratio >= self.limit
        said = f"{sign} {self.limit:g}: {'met' if held else 'missed'}"
        if self.wish is not None:
            said += f"; wish {self.wish:g}: {'met' if ratio <= self.wish else 'missed'}"
        return said


def available(makers: Mapping[str, Callable[[], Run]]) -> tuple[dict[str, Run], dict[str, str]]:
    """Return the contestants that can run, and why each of the others cannot."""
    runs, skipped = {}, {}
    for name, make in makers.items():
        try:
            runs[name] = make()
        except ImportError as error:
            skipped[name] = str(error)
    return runs, skipped


def step_time(run: Run, steps: int) -> float:
    """Return microseconds a step: a run of steps + 1 less a run of 1, so that set-up cancels."""
    times = []
    for n in (1, steps + 1):
        started = perf_counter()
        run(n)
        times.append(perf_counter() - started)
    return (times[1] - times[0]) / steps * 1e6


def measure(runs: Mapping[str, Run], rounds: int, steps: int) -> dict[str, list[float]]:
    """Time every contestant once a round, in turn, so that a slow spell of the machine hits all."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run(20)  # imports and first allocations
    for i in range(rounds):
        if sys.stderr.isatty():
            print(f"\rround {i + 1} of {rounds}", end="\r", file=sys.stderr)
        for name, run in runs.items():
            times[name].append(step_time(run, steps))
    return times


def ratios(times: Times, target: Target) -> list[float]:
    """Return the ratio of each round, or nothing if one of the two did not run."""
    if target.over not in times or target.under not in times:
        return []
    return [x / y for x, y in zip(times[target.over], times[target.under], strict=True)]


def summary(values: Sequence[float]) -> dict[str, float]:
    """Return median, quartiles and extremes."""
    low, _, high = quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    extremes = {"min": min(values), "max": max(values)}
    return {"median": median(values), "q1": low, "q3": high, **extremes}


def row(label: str, values: Sequence[float], digits: int) -> str:
    """Return one line: label, median, quartiles, extremes."""
    s = {key: f"{value:.{digits}f}" for key, value in summary(values).items()}
    quartiles = f"{s['q1']} .. {s['q3']}"
    return f"{label:30s}{s['median']:>8s}   {quartiles:16s} ({s['min']} .. {s['max']})"


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of Python and of the packages that are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def as_json(times: Times, targets: Sequence[Target]) -> dict[str, Any]:
    """Return times, ratios and verdicts, for a program to read."""
    compared = []
    for target in targets:
        found = ratios(times, target)
        if found:
            verdict = target.verdict(median(found))
            compared.append({**target._asdict(), **summary(found), "verdict": verdict})
    return {
        "microseconds": {name: {**summary(v), "rounds": list(v)} for name, v in times.items()},
        "ratios": compared,
    }

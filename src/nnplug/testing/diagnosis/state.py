"""Where a component remembers what it must not: in itself, its module, a global generator."""

import contextlib
import inspect
import pickle
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np

from nnplug.testing.bench import Bench
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.exercise import Arrays, Call, calls
from nnplug.testing.layer import bench_of
from nnplug.testing.subject import Subject

TWICE = ("C6", "W3", "R2", "B1", "D1", "L5", "I3", "O6")
"""Checks that look at what is remembered from one call to the next."""

REPEATING = (
    *("C5", "C6", "C7", "A1", "A2", "A3", "A4", "A7", "A8"),
    *("L2", "L3", "L4", "L5", "L6", "L7", "L8", "L11", "S1", "S2", "S3", "S4", "S10"),
    *("O1", "O2", "O3", "O5", "O6", "O7", "O9", "W3", "R2", "B1", "B2", "D1", "I1", "I2", "I3"),
)
"""Checks that compare numbers: they fail for nothing where a call does not repeat itself."""


def restless(case: Case) -> bool:
    """Say whether a call gives other numbers the second time; then no experiment can be trusted."""
    return any(_changes(call, _nothing) for call in calls(_fresh(case)))


def _fresh(case: Case) -> Subject:
    """Return the subject with a component that remembers nothing in itself."""
    return replace(case.subject, component=replace(case.component))


def _nothing() -> None:
    pass


def _remembers(case: Case) -> bool:
    return case.id in TWICE or case.measure(restless)


@hypothesis("L5", "L6", kinds=("layer",))
def writes_cache(case: Case) -> str | None:
    """Compare the cache before backward and after."""
    bench = bench_of(case.subject)
    ctx = bench.context()
    _, cache = bench.forward(bench.inputs(4), ctx)
    before = _fingerprint(cache)
    bench.backward(bench.upstream(4), cache, ctx)
    if _fingerprint(cache) == before:
        return None
    return (
        "an overwritten cache: backward writes into what forward left for it; make new arrays "
        "there, without +=, *= or out="
    )


@hypothesis("L2", "L3", "L4", "L5", "L7", "I2", kinds=("layer",))
def draws_in_backward(case: Case) -> str | None:
    """See whether backward takes numbers from ctx.rng."""
    bench: Bench = bench_of(case.subject)
    ctx = bench.context()
    _, cache = bench.forward(bench.inputs(4), ctx)
    before = repr(ctx.rng.bit_generator.state)
    bench.backward(bench.upstream(4), cache, ctx)
    if repr(ctx.rng.bit_generator.state) == before:
        return None
    return (
        "a second draw: backward draws from ctx.rng, and so has another mask than forward; hand "
        "the mask over in the cache"
    )


@hypothesis(*REPEATING)
def global_chance(case: Case) -> str | None:
    """Put NumPy's and Python's global generators back before each call: then it repeats itself."""
    if not _remembers(case):
        return None
    made = calls(case.subject)
    with _global_chance_kept() as put_back:
        for call in made:
            _outputs(call)
            if _changes(call, _nothing) and not _changes(call, put_back):
                return (
                    "the global random state: with NumPy's global generator put back, "
                    f"{call.name} repeats itself; draw from the generator handed in"
                )
    return None


@hypothesis(*REPEATING)
def own_generator(case: Case) -> str | None:
    """Watch whether it makes a generator while it is called."""
    if not _remembers(case):
        return None
    made: list[Any] = []
    right = np.random.default_rng

    def watched(seed: Any = None) -> Any:
        # The kit and the engine make generators as well.
        if not sys._getframe(1).f_globals.get("__name__", "").startswith("nnplug."):
            made.append(seed)
        return right(seed)

    for call in calls(case.subject):
        with patch.object(np.random, "default_rng", watched):
            _outputs(call)
        if made:
            seed = "" if made[0] is None else made[0]
            return (
                f"a generator of its own: {call.name} makes np.random.default_rng({seed}) instead "
                "of drawing from the one handed in"
            )
    return None


@hypothesis(*REPEATING)
def in_itself(case: Case) -> str | None:
    """Compare what the component, its class and its module hold before a call and after."""
    if not _remembers(case):
        return None
    cls = case.subject.cls
    # What a module or a class makes once and for all is there: the check has called it already.
    subject = _fresh(case)
    fresh = subject.component
    for call in calls(subject):
        before = _held(fresh, cls)
        _outputs(call)
        changed = _changed(before, _held(fresh, cls))
        if not changed and call.inputs:
            _outputs(call._replace(inputs={n: 1.01 * v for n, v in call.inputs.items()}))
            changed = _changed(before, _held(fresh, cls))
        if changed:
            where, name = changed
            return f"state between calls: {call.name} changes {name} of {where}; {_instead(case)}"
    return None


@hypothesis(*REPEATING)
def unexplained(case: Case) -> str | None:
    """Say nothing of a component that does not repeat itself."""
    return "" if case.measure(restless) else None


def _changed(before: dict[Any, Any], after: dict[Any, Any]) -> Any:
    return next((place for place, value in after.items() if before.get(place) != value), None)


INSTEAD = {
    "layer": "what backward needs travels in the cache, what stays is proposed in ctx.keep",
    "optimizer": "what it remembers are its slots, and t counts the steps",
    "callback": "what it remembers stands in run.notes",
    "schedule": "step and total are all that it needs",
}


def _instead(case: Case) -> str:
    return INSTEAD.get(case.subject.kind, "it depends on its arguments alone")


def _held(component: Any, cls: type[Any]) -> dict[tuple[str, str], Any]:
    """Return what is held where, by place and name."""
    found: dict[tuple[str, str], Any] = {}
    for name, value in vars(component).items():
        found["the component", name] = _fingerprint(value)
    holders: list[tuple[str, Any]] = [
        (f"the class {one.__name__}", one)
        for one in cls.__mro__
        if not one.__module__.startswith(("nnplug.core", "builtins"))
    ]
    modules = {one.__module__ for _, one in holders}
    holders += [
        (f"the module {name}", sys.modules[name]) for name in modules if name in sys.modules
    ]
    for where, holder in holders:
        for name, value in list(vars(holder).items()):
            if not (name.startswith("__") or callable(value) or inspect.ismodule(value)):
                found[where, name] = _fingerprint(value)
    return found


def _fingerprint(value: Any) -> Any:
    try:
        return pickle.dumps(value)
    except Exception:  # what cannot be pickled is looked at as it prints
        return repr(value)


def _outputs(call: Call) -> Arrays:
    given = {name: np.array(value) for name, value in call.inputs.items()}
    return {name: np.array(out) for name, out in call.run(given).items()}


def _changes(call: Call, before: Callable[[], None]) -> bool:
    """Say whether a call, asked three times, gives anything else the second or third time."""
    seen = []
    for _ in range(3):
        before()
        seen.append(_outputs(call))
    return any(
        not np.array_equal(one[name], seen[0][name], equal_nan=True)
        for one in seen[1:]
        for name in seen[0]
    )


@contextlib.contextmanager
def _global_chance_kept() -> Iterator[Callable[[], None]]:
    """Yield a function that puts the global generators back; at the end they are as they were."""
    kept = np.random.get_state(), random.getstate()  # noqa: NPY002 - it is this that is tested

    def put_back() -> None:
        np.random.set_state(kept[0])  # noqa: NPY002
        random.setstate(kept[1])

    try:
        yield put_back
    finally:
        put_back()

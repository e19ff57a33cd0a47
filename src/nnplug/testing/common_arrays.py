"""Every kind: side effects, inputs, repeatability, float32; each call is run and rerun."""

import contextlib
import io
import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnplug.testing.agreement import (
    fail,
    require_agreement,
    require_array,
    require_same_bits,
    skip,
)
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.exercise import Arrays, Call, calls
from nnplug.testing.outcome import CheckFailed
from nnplug.testing.subject import Subject

EPSILON = float(np.finfo(np.float32).eps)
ROUNDINGS = 64
"""So many roundings of the largest output are allowed to float32, ..."""
AMPLIFIED = 16
"""... and so many times what an input off by one rounding makes of each output."""

WITH_ARRAYS = ("layer", "activation", "loss", "optimizer")


def _copied(call: Call) -> Arrays:
    return {name: np.array(value) for name, value in call.inputs.items()}


@check("C4", "every", "prints nothing, warns of nothing, leaves global chance alone")
def side_effects(subject: Subject) -> None:
    """On its declared domain, NumPy has nothing to warn of either."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        for call in calls(subject):
            with _global_chance_apart() as touched:
                warned = _run_strictly(call)
                draws = touched()
            if output.getvalue():
                fail(f"{call.name} prints {output.getvalue()[:80]!r}", parameter=call.name)
            if warned:
                fail(f"{call.name} warns: {warned}", parameter=call.name)
            if draws:
                fail(
                    f"{call.name} draws from global chance; draw from the generator handed in",
                    parameter=call.name,
                )


def _run_strictly(call: Call) -> str:
    """Run a call, and return the first warning; raise CheckFailed for NumPy's own."""
    with (
        warnings.catch_warnings(record=True) as warned,
        np.errstate(over="raise", divide="raise", invalid="raise"),
    ):
        warnings.simplefilter("always")
        try:
            call.run(_copied(call))
        except FloatingPointError as error:
            raise CheckFailed(
                f"{call.name}: {error} on ordinary input", parameter=call.name
            ) from error
    return str(warned[0].message) if warned else ""


@contextlib.contextmanager
def _global_chance_apart() -> Iterator[Callable[[], bool]]:
    """Give the global generators a state that nobody else sets, and at the end their own back.

    Yields a function that says whether somebody drew from them or seeded them.
    """
    kept = np.random.get_state(), random.getstate()  # noqa: NPY002 - it is this that we guard
    np.random.seed(int(generator(1).integers(2**31)))  # noqa: NPY002
    random.seed(int(generator(2).integers(2**31)))
    before = _global_chance()
    try:
        yield lambda: _global_chance() != before
    finally:
        np.random.set_state(kept[0])  # noqa: NPY002
        random.setstate(kept[1])


def _global_chance() -> Any:
    state: Any = np.random.get_state(legacy=False)["state"]  # noqa: NPY002
    return state["key"].tobytes(), state["pos"], random.getstate()


def _read_only(array: Any) -> Any:
    array.flags.writeable = False
    return array


def _strided(array: Any) -> Any:
    wide = np.full((*array.shape[:-1], 2 * array.shape[-1]), np.nan, array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


FORMS: dict[str, Callable[[Any], Any]] = {
    "read-only": _read_only,
    "Fortran-ordered": np.asfortranarray,
    "strided": _strided,
    "reversed in memory": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
}


@check("C5", (*WITH_ARRAYS, "dataset"), "inputs unchanged; any memory layout will do")
def inputs(subject: Subject) -> None:
    """Read-only, Fortran-ordered and strided arrays give what plain ones give."""
    for call in calls(subject):
        given = _copied(call)
        plain = {name: np.array(out) for name, out in call.run(given).items()}
        _require_unchanged(call, given, "")
        for form, bring in FORMS.items():
            given = {
                name: value if form == "read-only" and name in call.may_write else bring(value)
                for name, value in _copied(call).items()
            }
            try:
                outputs = call.run(given)
            except Exception as error:
                raise CheckFailed(
                    f"{call.name} fails on {form} arrays: {type(error).__name__}: {error}",
                    parameter=call.name,
                ) from error
            _require_unchanged(call, given, f" when it is {form}")
            for name, out in outputs.items():
                scale = float(np.abs(plain[name]).max(initial=0.0))
                require_agreement(
                    name,
                    out,
                    plain[name],
                    rtol=1e-12,
                    atol=1e-13 * scale,
                    names=(f"of {form} inputs", "of plain ones"),
                )


def _require_unchanged(call: Call, given: Arrays, when: str) -> None:
    for name, value in given.items():
        if name not in call.may_write:
            what = f"{call.name} changes its input {name}{when}; now and before"
            require_same_bits(name, value, call.inputs[name], what)


@check("C6", "every", "the same call gives the same bits")
def repeatable(subject: Subject) -> None:
    """Twice in a row, and once more after all other calls: nothing may remember."""
    made = calls(subject)
    first = [_outputs(call) for call in made]
    for turn in ("called twice", "called again after its other methods"):
        for call, outputs in zip(made, first, strict=True):
            _require_same(call, outputs, turn)
    # A method that takes what another one has kept is found out by others' numbers in between.
    for i, (call, outputs) in enumerate(zip(made, first, strict=True)):
        for other in made[i + 1 :] + made[:i]:
            _outputs(other._replace(inputs={n: v[::-1] for n, v in other.inputs.items()}))
        _require_same(call, outputs, "called after its other methods, which had other numbers")


def _require_same(call: Call, outputs: Arrays, turn: str) -> None:
    for name, out in _outputs(call).items():
        require_same_bits(name, out, outputs[name], f"{call.name}, {turn}, now and before")


def _twin(inputs: Arrays) -> Arrays:
    return {name: value.copy() for name, value in inputs.items()}


def _outputs(call: Call) -> Arrays:
    return {name: np.array(out) for name, out in call.run(_copied(call)).items()}


@check("C7", WITH_ARRAYS, "float32 in, float32 out, within rounding of float64")
def single_precision(subject: Subject) -> None:
    """An `np.where(z > 0, 1, slope)` makes float64 of it, and halves the speed."""
    single, double = calls(subject, "float32"), calls(subject)
    if not single:
        skip("it answers no call with arrays")
    for small, large in zip(single, double, strict=True):
        given = _copied(small)
        # The same numbers in both: float32 rounds what it is given.
        wide = {name: given[name].astype(np.float64) for name in large.inputs}
        outputs = small.run(given)
        expected = {name: np.array(out) for name, out in large.run(_twin(wide)).items()}
        slack = _sensitivity(large, wide, expected)
        for name, out in outputs.items():
            require_array(f"{name} of {small.name}", out, np.shape(expected[name]), np.float32)
            scale = float(np.abs(expected[name]).max(initial=1e-3))
            require_agreement(
                f"{name} of {small.name}",
                out,
                expected[name],
                rtol=0.0,
                atol=ROUNDINGS * EPSILON * scale + AMPLIFIED * slack[name],
                names=("in float32", "in float64"),
            )


def _sensitivity(call: Call, inputs: Arrays, expected: Arrays) -> Arrays:
    """Return how far the outputs move when the inputs are off by a rounding of float32.

    A steep function makes much of a small error; that is no mistake of its author.
    """
    moved = {name: np.zeros(np.shape(value)) for name, value in expected.items()}
    for draw in range(4):
        rng = generator(draw, 32)
        shaken = {
            name: value * (1 + EPSILON * rng.choice([-1.0, 1.0], value.shape))
            for name, value in inputs.items()
        }
        for name, out in call.run(shaken).items():
            moved[name] = np.maximum(moved[name], np.abs(out - expected[name]))
    return moved

"""Inputs that are written in place, or read in the order of memory."""

from typing import Any

import numpy as np

from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import close, spoken
from nnplug.testing.diagnosis.state import REPEATING
from nnplug.testing.draws import generator
from nnplug.testing.exercise import Call, calls
from nnplug.testing.walk import advance, constant, fresh_slots, ordinary_shape


@hypothesis(*REPEATING, "O4", kinds=("optimizer",))
def gradient_in_place(case: Case) -> str | None:
    """Compare the gradient before and after a step."""
    optimizer = case.component
    g = generator(0).standard_normal(ordinary_shape(optimizer))
    before, start = g.copy(), np.zeros(g.shape)
    advance(optimizer, start, fresh_slots(optimizer, start), optimizer.lr, 1, constant(g))
    c = g / before
    if np.ptp(c) > 1e-9 or close(float(c.flat[0]), 1.0):
        return None
    lr = " = lr" if close(float(c.flat[0]), optimizer.lr) else ""
    return (
        f"an operation in place: g is {spoken(float(c.flat[0]))}{lr} times what it was after the "
        "step; write g = lr * g, not g *= lr"
    )


@hypothesis(*REPEATING)
def in_place(case: Case) -> str | None:
    """Compare inputs before and after; see whether the output is the input's own memory."""
    for call in calls(case.subject):
        given = _copied(call)
        outputs = call.run(given)
        for name, value in given.items():
            if name in call.may_write or np.array_equal(value, call.inputs[name]):
                continue
            for label, out in outputs.items():
                if np.shares_memory(out, value):
                    return (
                        f"an operation in place: {label} of {call.name} is the memory of its input "
                        f"{name}; write {name} * 2 for {name} *= 2, and no out={name}"
                    )
            return f"an operation in place: {call.name} writes into its input {name}"
    return None


@hypothesis("C5")
def put_back(case: Case) -> str | None:
    """Hand in arrays that cannot be written: then it fails, and leaves others as they were."""
    for call in calls(case.subject):
        given = _copied(call)
        for name, value in given.items():
            value.flags.writeable = name in call.may_write
        try:
            call.run(given)
        except ValueError as error:
            if "read-only" in str(error):
                return f"an input written and put back: {call.name} needs to write what it is given"
    return None


@hypothesis("C5")
def memory_order(case: Case) -> str | None:
    """Hand in a Fortran-ordered array, and the plain one with its numbers in that order."""
    for call in calls(case.subject):
        for name, value in call.inputs.items():
            if value.ndim < 2:
                continue
            order = np.asfortranarray(value).ravel(order="K").reshape(value.shape)
            fortran = _run(call, {**_copied(call), name: np.asfortranarray(value)})
            shuffled = _run(call, {**_copied(call), name: order})
            plain = _run(call, _copied(call))
            for out in plain:
                if np.array_equal(fortran[out], shuffled[out]) and not np.array_equal(
                    plain[out], shuffled[out]
                ):
                    return (
                        f"numbers read in the order of memory: {call.name} takes a "
                        f"Fortran-ordered {name} for another array; no ravel(order='K'), "
                        "no .data, no strides"
                    )
    return None


def _run(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array(out) for name, out in call.run(given).items()}


def _copied(call: Call) -> dict[str, Any]:
    return {name: np.array(value) for name, value in call.inputs.items()}

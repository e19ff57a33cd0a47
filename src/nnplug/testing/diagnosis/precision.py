"""float32 made float64 or float16 on the way."""

from typing import Any

import numpy as np

from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.exercise import Call, calls


def _run(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array(out) for name, out in call.run(given).items()}


def _copied(call: Call) -> dict[str, Any]:
    return {name: np.array(value) for name, value in call.inputs.items()}


@hypothesis("C7", "A8", "L11", "S10", "O5")
def upcast(case: Case) -> str | None:
    """Give float32 and see what comes back."""
    for call in calls(case.subject, "float32"):
        for name, out in _run(call, _copied(call)).items():
            if out.dtype == np.float64:
                return (
                    f"an upcast: {name} of {call.name} is float64 of float32 inputs; a float64 "
                    "constant, np.float64 or np.where of two plain numbers makes it so, "
                    "and .astype(z.dtype) undoes it"
                )
            if out.dtype.kind in "iub":
                return f"whole numbers: {name} of {call.name} is {out.dtype}, not float32"
    return None


@hypothesis("C7")
def through_half(case: Case) -> str | None:
    """See whether every output of float32 is a number of float16."""
    for call in calls(case.subject, "float32"):
        for name, out in _run(call, _copied(call)).items():
            if out.size >= 8 and np.array_equal(out, out.astype(np.float16).astype(out.dtype)):
                if len(np.unique(out)) < 8 or np.array_equal(out, np.round(out)):
                    continue
                return f"a detour through float16: every number of {name} of {call.name} is one"
    return None

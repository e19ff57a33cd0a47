"""A step of a hand calculation as plain data, and what a component's own text says about it."""

import inspect
from dataclasses import dataclass, field

from nnplug.core.array import Array
from nnplug.core.chain import as_named
from nnplug.core.component import Component, summary
from nnplug.core.hyperparameter import hyperparameters


@dataclass(frozen=True, eq=False)
class Step:
    """One line of a hand calculation: what is computed, by which formula, and the numbers.

    part : "input", "forward", "loss", "backward" or "update"
    title : "layer 0", "loss", "optimizer", "W of layer 0"
    spec : of the component that computes it; empty where none does
    formula : from the component's docstring; empty where there is none
    entries : arrays by name, inputs first: {"x": (1, 2), "W": (2, 2), "b": (1, 2), "y": (1, 2)}
    note : what a reader may stumble over; empty for nothing
    """

    part: str
    title: str
    spec: str = ""
    formula: str = ""
    entries: dict[str, Array] = field(default_factory=dict)
    note: str = ""


def formula(component: Component, name: str, *, fallback: bool = True) -> str:
    """Return the formula that a docstring states: "Formula: y = x W + b", with its further lines.

    name : "Formula", "Gradient" or "Derivative"
    fallback : whether the docstring's first line may stand for it
    """
    component = as_named(component)
    found: list[str] = []
    for line in inspect.cleandoc(type(component).__doc__ or "").splitlines():
        if found and not line.startswith(" "):
            break
        if found:
            found.append(line.strip())
        elif line.startswith(f"{name}:"):
            found.append(line.removeprefix(f"{name}:").strip())
    if found:
        return " ".join(found)
    return summary(type(component)).rstrip(".") if fallback else ""


def defaults(component: Component) -> str:
    """Return the hyperparameters that a spec leaves out, for they have their default values."""
    component = as_named(component)
    values = {
        name: getattr(component, name)
        for name, parameter in hyperparameters(type(component)).items()
        if parameter.default == getattr(component, name)
    }
    shown = [f"{k} = {v:g}" for k, v in values.items() if type(v) in (int, float) and k != "lr"]
    return ", ".join(shown)

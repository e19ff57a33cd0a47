"""One component that stands for R of them in a stack of runs.

A float hyperparameter that differs between the runs becomes a column, shaped (R, 1, ..., 1), which
broadcasts over each run's numbers; one that is equal stays a Python float. The formula is the same.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from nnplug.core.component import Component
from nnplug.core.errors import SettingsError
from nnplug.core.hyperparameter import hyperparameters

C = TypeVar("C", bound=Component)


def with_columns(components: Sequence[C], ndim: int, dtype: Any) -> C:
    """Return a component for a stack of runs, one of `components` each.

    ndim : the rank of the arrays that it will see, runs included
    dtype : of those arrays; a column of another one would upcast them
    Raises SettingsError where they differ in more than floats. What is returned is made without
    `__init__`, and neither equal to another component nor hashable: compare the originals.
    """
    first = components[0]
    if all(component == first for component in components[1:]):
        return first
    if any(type(component) is not type(first) for component in components):
        names = ", ".join(sorted({type(component).__name__ for component in components}))
        raise SettingsError(f"components of several classes in one stack: {names}")
    stacked = object.__new__(type(first))
    for name in hyperparameters(type(first)):
        values = [getattr(component, name) for component in components]
        label = f"{first.kind} {type(first).__name__}: {name}"
        object.__setattr__(stacked, name, _joined(values, label, ndim, dtype))
    return stacked


def _joined(values: list[Any], label: str, ndim: int, dtype: Any) -> Any:
    first = values[0]
    if all(value == first for value in values[1:]):
        return first
    if all(isinstance(value, float) for value in values):
        column = np.array(values, dtype).reshape(-1, *[1] * (ndim - 1))
        column.flags.writeable = False
        return column
    if all(isinstance(value, Component) for value in values):
        return with_columns(values, ndim, dtype)
    if all(isinstance(value, tuple) and len(value) == len(first) for value in values):
        items = zip(*values, strict=True)
        return tuple(_joined(list(item), label, ndim, dtype) for item in items)
    raise SettingsError(
        f"{label} differs between the runs of a stack: {', '.join(map(repr, values))}",
        "only floats may differ; runs that differ in more train in groups of their own",
    )

"""Hyperparameters to check with: examples where none is given, and others than the defaults.

A mistake that hides behind a default (momentum 0) must not hide from the kit.
"""

from dataclasses import replace
from typing import Any, Literal, TypeVar, get_args, get_origin

from nnplug.core.component import Component
from nnplug.core.errors import SpecError
from nnplug.core.hyperparameter import Hyperparameter, hyperparameters, is_component
from nnplug.core.registry import Registry

C = TypeVar("C", bound=Component)

SEVERAL_LAYERS = "linear:units=3 tanh linear:units=3"
"""What a block gets inside if it says nothing itself; `Layer.sample_shape` gives three features."""

MOST_VARIANTS = 6


def example(cls: type[Any], registry: Registry) -> Any:
    """Return an instance of a class: with its defaults, and an example for what has none."""
    values = {
        name: _example(parameter, registry)
        for name, parameter in hyperparameters(cls).items()
        if parameter.required
    }
    return cls(**values)


def unknowable(cls: type[Any]) -> list[str]:
    """Return the required texts of a dataset: names of files and the like have no example."""
    if cls.kind != "dataset":
        return []
    known = hyperparameters(cls).values()
    return [p.name for p in known if p.required and p.type in (str, tuple[str, ...])]


def _example(parameter: Hyperparameter, registry: Registry) -> Any:
    kind = parameter.type
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if is_component(inner[0]):
            return registry.build_chain(SEVERAL_LAYERS)
        count = 2 if inner[-1] is Ellipsis else len(inner)
        single = Hyperparameter(parameter.name, inner[0], parameter.bounds)
        return tuple(_example(single, registry) for _ in range(count))
    if is_component(kind):
        first = registry.builtin_names(kind.kind)[0]
        return example(registry.get(kind.kind, first), registry)
    candidates: tuple[Any, ...] = {
        float: (0.5, 1.0, 2.0, 10.0, -0.5),
        int: (3, 2, 1, 4, 5, 8, 10, 100, 0, -1),
        bool: (True,),
        str: ("example",),
    }.get(kind, (None, 0.5, 3))
    for value in candidates:
        try:
            return parameter.accept(value, "example")
        except SpecError:
            continue
    raise SpecError(
        f"{parameter.name} has no default, and the kit finds no example for it",
        "hand the kit an instance",
    )


def nudged(component: C) -> C:
    """Return the component with each hyperparameter a little off, as far as it accepts that.

    Floats and whole numbers move, a layer's whole numbers excepted: they fit its sample_shape.
    """
    current = component
    for name, parameter in hyperparameters(type(component)).items():
        value = getattr(current, name)
        for other in nearby(value, parameter, whole_numbers=component.kind != "layer"):
            changed = _replaced(current, name, other)
            if changed is not None:
                current = changed
                break
    return current


def variants(component: C) -> list[C]:
    """Return the component nudged, and once more for each other choice that it offers."""
    moved = nudged(component)
    found = [moved]
    for name, parameter in hyperparameters(type(component)).items():
        for choice in _choices(parameter.type):
            if choice != getattr(component, name):
                changed = _replaced(moved, name, choice)
                if changed is not None:
                    found.append(changed)
    return [one for one in found if one != component][:MOST_VARIANTS]


def differing(component: C, runs: int) -> list[C]:
    """Return as many components that differ in every float, for a stack of runs."""
    found = [component]
    while len(found) < runs:
        found.append(_floats_of(nudged(found[-1]), component))
    return found


def _floats_of(moved: C, original: C) -> C:
    """Return `original` with the floats of `moved`, also those of components inside."""
    current = original
    for name in hyperparameters(type(original)):
        mine, theirs = getattr(original, name), getattr(moved, name)
        changed = _replaced(current, name, _mixed(mine, theirs))
        current = current if changed is None else changed
    return current


def _mixed(mine: Any, theirs: Any) -> Any:
    if isinstance(mine, float):
        return theirs
    if isinstance(mine, Component):
        return _floats_of(theirs, mine)
    if isinstance(mine, tuple):
        return tuple(_mixed(a, b) for a, b in zip(mine, theirs, strict=True))
    return mine


def nearby(value: Any, parameter: Hyperparameter, *, whole_numbers: bool = False) -> list[Any]:
    """Return values near this one, the best first."""
    if isinstance(value, Component):
        return [nudged(value)]
    if isinstance(value, tuple):
        tries = [nearby(item, parameter, whole_numbers=whole_numbers) for item in value]
        return [tuple(t[0] if t else item for t, item in zip(tries, value, strict=True))]
    if isinstance(value, float):
        if value == 0:
            return [0.45, 0.05, 5.0, -0.45]
        return [0.75 * value, 1.25 * value, 0.97 * value]
    if isinstance(value, int) and not isinstance(value, bool) and whole_numbers:
        return [value + 1, value - 1]
    return []


def _choices(annotation: Any) -> tuple[Any, ...]:
    if annotation is bool:
        return (False, True)
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _replaced(component: C, name: str, value: Any) -> C | None:
    try:
        return replace(component, **{name: value})  # type: ignore[type-var]  # it is a dataclass
    except Exception:  # C2 tells what is wrong with it
        return None

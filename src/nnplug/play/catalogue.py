"""What the page offers: every registered component with its hyperparameters, as JSON holds it."""

from collections.abc import Mapping
from inspect import cleandoc
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

from nnplug import __version__
from nnplug.core.component import Component, summary
from nnplug.core.hyperparameter import Hyperparameter, hyperparameters, is_component
from nnplug.core.loader.failure import printable
from nnplug.core.registry import Entry, Registry
from nnplug.engine.settings import Settings, settings
from nnplug.play.presets import PRESETS, rows
from nnplug.play.setup import COMPONENTS, OPENS_FILES, SETTINGS

KINDS = ("dataset", "layer", "activation", "loss", "optimizer", "initializer", "schedule")
"""The kinds that a setup names."""

TYPES = {float: "number", int: "whole", bool: "switch", str: "text"}


def catalogue(registry: Registry) -> dict[str, Any]:
    """Return what may be chosen, and what is wrong with plugins that give nothing."""
    known = settings()
    return {
        "type": "catalogue",
        "version": __version__,
        "kinds": {kind: _entries(registry, kind) for kind in KINDS},
        "settings": [control(known[name]) for name in SETTINGS],
        "defaults": defaults(),
        "presets": [{"name": p.name, "why": p.why, "setup": p.setup} for p in PRESETS],
        "troubles": troubles(registry),
    }


def defaults() -> dict[str, Any]:
    """Return the setup of `nnplug train` with nothing said, every setting in its place."""
    named = {name: getattr(Settings, name) for name in ("dataset", *COMPONENTS)}
    return {
        "hidden": rows(Settings.activation, *Settings.hidden_dims),
        **{name: None if value is None else {"name": value} for name, value in named.items()},
        **{name: getattr(Settings, name) for name in SETTINGS},
        "points": {"added": [], "removed": []},
    }


def troubles(registry: Registry) -> list[str]:
    """Return a line for each plugin that gives less than it might."""
    found = []
    for plugin in registry.plugins():
        if plugin.status != "loaded":
            found.append(printable(plugin.text))
        found += [printable(fault.text) for fault in plugin.faults]
    return found


def _entries(registry: Registry, kind: str) -> list[dict[str, Any]]:
    return [
        _entry(entry) for entry in registry.entries(kind) if (kind, entry.name) not in OPENS_FILES
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    cls, provider = entry.cls, entry.provider
    known = hyperparameters(cls)
    return {
        "name": entry.name,
        "package": provider.package,
        "version": provider.version,
        "builtin": provider.package == "nnplug",
        "summary": summary(cls),
        "formula": cleandoc(cls.__doc__ or ""),
        "tasks": list(getattr(cls, "tasks", ())),
        "controls": [control(one) for one in known.values()],
    }


def control(parameter: Hyperparameter) -> dict[str, Any]:
    """Return what the page makes an input of: type, range, default, meaning."""
    kind, optional, choices = _kind(parameter.type)
    default = None if parameter.required else parameter.default
    return {
        "name": parameter.name,
        "type": kind,
        "optional": optional,
        "required": parameter.required,
        "default": _plain(default),
        "choices": choices,
        "doc": parameter.doc,
        **_range(parameter.bounds),
    }


def _kind(annotation: Any) -> tuple[str, bool, list[Any]]:
    """Return the type as the page knows it, whether null is one of the values, and the choices."""
    if get_origin(annotation) is Literal:
        return "choice", False, list(get_args(annotation))
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        if is_component(inner):
            return "component", False, []
        return "numbers" if inner in (int, float) else "text", False, []
    if is_component(annotation):
        return "component", False, []
    if annotation in TYPES:
        return TYPES[annotation], False, []
    parts = [one for one in get_args(annotation) if one is not type(None)]
    optional = len(parts) < len(get_args(annotation))
    if len(parts) == 1:
        kind, _, choices = _kind(parts[0])
        return kind, optional, choices
    return "text", optional, []


def _range(bounds: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"low": None, "low_open": False, "high": None, "high_open": False}
    for bound in bounds:
        match bound:
            case Gt():
                found |= {"low": bound.gt, "low_open": True}
            case Ge():
                found["low"] = bound.ge
            case Lt():
                found |= {"high": bound.lt, "high_open": True}
            case Le():
                found["high"] = bound.le
    return found


def _plain(value: Any) -> Any:
    """Return a default as JSON holds it; a component's is its absence."""
    if isinstance(value, Component):
        return None
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value if not isinstance(one, Component)]
    return value

"""Components as JSON, and back: name, hyperparameters, package and version; data, never code."""

import re
from pathlib import Path
from typing import Any, get_args

from nnplug.core.chain import as_layer, as_named
from nnplug.core.component import Component
from nnplug.core.errors import NnplugError, RunFileError, UnknownNameError
from nnplug.core.hooks import PROJECT
from nnplug.core.hyperparameter import Hyperparameter, hyperparameters, is_component
from nnplug.core.kinds import KINDS
from nnplug.core.registry import Registry
from nnplug.engine.schema import (
    DEEPEST,
    MisfitError,
    number,
    one_of,
    say_value,
    table,
    text,
)

PLAIN_VERSION = text(r"[\w.+!\-]{0,100}", "a version")


def check_name(value: Any, where: str) -> None:
    """Accept the name of a component or a package: one line that a terminal can show."""
    if not isinstance(value, str) or not 0 < len(value) < 256 or not value.isprintable():
        raise MisfitError(where, say_value(value), "a name")


_FIELDS = table(
    {
        "kind": one_of(*KINDS),
        "name": check_name,
        "package": check_name,
        "version": PLAIN_VERSION,
        "hyperparameters": lambda value, where: None,  # read one by one
    }
)


def describe(component: Component, registry: Registry) -> dict[str, Any]:
    """Return a component as JSON: its name, hyperparameters, package and version.

    An activation in a layer's place is described as the activation that it is.
    """
    component = as_named(component)
    provider = registry.provider(component)
    return {
        "kind": component.kind,
        "name": registry.name(component).rpartition(":")[2],
        "package": provider.package,
        "version": provider.version,
        "hyperparameters": {
            name: _json(getattr(component, name), registry)
            for name in hyperparameters(type(component))
        },
    }


def check_component(value: Any, where: str, depth: int = 0) -> None:
    """Check what `describe` returned, after it was in a file; raises MisfitError."""
    _FIELDS(value, where)
    inside = f"{where}.hyperparameters"
    found = value["hyperparameters"]
    if not isinstance(found, dict):
        raise MisfitError(inside, say_value(found), "an object")
    for key, one in found.items():
        check_name(key, f"a key of {inside}")
        _hyperparameter(one, f"{inside}.{key}", depth + 1)


def _hyperparameter(value: Any, where: str, depth: int) -> None:
    if depth > DEEPEST:
        raise MisfitError(where, say_value(value), f"no block {DEEPEST} levels deep")
    if isinstance(value, dict):
        check_component(value, where, depth)
    elif isinstance(value, list):
        for i, one in enumerate(value):
            _hyperparameter(one, f"{where}[{i}]", depth + 1)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number(value, where)


def rebuild(kind: str, saved: dict[str, Any], registry: Registry, path: Path) -> Component:
    """Return the component that `describe` described; as a layer where `kind` asks for one.

    Raises RunFileError where it is not there, or takes its hyperparameters no more.
    """
    return Rebuilder(registry, path).build(kind, saved)


class Rebuilder:
    """Makes components of what a file says of them.

    notes : one line for each package that has another version today
    """

    def __init__(self, registry: Registry, path: Path) -> None:
        self.registry = registry
        self.path = path
        self.notes: list[str] = []

    def build(self, kind: str, saved: dict[str, Any]) -> Component:
        """Return a component of this kind, or an activation as a layer."""
        accepted = ("layer", "activation") if kind == "layer" else (kind,)
        if saved["kind"] not in accepted:
            raise RunFileError(f"{self.path} has {say_saved(saved)} in the place of a {kind}")
        cls = self._find(saved)
        known = hyperparameters(cls)
        try:
            values = {
                name: self._value(known.get(name), value)
                for name, value in saved["hyperparameters"].items()
            }
            built = cls(**values)
        except RunFileError:
            raise
        except Exception as error:  # of a stranger's `validate`, whatever it raises
            why = error.message if isinstance(error, NnplugError) else error
            raise RunFileError(
                f"{self.path} holds {say_saved(saved)} as it is no more: {why}", to_install(saved)
            ) from error
        self._note(saved, cls)
        layer: Any = built
        return as_layer(layer) if kind == "layer" else built

    def _find(self, saved: dict[str, Any]) -> type[Component]:
        kind, name, package = saved["kind"], saved["name"], saved["package"]
        # A file or a module has no version, and may be named otherwise today: then its name
        # decides.
        choices = [f"{package}:{name}"] if package != PROJECT else []
        if package == PROJECT or not saved["version"]:
            choices.append(name)
        missing: UnknownNameError | None = None
        for choice in choices:
            try:
                return self.registry.get(kind, choice)
            except UnknownNameError as error:
                missing = error
            except NnplugError as error:
                raise RunFileError(
                    f"{self.path} needs {say_saved(saved)}: {error.message}", error.hint
                ) from error
        kept_out = self.registry.not_loaded(package)
        hint = kept_out[0].text if kept_out else to_install(saved)
        raise RunFileError(f"{self.path} needs {say_saved(saved)}", hint) from missing

    def _note(self, saved: dict[str, Any], cls: type[Component]) -> None:
        today, before = self.registry.provider(cls), saved["version"]
        if today.package == PROJECT or not before or today.version in ("", before):
            return
        line = (
            f"{saved['kind']} {saved['name']!r} was that of {saved['package']} {before}, "
            f"and is that of {today.version} here"
        )
        if line not in self.notes:
            self.notes.append(line)

    def _value(self, parameter: Hyperparameter | None, value: Any) -> Any:
        if isinstance(value, dict):
            return self.build(_kind_inside(parameter) or value["kind"], value)
        if isinstance(value, list):
            return tuple(self._value(parameter, item) for item in value)
        return value


def say_saved(saved: dict[str, Any]) -> str:
    """Say a component that was described: "activation 'mish' of nnplug-mish 0.2"."""
    provider = f"{saved['package']} {saved['version']}".rstrip()
    return f"{saved['kind']} {saved['name']!r} of {provider}"


def to_install(saved: dict[str, Any]) -> str:
    """Say how to get a component that was described."""
    package, version = saved["package"], saved["version"]
    if not version:
        return "no package gave it: put it into a file, and name that with --plugin FILE"
    if re.fullmatch(r"[A-Za-z0-9][\w.\-]*", package, re.ASCII):
        return f"type: pip install {package}=={version}"
    return "install the package that gives it"


def _json(value: Any, registry: Registry) -> Any:
    if isinstance(value, Component):
        return describe(value, registry)
    if isinstance(value, tuple):
        return [_json(item, registry) for item in value]
    return value


def _kind_inside(parameter: Hyperparameter | None) -> str | None:
    """Return the kind of component that a hyperparameter holds, alone or in a tuple."""
    if parameter is None:
        return None
    choices = [one for one in (parameter.type, *get_args(parameter.type)) if is_component(one)]
    return choices[0].kind if choices else None

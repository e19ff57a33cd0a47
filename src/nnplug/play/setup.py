"""The page's state as settings of a run; and back to what does the same elsewhere."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from nnplug.core.chain import as_named
from nnplug.core.component import Component
from nnplug.core.errors import SettingsError
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry
from nnplug.engine.settings import Settings, settings, write_config
from nnplug.play.edits import Edits, read_edits
from nnplug.tables.dataset import TableFile

SETTINGS = (
    *("lr", "weight_decay", "clip", "batch_size", "epochs", "test_split", "scale", "seed", "dtype"),
)
"""The plain settings that the page sets."""

COMPONENTS = {
    "output": "activation",
    "loss": "loss",
    "optimizer": "optimizer",
    "init": "initializer",
    "schedule": "schedule",
}
"""The components that a setup names one of each, and their kinds."""

OPENS_FILES = {("dataset", "table")}
"""Components that open the file they are told; the page may not name them."""

KNOWN = {"dataset", "hidden", "points", *SETTINGS, *COMPONENTS}

Table = Callable[[str], Path]
"""Where the contents of a table that the page sent lie, by its name."""


@dataclass(frozen=True)
class Setup:
    """A setup that was read.

    settings : of the run, with components in their places
    given : as JSON holds it, for the page
    table : the name of the user's own table, or None
    edits : of the points, by hand
    """

    settings: Settings
    given: Mapping[str, Any]
    table: str | None = None
    edits: Edits = field(default_factory=Edits)


def read_setup(given: Any, registry: Registry, table: Table) -> Setup:
    """Return the settings that a setup means; raises NnplugError for what it must not hold."""
    if not isinstance(given, Mapping):
        raise SettingsError(f"a setup is a table of settings, not {type(given).__name__}")
    strange = sorted(set(given) - KNOWN)
    if strange:
        raise SettingsError(f"a setup has no {strange[0]!r}", f"it has {', '.join(sorted(KNOWN))}")
    values = {name: given[name] for name in SETTINGS if given.get(name) is not None}
    with blamed(registry):
        for name, kind in COMPONENTS.items():
            if given.get(name) is not None:
                values[name] = component(registry, kind, given[name])
        values |= _hidden(given.get("hidden"), registry)
        own, dataset = _dataset(given.get("dataset"), registry, table)
    edits = read_edits(given.get("points"))
    return Setup(Settings().but(**values, **dataset), dict(given), own, edits)


def component(registry: Registry, kind: str, given: Any) -> Any:
    """Return the component that a table of the page names; one that opens files is refused."""
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        raise SettingsError(f"{given!r} is no {kind}", 'write {"name": "..."}')
    package, _, name = given["name"].rpartition(":")
    table = {**given, "name": name} | ({"package": package} if package else {})
    found = registry.build(kind, table)
    if _opens_files(found):
        raise SettingsError(f"{kind} {given['name']!r} opens files, which a page may not name")
    return found


def _opens_files(thing: Any) -> bool:
    if isinstance(thing, (tuple, list)):
        return any(map(_opens_files, thing))
    if not isinstance(thing, Component):
        return False
    inner = (getattr(thing, one.name) for one in fields(thing))  # type: ignore[arg-type]  # it is one
    return isinstance(thing, TableFile) or any(map(_opens_files, inner))


def _hidden(rows: Any, registry: Registry) -> dict[str, Any]:
    """Return the settings for the hidden layers: the short form where it says the same."""
    if rows is None:
        return {}
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise SettingsError("hidden is a list of layers, each with an activation or none")
    layers: list[Any] = []
    units, activations = [], []
    for row in rows:
        layer = row.get("layer")
        if layer is not None:
            layers.append(component(registry, "layer", layer))
            plain = set(layer) == {"name", "units"} and layer["name"] == "linear"
            units.append(layers[-1].units if plain else None)
        activation = row.get("activation")
        if activation is not None:
            layers.append(component(registry, "activation", activation))
        activations.append(layers[-1] if activation is not None else None)
    alike = all(one is not None and one == activations[0] for one in activations)
    if len(units) == len(rows) and None not in units and (alike or not rows):
        short = {"activation": activations[0]} if rows else {}
        return {"hidden_dims": tuple(units), **short}
    return {"layers": layers}


def _dataset(given: Any, registry: Registry, table: Table) -> tuple[str | None, dict[str, Any]]:
    if given is None:
        return None, {}
    if isinstance(given, Mapping) and "table" in given:
        name, target = given["table"], given.get("target")
        if not isinstance(name, str) or not isinstance(target, str) or not target:
            raise SettingsError("a table needs the column to predict", "choose its target")
        return name, {"data": str(table(name)), "target": (target,)}
    return None, {"dataset": component(registry, "dataset", given)}


def differing(settings_of_run: Settings, registry: Registry) -> dict[str, Any]:
    """Return the settings that are not the defaults, as a config file holds them."""
    found: dict[str, Any] = {}
    for name in settings():
        value, default = getattr(settings_of_run, name), getattr(Settings, name)
        if isinstance(value, Component):
            value = registry.spec(value)
        elif name == "layers" and value is not None:
            value = " ".join(registry.spec(as_named(one)) for one in value)
        if value != default:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def command(values: Mapping[str, Any]) -> str:
    """Return the `nnplug train` line for settings as `differing` returns them."""
    words = ["nnplug", "train"]
    for name, value in values.items():
        words.append(f"--{name.replace('_', '-')}")
        if isinstance(value, list):
            words += [str(one) for one in value] or ["none"]
        else:
            words.append(value if isinstance(value, str) else f"{value!r}")
    return shlex.join(words)


def toml(values: Mapping[str, Any]) -> str:
    """Return the config file for settings as `differing` returns them."""
    return write_config(values)

"""What a model file holds: the network, and all that resuming its training needs."""

import math
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nnplug.core.chain import as_layer, as_named
from nnplug.core.component import Component
from nnplug.core.errors import NnplugError, RunFileError, UnknownNameError
from nnplug.core.hooks import PROJECT
from nnplug.core.hyperparameter import Hyperparameter, hyperparameters, is_component
from nnplug.core.registry import Registry
from nnplug.engine import chance
from nnplug.engine.files import read_arrays, write_arrays
from nnplug.engine.history import History
from nnplug.engine.network import Network
from nnplug.engine.run import Run


def write_checkpoint(path: Path, run: Run, shuffle: np.random.Generator | None, task: Any) -> None:
    """Write a run's network, slots, step count, streams, history and notes.

    task : {"task": ..., "names": ..., "columns": ...}, for whoever only predicts
    """
    network, updater = run.network, run.network.updater
    registry = network.registry
    arrays: dict[str, Any] = {"w": network.w}
    arrays |= {n: w for n, w in (("kept", run.kept), ("last", run.last)) if w is not None}
    meta: dict[str, Any] = {
        "task": task,
        "inputs": list(network.in_shape),
        "dtype": str(network.dtype),
        "layers": [describe(layer, registry) for layer in network.layers],
        "loss": describe(network.loss, registry) if network.loss else None,
        "epoch": run.epoch,
        "epochs": run.epochs,
        "threshold": run.threshold,
        "history": run.history.as_json(),
        "notes": dict(run.notes),
        "streams": {"dropout": chance.state(network.rng)},
    }
    if shuffle is not None:
        meta["streams"]["shuffle"] = chance.state(shuffle)
    if updater is not None:
        arrays |= {f"slot.{name}": slot for name, slot in updater.slots.items()}
        meta["optimizer"] = describe(updater.optimizer, registry)
        meta["schedule"] = describe(updater.schedule, registry) if updater.schedule else None
        meta["updater"] = {
            "t": updater.t,
            "total": updater.total,
            "lr": updater.lr,
            "weight_decay": updater.weight_decay,
            "clip": updater.clip,
        }
    write_arrays(path, arrays, meta)


def read_network(path: Path, registry: Registry) -> tuple[Network, dict[str, Any], dict[str, Any]]:
    """Read a network with its optimizer as they were; return it, the meta data and the arrays.

    Raises RunFileError that says what to install where a component is missing.
    """
    arrays, meta = read_arrays(path)

    def build(kind: str, saved: Any) -> Any:
        return None if saved is None else rebuild(kind, saved, registry, path)

    updater = meta.get("updater") or {}
    network = Network(
        [build("layer", layer) for layer in meta["layers"]],
        tuple(meta["inputs"]),
        loss=build("loss", meta["loss"]),
        optimizer=build("optimizer", meta.get("optimizer")),
        schedule=build("schedule", meta.get("schedule")),
        lr=updater.get("lr"),
        weight_decay=updater.get("weight_decay", 0.0),
        clip=updater.get("clip"),
        total=updater.get("total", 1),
        dtype=meta["dtype"],
        registry=registry,
    )
    _restore(network, arrays, meta, path)
    return network, meta, arrays


def restore_run(run: Run, path: Path, shuffle: np.random.Generator | None = None) -> None:
    """Set a freshly assembled run to where the one in the file stood, to train on from there.

    Raises RunFileError where the file holds another network than the run's.
    """
    arrays, meta = read_arrays(path)
    _restore(run.network, arrays, meta, path)
    run.kept, run.last = arrays.get("kept"), arrays.get("last")
    run.best = (math.inf, run.weights())
    run.epoch = meta["epoch"]
    run.history = History.from_json(meta["history"])
    run.notes = dict(meta["notes"])
    run.forget_metrics()
    if shuffle is not None and "shuffle" in meta["streams"]:
        chance.restore(shuffle, meta["streams"]["shuffle"])


def _restore(network: Network, arrays: dict[str, Any], meta: dict[str, Any], path: Path) -> None:
    """Set weights, slots, step count and chance of a network to what a file holds."""
    updater = network.updater
    targets = {"w": network.w}
    if updater is not None:
        targets |= {f"slot.{name}": slot for name, slot in updater.slots.items()}
    strange = [name for name in arrays if name.startswith("slot.") and name not in targets]
    for name in (*targets, *strange):
        found, wanted = _said(arrays.get(name)), _said(targets.get(name))
        if found != wanted:
            raise RunFileError(
                f"{path} holds {found} as {name!r}; these components make {wanted}",
                "a component has changed since, or the settings are not those of the file",
            )
    for name, target in targets.items():
        target[...] = arrays[name]
    if updater is not None:
        updater.t = meta["updater"]["t"]
    chance.restore(network.rng, meta["streams"]["dropout"])


def _said(array: Any) -> str:
    return "nothing" if array is None else f"{array.dtype}{list(array.shape)}"


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


def rebuild(kind: str, saved: dict[str, Any], registry: Registry, path: Path) -> Component:
    """Return the component that `describe` described; as a layer where `kind` asks for one.

    Raises RunFileError where it is not there, or takes its hyperparameters no more.
    """
    cls = _find(saved, registry, path)
    known = hyperparameters(cls)
    try:
        values = {
            name: _rebuilt(known.get(name), value, registry, path)
            for name, value in saved["hyperparameters"].items()
        }
        component = cls(**values)
    except RunFileError:
        raise
    except (NnplugError, TypeError) as error:
        raise RunFileError(
            f"{path} holds {_named(saved)} as it is no more: {error}", _install(saved)
        ) from error
    layer: Any = component
    return as_layer(layer) if kind == "layer" else component


def _find(saved: dict[str, Any], registry: Registry, path: Path) -> type[Component]:
    kind, name, package = saved["kind"], saved["name"], saved["package"]
    # A file or a module has no version, and may be named otherwise today: then its name decides.
    choices = [f"{package}:{name}"] if package != PROJECT else []
    if package == PROJECT or not saved["version"]:
        choices.append(name)
    missing: UnknownNameError | None = None
    for choice in choices:
        try:
            return registry.get(kind, choice)
        except UnknownNameError as error:
            missing = error
    raise RunFileError(f"{path} needs {_named(saved)}", _install(saved)) from missing


def _named(saved: dict[str, Any]) -> str:
    provider = f"{saved['package']} {saved['version']}".rstrip()
    return f"{saved['kind']} {saved['name']!r} of {provider}"


def _install(saved: dict[str, Any]) -> str:
    if saved["version"]:
        return f"type: pip install {saved['package']}=={saved['version']}"
    return "no package gave it: put it into a file, and name that with --plugin FILE"


def _json(value: Any, registry: Registry) -> Any:
    if isinstance(value, Component):
        return describe(value, registry)
    if isinstance(value, tuple):
        return [_json(item, registry) for item in value]
    return value


def _rebuilt(parameter: Hyperparameter | None, value: Any, registry: Registry, path: Path) -> Any:
    if isinstance(value, dict):
        return rebuild(_kind_inside(parameter) or value["kind"], value, registry, path)
    if isinstance(value, list):
        return tuple(_rebuilt(parameter, item, registry, path) for item in value)
    return value


def _kind_inside(parameter: Hyperparameter | None) -> str | None:
    """Return the kind of component that a hyperparameter holds, alone or in a tuple."""
    if parameter is None:
        return None
    choices = [one for one in (parameter.type, *get_args(parameter.type)) if is_component(one)]
    return choices[0].kind if choices else None

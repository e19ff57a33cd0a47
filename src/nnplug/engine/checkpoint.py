"""What a model file holds: the network, and all that resuming its training needs."""

from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.component import Component
from nnplug.core.errors import RunFileError, UnknownNameError
from nnplug.core.hyperparameter import hyperparameters
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
    arrays: dict[str, Any] = {"w": network.w}
    if run.kept is not None:
        arrays["kept"] = run.kept
    meta: dict[str, Any] = {
        "task": task,
        "inputs": list(network.in_shape),
        "dtype": str(network.dtype),
        "layers": [describe(layer, network.registry) for layer in network.layers],
        "loss": None if network.loss is None else describe(network.loss, network.registry),
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
        meta["optimizer"] = describe(updater.optimizer, network.registry)
        meta["schedule"] = (
            None if updater.schedule is None else describe(updater.schedule, network.registry)
        )
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
    if arrays["w"].shape != network.w.shape:
        raise RunFileError(
            f"{path} holds {arrays['w'].size} weights; these components make {network.w.size}",
            "a component has changed since; install the version that the file names",
        )
    network.w[...] = arrays["w"]
    chance.restore(network.rng, meta["streams"]["dropout"])
    if network.updater is not None:
        network.updater.t = updater["t"]
        for name, slot in network.updater.slots.items():
            slot[...] = arrays[f"slot.{name}"]
    return network, meta, arrays


def restore_run(run: Run, path: Path, shuffle: np.random.Generator | None = None) -> None:
    """Set a freshly assembled run to where the one in the file stood, to train on from there."""
    arrays, meta = read_arrays(path)
    network, updater = run.network, run.network.updater
    network.w[...] = arrays["w"]
    run.kept = arrays.get("kept")
    run.epoch = meta["epoch"]
    run.history = History.from_json(meta["history"])
    run.notes = dict(meta["notes"])
    run.forget_metrics()
    chance.restore(network.rng, meta["streams"]["dropout"])
    if shuffle is not None and "shuffle" in meta["streams"]:
        chance.restore(shuffle, meta["streams"]["shuffle"])
    if updater is not None and "updater" in meta:
        updater.t = meta["updater"]["t"]
        for name, slot in updater.slots.items():
            slot[...] = arrays[f"slot.{name}"]


def describe(component: Component, registry: Registry) -> dict[str, Any]:
    """Return a component as JSON: its name, hyperparameters, package and version."""
    provider = registry.provider(component)
    values: dict[str, Any] = {}
    for name in hyperparameters(type(component)):
        values[name] = _json(getattr(component, name), registry)
    return {
        "kind": component.kind,
        "name": registry.name(component).rpartition(":")[2],
        "package": provider.package,
        "version": provider.version,
        "hyperparameters": values,
    }


def rebuild(kind: str, saved: dict[str, Any], registry: Registry, path: Path) -> Component:
    """Return the component that `describe` described."""
    values = {
        name: _rebuilt(value, registry, path) for name, value in saved["hyperparameters"].items()
    }
    if saved["kind"] == "activation" and kind == "layer":
        kind = "activation"
    try:
        cls = registry.get(kind, saved["name"])
    except UnknownNameError as error:
        package, version = saved["package"], saved["version"]
        raise RunFileError(
            f"{path} needs {saved['kind']} {saved['name']!r} of {package} {version}",
            f"type: pip install {package}=={version}" if version else error.hint,
        ) from error
    return cls(**values)


def _json(value: Any, registry: Registry) -> Any:
    if isinstance(value, Component):
        return describe(value, registry)
    if isinstance(value, tuple):
        return [_json(item, registry) for item in value]
    return value


def _rebuilt(value: Any, registry: Registry, path: Path) -> Any:
    if isinstance(value, dict):
        return rebuild(value["kind"], value, registry, path)
    if isinstance(value, list):
        return tuple(_rebuilt(item, registry, path) for item in value)
    return value

"""What a model file holds: the network, and all that resuming its training needs."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nnplug import __version__
from nnplug.core.chain import Chain
from nnplug.core.errors import NnplugError, RunFileError
from nnplug.core.registry import Registry
from nnplug.engine import chance
from nnplug.engine.data import fingerprint
from nnplug.engine.described import Rebuilder, describe
from nnplug.engine.files import write_arrays
from nnplug.engine.history import History
from nnplug.engine.layout import Layout
from nnplug.engine.network import Network
from nnplug.engine.run import Run
from nnplug.engine.saved import Saved, read_saved
from nnplug.engine.shapes import layer_shapes


def write_checkpoint(
    path: Path,
    run: Run,
    shuffle: np.random.Generator | None,
    task: Mapping[str, Any],
    *,
    settings: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Write a run's network, slots, step count, streams, history and notes.

    task : {"task": ..., "names": ..., "columns": ...}, for whoever only predicts
    settings : as they are used;  metrics : of the weights as they are, where they were measured
    """
    network, updater = run.network, run.network.updater
    registry = network.registry
    arrays: dict[str, Any] = {"w": network.w}
    best = run.best[0] if math.isfinite(run.best[0]) else None
    extra = {"best": None if best is None else run.best[1], "kept": run.kept, "last": run.last}
    arrays |= {name: weights for name, weights in extra.items() if weights is not None}
    meta: dict[str, Any] = {
        "nnplug": __version__,
        "task": task,
        "inputs": list(network.in_shape),
        "dtype": str(network.dtype),
        "layers": [describe(layer, registry) for layer in network.layers],
        "shapes": [list(shape) for shape in network.shapes],
        "parameters": places(network.layout),
        "loss": describe(network.loss, registry) if network.loss else None,
        "epoch": run.epoch,
        "epochs": run.epochs,
        "batches": run.batches,
        "ended": run.ended,
        "stopped_by": run.stopped_by,
        "overruled": run.overruled,
        "legs": run.legs,
        "points": {name: fingerprint(part.data) for name, part in run.parts().items()},
        "best": best,
        "threshold": run.threshold,
        "history": run.history.counts(),
        "measured": sorted(run.own_series),
        "metrics": metrics,
        "notes": dict(run.notes),
        "settings": settings,
        "streams": {
            "dropout": chance.state(network.rng),
            "predict": run.looked or chance.state(network.looking),
        },
    }
    arrays["history"] = run.history.as_array()
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
    saved = read_saved(path)
    network, _ = build_network(saved, registry)
    return network, saved.meta, saved.arrays


def build_network(
    saved: Saved, registry: Registry, which: str = "w"
) -> tuple[Network, tuple[str, ...]]:
    """Make the network of a file, and the lines that say which packages have changed since.

    which : of the weights "w" and "best"
    Raises RunFileError that says what to install where a component is missing.
    """
    path, meta = saved.path, saved.meta
    components = Rebuilder(registry, path)

    def build(kind: str) -> Any:
        described = meta.get(kind)
        return None if described is None else components.build(kind, described)

    layers: Any = [components.build("layer", layer) for layer in meta["layers"]]
    loss, optimizer, schedule = (build(kind) for kind in ("loss", "optimizer", "schedule"))
    updater = meta.get("updater") or {}
    try:
        _refuse_other_shapes(saved, layers, registry)
        network = Network(
            layers,
            tuple(meta["inputs"]),
            loss=loss,
            optimizer=optimizer,
            schedule=schedule,
            init="zeros",  # quicker than drawing weights that are overwritten
            lr=updater.get("lr"),
            weight_decay=updater.get("weight_decay", 0.0),
            clip=updater.get("clip"),
            total=updater.get("total", 1),
            dtype=meta["dtype"],
            registry=registry,
        )
    except RunFileError:
        raise
    except Exception as error:  # of a stranger's component, whatever it raises
        why = error.message if isinstance(error, NnplugError) else repr(error)
        raise RunFileError(f"{path} holds a network that cannot be made: {why}") from error
    _restore(network, saved, which)
    return network, tuple(components.notes)


def restore_run(run: Run, path: Path, shuffle: np.random.Generator | None = None) -> None:
    """Set a freshly assembled run to where the one in the file stood, to train on from there.

    Raises RunFileError where the file holds another network than the run's.
    """
    restore(run, read_saved(path), shuffle)


def restore(run: Run, saved: Saved, shuffle: np.random.Generator | None = None) -> None:
    """Set a freshly assembled run to where a saved one stood; raises RunFileError as above."""
    arrays, meta = saved.arrays, saved.meta
    _restore(run.network, saved)
    run.kept, run.last = arrays.get("kept"), arrays.get("last")
    best = meta["best"]
    run.best = (math.inf, run.weights()) if best is None else (best, arrays["best"])
    run.epoch, run.batches = meta["epoch"], meta["batches"]
    run.ended, run.stopped_by = meta["ended"], meta["stopped_by"]
    run.overruled, run.legs = list(meta["overruled"]), list(meta["legs"])
    run.history = History.from_json(meta["history"])
    run.own_series = frozenset(meta["measured"])
    run.notes = dict(meta["notes"])
    run.forget_metrics()
    chance.restore(run.network.looking, meta["streams"]["predict"])
    if shuffle is not None and "shuffle" in meta["streams"]:
        chance.restore(shuffle, meta["streams"]["shuffle"])


def places(layout: Layout) -> list[dict[str, Any]]:
    """Return where each parameter stands in the flat vector, as JSON holds it."""
    return [
        {
            "name": place.name,
            "shape": list(place.parameter.shape),
            "trainable": place.parameter.trainable,
        }
        for place in layout.places
    ]


def _refuse_other_shapes(saved: Saved, layers: Any, registry: Registry) -> None:
    """Raise RunFileError before memory is taken for weights that the file does not have."""
    inputs = tuple(saved.meta["inputs"])
    shapes = layer_shapes(layers, inputs, registry)
    _compare_places(saved, Layout(Chain(tuple(layers)).parameters(inputs)))
    if [list(shape) for shape in shapes] != saved.meta["shapes"]:
        raise RunFileError(
            f"{saved.path} holds layers of the shapes {saved.meta['shapes']}; these components "
            f"make {shapes}",
            "a component has changed since",
        )


def _compare_places(saved: Saved, layout: Layout) -> None:
    found, made = saved.meta["parameters"], places(layout)
    for i in range(max(len(found), len(made))):
        one, other = (places[i] if i < len(places) else None for places in (found, made))
        if one != other:
            raise RunFileError(
                f"{saved.path} holds {_said_place(one)} where these components make "
                f"{_said_place(other)}",
                "a component has changed since, or the settings are not those of the file",
            )


def _restore(network: Network, saved: Saved, which: str = "w") -> None:
    """Set weights, slots, step count and chance of a network to what a file holds."""
    _compare_places(saved, network.layout)
    arrays, updater = saved.arrays, network.updater
    targets = {which: network.w}
    if updater is not None:
        targets |= {f"slot.{name}": slot for name, slot in updater.slots.items()}
    strange = [name for name in arrays if name.startswith("slot.") and name not in targets]
    for name in (*targets, *strange):
        found, wanted = _said(arrays.get(name)), _said(targets.get(name))
        if found != wanted:
            raise RunFileError(
                f"{saved.path} holds {found} as {name!r}; these components make {wanted}",
                "a component has changed since, or the settings are not those of the file",
            )
    for name, target in targets.items():
        target[...] = arrays[name]
    if updater is not None:
        updater.t = saved.meta["updater"]["t"]
    chance.restore(network.rng, saved.meta["streams"]["dropout"])


def _said_place(place: Any) -> str:
    if place is None:
        return "nothing more"
    kept = "" if place["trainable"] else ", not trained"
    return f"{place['name']!r} of shape {tuple(place['shape'])}{kept}"


def _said(array: Any) -> str:
    return "nothing" if array is None else f"{array.dtype}{list(array.shape)}"

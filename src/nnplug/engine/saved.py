"""What a model file holds, read and looked at before anything is made of it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.core.errors import RunFileError
from nnplug.core.loss import TASKS
from nnplug.engine.described import PLAIN_VERSION, check_component, check_name
from nnplug.engine.files import read_arrays, read_some
from nnplug.engine.history import History
from nnplug.engine.schema import (
    Check,
    MisfitError,
    exactly,
    flag,
    mapping,
    measure,
    number,
    objects,
    one_of,
    or_none,
    say_value,
    several,
    table,
    text,
    whole,
)

Meta = Mapping[str, Any]
Arrays = dict[str, NDArray[Any]]
CheckArrays = Callable[[Meta, Arrays], None]

_STATE = table({"state": whole(0, 2**128 - 1), "inc": whole(1, 2**128 - 1)})
_STREAM = table(
    {
        "bit_generator": one_of("PCG64"),
        "state": _STATE,
        "has_uint32": whole(0, 1),
        "uinteger": whole(0, 2**32 - 1),
    }
)
_DIMENSIONS = several(whole(0), 64)
_METRICS = mapping(check_name, measure, 100)
_PLACE = table({"name": check_name, "shape": _DIMENSIONS, "trainable": flag})
_LEG = table({"epoch": whole(0), "batches": whole(0), "epochs": whole(1)})

_THRESHOLD = one_of("median", None)


def _threshold(value: Any, where: str) -> None:
    (number if isinstance(value, (int, float)) else _THRESHOLD)(value, where)


META: Check = table(
    {
        "format": whole(1),
        "nnplug": PLAIN_VERSION,
        "task": table(
            {
                "task": one_of(*sorted(TASKS)),
                "names": several(text()),
                "columns": several(text()),
            },
            {"targets": several(text()), "preparation": or_none(objects)},
        ),
        "inputs": several(whole(1), 64),
        "dtype": one_of("float64", "float32"),
        "layers": several(check_component, 10_000),
        "shapes": several(_DIMENSIONS, 10_001),
        "parameters": several(_PLACE),
        "loss": or_none(check_component),
        "epoch": whole(0),
        "epochs": whole(1),
        "batches": whole(0),
        "ended": text(),
        "points": mapping(check_name, text(r"[0-9a-f]{64}", "a SHA-256"), 2),
        "best": or_none(number),
        "threshold": _threshold,
        "history": several(exactly(text(), whole(0)), 10_000),
        "measured": several(text(), 100),
        "notes": objects,
        "streams": table({"dropout": _STREAM, "predict": _STREAM}, {"shuffle": _STREAM}),
        "settings": or_none(objects),
        "metrics": or_none(mapping(check_name, _METRICS, 2)),
        "legs": several(_LEG, 10_000),
        "overruled": several(text(), 1000),
        "stopped_by": text(),
    },
    {
        "optimizer": check_component,
        "schedule": or_none(check_component),
        "updater": table(
            {
                "t": whole(0),
                "total": whole(1),
                "lr": number,
                "weight_decay": number,
                "clip": or_none(number),
            }
        ),
    },
)
"""The JSON of a model file, format 1."""


@dataclass(frozen=True)
class Saved:
    """A model file whose parts fit each other; whether they fit the components is asked later.

    meta : its JSON, where "history" is what `History.from_json` takes
    arrays : w; slot.NAME for each slot; and best, kept and last, where there are such weights
    """

    path: Path
    meta: dict[str, Any]
    arrays: Arrays

    def parameters(self, which: str = "w") -> dict[str, Array]:
        """Return every parameter by its path, "0.W": whoever gives the layers need not be there.

        which : of "w", "best", "kept" and "last"
        """
        found, start = {}, 0
        for place in self.meta["parameters"]:
            stop = start + math.prod(place["shape"])
            found[place["name"]] = self.arrays[which][start:stop].reshape(place["shape"])
            start = stop
        return found


def read_saved(path: Path) -> Saved:
    """Read a model file; raises RunFileError that says which place of it is wrong."""
    arrays, meta = read_arrays(path)
    return _checked(path, meta, arrays, _check_arrays)


def read_summary(path: Path) -> Saved:
    """Read a model file without its weights, which is quick; raises RunFileError as above."""
    arrays, meta = read_some(path, ["history"])
    return _checked(path, meta, arrays, _check_history)


def _checked(path: Path, meta: dict[str, Any], arrays: Arrays, check: CheckArrays) -> Saved:
    try:
        META(meta, "")
        _check_sizes(meta)
        check(meta, arrays)
    except MisfitError as error:
        raise RunFileError(f"{path} is no model file that this nnplug reads: {error}") from None
    history = History.from_array(meta["history"], arrays.pop("history"))
    return Saved(path, {**meta, "history": history.as_json()}, arrays)


def _check_sizes(meta: Meta) -> None:
    """Compare what is said twice."""
    together = {"optimizer", "schedule", "updater"}
    if together & meta.keys() not in (set(), together):
        raise MisfitError("optimizer", "apart", "it with schedule and updater, or none of them,")
    if len(meta["shapes"]) != len(meta["layers"]) + 1:
        raise MisfitError("shapes", say_value(meta["shapes"]), "one more than there are layers")
    names = [place["name"] for place in meta["parameters"]]
    if len(set(names)) < len(names):
        raise MisfitError("parameters", "ambiguous", "no name twice")
    series = [name for name, _ in meta["history"]]
    if len(set(series)) < len(series):
        raise MisfitError("history", "ambiguous", "no series twice")
    trainable = [place["trainable"] for place in meta["parameters"]]
    if sorted(trainable, reverse=True) != trainable:
        raise MisfitError("parameters", "mixed", "what is trained before the rest")
    for place in meta["parameters"]:
        if math.prod(size for size in place["shape"] if size) > 2**53:
            raise MisfitError(place["name"], "huge", "an array that a computer holds")


def _check_arrays(meta: Meta, arrays: Arrays) -> None:
    dtype = np.dtype(meta["dtype"])
    sizes = [(math.prod(p["shape"]), p["trainable"]) for p in meta["parameters"]]
    whole_size = sum(size for size, _ in sizes)
    trained = sum(size for size, trainable in sizes if trainable)
    wanted: dict[str, Any] = {"w": (dtype, (whole_size,)), "history": _of_history(meta)}
    if meta["best"] is not None:
        wanted["best"] = wanted["w"]
    for name in arrays:
        if name in ("kept", "last"):
            wanted[name] = wanted["w"]
        elif name.startswith("slot.") and "updater" in meta:
            wanted[name] = (dtype, (trained,))
    for name in (*wanted, *arrays):
        _check_array(name, arrays.get(name), wanted.get(name))
    _check_history(meta, arrays)


def _check_history(meta: Meta, arrays: Arrays) -> None:
    _check_array("history", arrays.get("history"), _of_history(meta))
    epochs = arrays["history"][0]
    if not ((epochs >= 0) & (epochs < 2**53) & (epochs == np.floor(epochs))).all():
        raise MisfitError("array history", "not made of epochs", "a whole number for each value")


def _of_history(meta: Meta) -> Any:
    return np.dtype("float64"), (2, sum(count for _, count in meta["history"]))


def _check_array(name: str, found: Any, wanted: Any) -> None:
    said, fits = _said(found), _said(wanted)
    if said != fits:
        raise MisfitError(f"array {name}", said, fits)


def _said(array: Any) -> str:
    if array is None:
        return "nothing"
    dtype, shape = array if isinstance(array, tuple) else (array.dtype, array.shape)
    return f"{dtype}{list(shape)}"

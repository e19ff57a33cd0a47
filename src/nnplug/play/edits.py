"""Points that were added and removed by hand, after the others were split."""

import csv
import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.engine.points import Points
from nnplug.engine.preparation import Preparation

PARTS = ("train", "test")

MOST = 10_000
"""The most points that are added by hand."""


@dataclass(frozen=True)
class Edits:
    """What was done to the points.

    added : (part, features, class number or value) of each;  removed : (part, row as drawn)
    """

    added: tuple[tuple[str, tuple[float, ...], float], ...] = ()
    removed: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def read_edits(given: Any) -> Edits:
    """Return the edits of a setup; raises SettingsError for anything else."""
    if given is None:
        return Edits()
    try:
        added = tuple(
            (_part(one["part"]), tuple(_number(v) for v in one["x"]), _number(one["y"]))
            for one in given.get("added", [])
        )
        removed = tuple((_part(part), _row(row)) for part, row in given.get("removed", []))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"the edits of the points are damaged: {error!r}") from None
    if len(added) > MOST:
        raise SettingsError(f"{len(added)} points were added by hand; {MOST} are the most")
    return Edits(added, removed)


def edited(points: Points, edits: Edits, scale: str, impute: str | None = None) -> Points:
    """Return points with edits made, and what prepares them fitted to those to train on."""
    if not edits:
        return points
    train = edited_part(points.train, "train", edits)
    test = points.test
    if test is not None:
        test = edited_part(test, "test", edits)
    elif any(part == "test" for part, _, _ in edits.added):
        raise SettingsError("no points are held out, so none can be added there")
    assert train is not None  # `edited_part` refuses to remove all
    preparation = Preparation.fit(train, scale, impute)
    return replace(points, train=train, test=test, preparation=preparation)


def edited_part(data: Data, part: str, edits: Edits) -> Data:
    """Return the points of a part with its edits made; raises where none are left."""
    if data.x.ndim != 2 or data.categories or data.weights is not None:
        raise SettingsError("points of this kind are not edited by hand")
    gone = {row for where, row in edits.removed if where == part}
    if any(row >= len(data) for row in gone):
        raise SettingsError(f"there is no point {max(gone)} among the {part} points")
    kept = np.array([row not in gone for row in range(len(data))])
    mine = [(x, y) for where, x, y in edits.added if where == part]
    if any(len(x) != data.x.shape[1] for x, _ in mine):
        raise SettingsError(f"a point has {data.x.shape[1]} features here")
    if not kept.any() and not mine:
        raise DataError(f"no {part} points are left", "add some, or reset the points")
    x, y = data.x[kept], data.y[kept]
    if mine:
        x = np.concatenate([x, np.array([features for features, _ in mine])])
        y = np.concatenate([y, np.array([_target(data, value) for _, value in mine])])
    return replace(data, x=x, y=y, domain=())


def _target(data: Data, value: float) -> Array:
    """Return the row of targets that a class number or a value means."""
    if data.task == "regression":
        return np.full(data.y.shape[1], value)
    classes = 2 if data.task == "binary" else data.y.shape[1]
    if value not in range(classes):
        raise SettingsError(f"there is no class {value:g}; there are {classes}")
    return np.array([value]) if data.task == "binary" else np.eye(classes)[int(value)]


def as_csv(data: Data, target: str) -> str:
    """Return points as a table that `nnplug train --data` reads back to the last bit."""
    names = data.columns or tuple(f"x{j + 1}" for j in range(data.x.shape[1]))
    values = data.y.argmax(axis=1) if data.task == "multiclass" else data.y[:, 0]
    if data.task != "regression":
        values = values.astype(int)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*names, target])
    for row, value in zip(data.x.tolist(), values.tolist(), strict=True):
        table.writerow([*map(repr, row), repr(value)])
    return text.getvalue()


def target_name(data: Data) -> str:
    """Return what the column of the targets is called in a table of these points."""
    if data.task != "regression":
        return "label"
    taken = set(data.columns)
    name = data.names[0] if data.names else "y"
    return name if name not in taken else f"{name}_target"


def _part(value: Any) -> str:
    if value not in PARTS:
        raise ValueError(f"{value!r} is no part")
    return str(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _row(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no row")
    return value

"""Data as the engine wants it: from arrays that a user has, and split into train and test."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.core.loss import TASKS
from nnplug.engine.arguments import numbers

MARGIN = 0.05
"""How far, in widths, pictures reach beyond the points where no domain is declared."""


def as_data(
    x: Any,
    y: Any,
    *,
    task: str | None = None,
    names: Sequence[str] = (),
    columns: Sequence[str] = (),
    weights: Any = None,
) -> Data:
    """Make Data of a table of features and its labels or values.

    x : (samples, *features), or (samples,) of one feature; a data frame's columns keep their names
    y : (samples,), (samples, 1) or (samples, outputs)
    task : guessed if not given: texts, booleans and whole numbers are classes, and so are 0.0 and
        1.0 alone and one-hot rows; other numbers are a regression
    names : of the classes, in the order of their sorted labels, or of the columns of y
    weights : (samples,), how much each sample counts, or None for all alike
    Raises DataError for what is no such table.
    """
    columns = tuple(map(str, columns)) or tuple(map(str, getattr(x, "columns", ())))
    points = numbers(x, "x")
    labels = _labels(y)
    if points.ndim == 1:
        points = points[:, None]
    if points.ndim == 0 or labels.ndim == 0:
        raise DataError("x and y hold one entry a sample, not a single number")
    if len(points) != len(labels):
        raise DataError(f"x has {len(points)} samples and y has {len(labels)}")
    if points.size == 0:
        raise DataError(f"data without samples or without features: x {points.shape}")
    if not np.isfinite(points).all():
        raise DataError("x holds values that are not finite")
    if task is None:
        task = _guess(labels)
    elif task not in TASKS:
        raise DataError(f"a task is one of {', '.join(TASKS)}, not {task!r}")
    if task == "regression" or (labels.ndim == 2 and task == "multiclass"):
        values = numbers(labels, "y")
        encoded = values[:, None] if values.ndim == 1 else values
        classes: tuple[str, ...] = ()
    else:
        encoded, classes = _encode(labels, task)
    names = tuple(map(str, names)) or classes
    wanted = 2 if task == "binary" else encoded.shape[-1]
    if names and len(names) != wanted:
        raise DataError(f"{len(names)} names for {wanted} classes or columns of y")
    return Data(
        points,
        encoded,
        task,
        names=names,
        columns=columns,
        domain=domain_of(points),
        weights=None if weights is None else numbers(weights, "weights"),
    )


def split(data: Data, fraction: float, rng: np.random.Generator) -> tuple[Data, Data | None]:
    """Hold out a fraction of the points, drawn from `rng`; none where it is 0."""
    if fraction == 0:
        return data, None
    n = len(data)
    held = round(n * fraction)
    if not 0 < held < n:
        raise SettingsError(
            f"a test split of {fraction:g} leaves {n - held} of {n} points to train on "
            f"and {held} to test on",
            "both need at least one",
        )
    order = rng.permutation(n)
    return _take(data, np.sort(order[held:])), _take(data, np.sort(order[:held]))


def domain_of(x: Array) -> tuple[tuple[float, float], ...]:
    """Return (low, high) around the points for each feature; nothing for images."""
    if x.ndim != 2:
        return ()
    low, high = x.min(axis=0), x.max(axis=0)
    width = np.where(high > low, high - low, 1.0) * MARGIN
    return tuple(zip((low - width).tolist(), (high + width).tolist(), strict=True))


def _take(data: Data, rows: Any) -> Data:
    weights = None if data.weights is None else data.weights[rows]
    return replace(data, x=data.x[rows], y=data.y[rows], weights=weights)


def _labels(y: Any) -> Any:
    """Return labels or values as an array: one a sample, or a row of them."""
    try:
        labels = np.asarray(y)
        if labels.dtype.kind == "O":  # data frames hold plain numbers like that, too
            inferred = np.array(labels.tolist())
            labels = inferred if inferred.dtype.kind in "fiub" else labels
    except ValueError:
        raise DataError("y has rows of different lengths") from None
    if labels.ndim > 1 and labels.shape[1:] == (1,):
        labels = labels[:, 0]
    if labels.ndim > 2:
        raise DataError(f"y has the shape {labels.shape}", "it is (samples,) or (samples, outputs)")
    return labels


def _guess(y: Any) -> str:
    if y.ndim == 2:
        y = numbers(y, "y")
        one_hot = np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()
        return "multiclass" if one_hot else "regression"
    if y.dtype.kind == "f":
        return "binary" if set(np.unique(y)) == {0.0, 1.0} else "regression"
    return "multiclass" if len(_classes(y)[0]) > 2 else "binary"


def _encode(y: Any, task: str) -> tuple[Array, tuple[str, ...]]:
    """Return labels as a 0/1 column or one-hot rows, and the names of the classes."""
    if y.ndim != 1:
        raise DataError(f"labels of shape {y.shape}", "labels are one a sample")
    classes, index = _classes(y)
    names = tuple(f"{c:g}" if isinstance(c, float) else str(c) for c in classes.tolist())
    if len(classes) < 2:
        raise DataError(f"all labels are {names[0]!r}: there is nothing to learn")
    if task == "multiclass":
        return np.eye(len(classes))[index], names
    if len(classes) > 2:
        raise DataError(f"a binary task has 2 classes, not {len(classes)}")
    return index[:, None].astype(np.float64), names


def _classes(y: Any) -> tuple[Any, Any]:
    try:
        return np.unique(y, return_inverse=True)
    except TypeError:
        raise DataError(
            "y mixes labels that cannot be sorted, such as texts and None",
            "make them all texts, or all numbers",
        ) from None

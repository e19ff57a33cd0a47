"""Data as the engine wants it: from arrays that a user has, and split into train and test."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError

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

    x : (samples, *features);  y : (samples,), (samples, 1) or (samples, outputs)
    task : guessed if not given: texts, booleans and whole numbers are classes, and so are 0.0 and
        1.0 alone and one-hot rows; other numbers are a regression
    Raises DataError for what is no such table.
    """
    columns = tuple(columns) or tuple(str(c) for c in getattr(x, "columns", ()))
    points = _numbers(x, "x")
    if points.ndim == 1:
        points = points[:, None]
    targets = np.asarray(y)
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if len(points) != len(targets):
        raise DataError(f"x has {len(points)} samples and y has {len(targets)}")
    if len(points) == 0:
        raise DataError("data without samples")
    task = task or _guess(targets)
    if task == "regression" or (targets.ndim == 2 and task == "multiclass"):
        encoded = _numbers(targets, "y")
        encoded = encoded[:, None] if encoded.ndim == 1 else encoded
    else:
        encoded, classes = _encode(targets, task)
        names = tuple(names) or classes
    return Data(
        points,
        encoded,
        task,
        names=tuple(names),
        columns=columns,
        domain=domain_of(points),
        weights=None if weights is None else _numbers(weights, "weights"),
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


def _guess(y: Any) -> str:
    if y.ndim == 2:
        one_hot = np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()
        return "multiclass" if one_hot else "regression"
    if np.issubdtype(y.dtype, np.floating):
        return "binary" if set(np.unique(y)) == {0.0, 1.0} else "regression"
    return "binary" if len(np.unique(y)) == 2 else "multiclass"


def _encode(y: Any, task: str) -> tuple[Array, tuple[str, ...]]:
    if y.ndim != 1:
        raise DataError(f"labels of shape {y.shape}", "labels are one a sample")
    classes, index = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise DataError(f"all labels are {classes[0]!r}: there is nothing to learn")
    if task == "binary":
        if len(classes) != 2:
            raise DataError(f"a binary task has 2 classes, not {len(classes)}")
        encoded = index[:, None].astype(np.float64)
    else:
        encoded = np.eye(len(classes))[index]
    return encoded, tuple(str(c) for c in classes)


def _numbers(values: Any, what: str) -> Array:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{what} holds something that is no number") from None

"""Data as the engine wants it: from arrays that a user has, and split into train and test."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.engine.arguments import numbers
from nnplug.tables.column import Column, column_of
from nnplug.tables.points import features_of
from nnplug.tables.table import from_frame, is_frame
from nnplug.tables.targets import encode, guess_task

MARGIN = 0.05
"""How far, in widths, pictures reach beyond the points where no domain is declared."""

_PRINTS: WeakKeyDictionary[Data, str] = WeakKeyDictionary()


def as_data(
    x: Any,
    y: Any,
    *,
    task: str | None = None,
    names: Sequence[str] = (),
    columns: Sequence[str] = (),
    weights: Any = None,
    categorical: Sequence[str] = (),
) -> Data:
    """Make Data of a table of features and its labels or values.

    x : (samples, *features), or (samples,) of one feature; or a data frame, whose columns keep
        their names, and whose texts are categories. NaN is a missing value.
    y : (samples,), (samples, 1) or (samples, outputs)
    task : guessed if not given: texts and booleans are classes, and so are at most 20 different
        whole numbers, 0.0 and 1.0 alone, and one-hot rows; other numbers are a regression
    names : of the classes, in the order of their sorted labels, or of the columns of y
    weights : (samples,), how much each sample counts, or None for all alike
    categorical : columns of a data frame whose numbers are names
    Raises DataError for what is no table.
    """
    targets = _targets(y)
    categories: tuple[tuple[str, ...], ...] = ()
    if is_frame(x):
        table = from_frame(x, "x")
        columns = columns or table.names
        points, categories = features_of(table, table.names, categorical)
    else:
        points = numbers(x, "x")
        if points.ndim == 1:
            points = points[:, None]
    if points is None or points.ndim == 0:
        raise DataError("x and y hold one entry a sample, not a single number")
    if len(points) != len(targets[0]):
        raise DataError(f"x has {len(points)} samples and y has {len(targets[0])}")
    if points.size == 0:
        raise DataError(f"data without samples or without features: x {points.shape}")
    missing = points.ndim == 2 and bool(np.isnan(points).any())
    if np.isinf(points).any() or (np.isnan(points).any() and not missing):
        raise DataError("x holds values that are not finite")
    task = task or guess_task(targets)[0]
    encoded, classes = encode(targets, task)
    named = tuple(column.name for column in targets) if is_frame(y) else ()
    names = tuple(map(str, names)) or classes or named
    wanted = 2 if task == "binary" else encoded.shape[-1]
    if names and len(names) != wanted:
        raise DataError(f"{len(names)} names for {wanted} classes or columns of y")
    return Data(
        points,
        encoded,
        task,
        names=names,
        columns=tuple(map(str, columns)),
        domain=domain_of(points),
        weights=None if weights is None else numbers(weights, "weights"),
        categories=categories if any(categories) else (),
        missing=missing,
    )


def split(data: Data, fraction: float, rng: np.random.Generator) -> tuple[Data, Data | None]:
    """Hold out a fraction of the points, drawn from `rng`; none where it is 0.

    Of classes each gives its share, and keeps at least one point to train on.
    """
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
    if data.task != "regression":
        order = _shares_first(class_of(data)[order], held, fraction, order)
    return _take(data, np.sort(order[held:])), _take(data, np.sort(order[:held]))


def _shares_first(classes: Any, held: int, fraction: float, order: Any) -> Any:
    """Return an order whose first `held` points have of each class its share, to rounding.

    classes : of the points in their order
    """
    counts = np.bincount(classes)
    exact = counts * (held / len(classes))
    most = np.maximum(counts - 1, 0)
    shares = np.minimum(np.floor(exact).astype(int), most)
    left = held - int(shares.sum())
    while left > 0:
        # What is left over goes to the classes that lack most of their share.
        room = np.flatnonzero(shares < most)
        if not len(room):
            raise SettingsError(
                f"a test split of {fraction:g} leaves a class without points to train on",
                f"each of the {np.count_nonzero(counts)} classes needs one: hold out fewer",
            )
        chosen = room[np.argsort(shares[room] - exact[room], kind="stable")][:left]
        shares[chosen] += 1
        left -= len(chosen)
    # Where among its own class a point stands.
    by_class = np.argsort(classes, kind="stable")
    starts = np.cumsum(counts) - counts
    place = np.empty(len(classes), int)
    place[by_class] = np.arange(len(classes)) - starts[classes[by_class]]
    return order[np.argsort(place >= shares[classes], kind="stable")]


def lonely(train: Data, test: Data) -> list[str]:
    """Return a line on the classes that have no point to be tested on."""
    if train.task == "regression":
        return []
    here, there = (set(class_of(part).tolist()) for part in (train, test))
    names = train.names or tuple(map(str, range(max(2, train.y.shape[1]))))
    absent = [repr(names[c]) for c in sorted(here - there)]
    return [f"no held-out point is of class {', '.join(absent[:12])}"] if absent else []


def class_of(data: Data) -> Any:
    """Return the place of each point's class: (samples,)."""
    return data.y[:, 0].astype(int) if data.task == "binary" else data.y.argmax(axis=1)


def balanced(train: Data, part: Data) -> Array:
    """Return weights by which each class of the training part counts as much as any other.

    Those that the points have already are multiplied. Raises SettingsError for a regression.
    """
    if train.task == "regression":
        raise SettingsError("--class-weight balanced, and a regression has no classes")
    own = np.ones(len(train)) if train.weights is None else train.weights
    sums = np.bincount(class_of(train), weights=own)
    factor = np.divide(sums.sum() / np.count_nonzero(sums), sums, where=sums > 0, out=sums * 0)
    # A class that is not there to train on, or counts nothing, is judged as it is.
    factor = np.append(factor, np.ones(max(2, train.y.shape[1])))[: max(2, train.y.shape[1])]
    factor[factor == 0] = 1
    weights: Array = factor[class_of(part)]
    return weights if part.weights is None else weights * part.weights


def fingerprint(data: Data) -> str:
    """Return the SHA-256 of all that is learned from: points, targets, weights and names."""
    if data not in _PRINTS:
        digest = hashlib.sha256()
        about = (data.task, data.names, data.columns, data.categories)
        digest.update(repr(about).encode())
        for array in (data.x, data.y, data.weights):
            if array is not None:
                digest.update(f"{array.shape}".encode())
                digest.update(np.ascontiguousarray(array, "<f8").reshape(-1).data)
        _PRINTS[data] = digest.hexdigest()
    return _PRINTS[data]


def domain_of(x: Array) -> tuple[tuple[float, float], ...]:
    """Return (low, high) around the points for each feature; nothing for images."""
    if x.ndim != 2 or np.isnan(x).any():
        return ()
    low, high = x.min(axis=0), x.max(axis=0)
    width = np.where(high > low, high - low, 1.0) * MARGIN
    return tuple(zip((low - width).tolist(), (high + width).tolist(), strict=True))


def _take(data: Data, rows: Any) -> Data:
    weights = None if data.weights is None else data.weights[rows]
    x = data.x[rows]
    missing = data.missing and bool(np.isnan(x).any())
    return replace(data, x=x, y=data.y[rows], weights=weights, missing=missing)


def _targets(y: Any) -> list[Column]:
    """Return labels or values by columns: one, or several."""
    if is_frame(y):
        table = from_frame(y, "y")
        return [table.column(name) for name in table.names]
    try:
        array = np.asarray(y)
    except ValueError:
        raise DataError("y has rows of different lengths") from None
    if array.ndim == 0:
        raise DataError("x and y hold one entry a sample, not a single number")
    if array.ndim == 1:
        return [column_of("y", array)]
    if array.ndim > 2:
        raise DataError(f"y has the shape {array.shape}", "it is (samples,) or (samples, outputs)")
    several = array.shape[1] > 1
    return [column_of(f"y{j + 1}" if several else "y", array[:, j]) for j in range(array.shape[1])]

"""Targets: which task a column of labels or values calls for, and its encoding."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import DataError
from nnplug.core.loss import TASKS
from nnplug.tables.column import Column, text_of

FEW = 20
"""The most different whole numbers that are taken for classes."""

MOST_CLASSES = 1000
"""The most classes that a task may have."""


def guess_task(columns: Sequence[Column]) -> tuple[str, str]:
    """Return the task that targets call for, and why.

    Texts and booleans are classes, and so are few whole numbers (two, or at most 20 that are there
    twice on average), 0.0 and 1.0 alone, and several columns of which one is 1 and the others 0 in
    each row. Other numbers are a regression.
    """
    if len(columns) > 1:
        texts = [column.name for column in columns if column.texts is not None]
        if texts:
            raise DataError(
                f"{' and '.join(c.name for c in columns)} are several targets, and {texts[0]} "
                "holds texts",
                "several targets are numbers; classes are one column",
            )
        values = np.stack([column.values for column in columns])
        if np.isin(values, (0, 1)).all() and (values.sum(axis=0) == 1).all():
            return "multiclass", "one of the targets is 1 in each row, and the others 0"
        return "regression", "there are several targets"
    (column,) = columns
    values = column.values
    if column.texts is not None:
        n = len(column.texts)
        return ("binary" if n <= 2 else "multiclass"), f"{column.name} holds {n} different texts"
    if values.dtype.kind == "b":
        return "binary", f"{column.name} is true or false"
    if values.dtype.kind == "f":
        if ((values == 0) | (values == 1)).all() and (values != values[0]).any():
            return "binary", f"{column.name} holds 0 and 1 alone"
        return "regression", f"{column.name} holds numbers"
    n = len(np.unique(values))
    why = f"{column.name} holds {n} different whole numbers in {len(column)} rows"
    if n > 2 and (n > FEW or 2 * n > len(column)):
        return "regression", why
    return ("binary" if n <= 2 else "multiclass"), why


def encode(
    columns: Sequence[Column], task: str, names: Sequence[str] | None = None
) -> tuple[Array, tuple[str, ...]]:
    """Return targets as a task has them, and the names of the classes, if it has such.

    names : the classes that there are, for targets of a model that is trained; else those found
    Raises DataError for what the task cannot have.
    """
    if task not in TASKS:
        raise DataError(f"a task is one of {', '.join(TASKS)}, not {task!r}")
    for column in columns:
        _refuse_gaps(column)
    if task == "regression" or (task == "multiclass" and len(columns) > 1):
        for column in columns:
            if column.texts is not None:
                raise DataError(
                    f"a regression has numbers as targets, and {column.name} holds texts",
                    f"such as {next(iter(column.texts))!r}; --task multiclass makes them classes",
                )
        return np.stack([column.floats() for column in columns], axis=1), ()
    if len(columns) > 1:
        raise DataError(f"a binary task has one column of labels, not {len(columns)}")
    (column,) = columns
    classes, places = _classes(column)
    if names is not None:
        return _as_known(column, classes, places, task, names), tuple(names)
    if len(classes) < 2:
        raise DataError(
            f"all labels of {column.name} are {''.join(classes)!r}: there is nothing to learn"
        )
    if task == "binary" and len(classes) > 2:
        raise DataError(f"a binary task has 2 classes, not {len(classes)} ({column.name})")
    if len(classes) > MOST_CLASSES:
        raise DataError(
            f"{column.name} has {len(classes)} different labels in {len(column)} rows, too many "
            "for classes",
            "--task regression predicts numbers; name another target, or merge its labels",
        )
    return _placed(places, len(classes), task), classes


def _as_known(
    column: Column, classes: Sequence[str], places: Any, task: str, names: Sequence[str]
) -> Array:
    """Return targets in the order of a model's own classes."""
    at = {name: i for i, name in enumerate(names)}
    strange = [name for name in classes if name not in at]
    if strange:
        count = int(np.isin(places, [i for i, name in enumerate(classes) if name not in at]).sum())
        raise DataError(
            f"{column.name} holds {', '.join(map(repr, strange[:3]))}, in {count} of {len(column)} "
            "rows, and the training part has no such class",
            f"its classes: {', '.join(names[:20])}",
        )
    mapped = np.array([at[name] for name in classes])
    return _placed(mapped[places], len(names), task)


def _placed(places: Any, n: int, task: str) -> Array:
    if task == "binary":
        return np.asarray(places[:, None], np.float64)
    encoded = np.zeros((len(places), n))
    encoded[np.arange(len(places)), places] = 1
    return encoded


def _classes(column: Column) -> tuple[tuple[str, ...], Any]:
    """Return the names of a column's labels in their order, and each row's place among them."""
    if column.texts is not None:
        return column.texts, column.values
    different, places = np.unique(column.values, return_inverse=True)
    return tuple(map(text_of, different.tolist())), places


def _refuse_gaps(column: Column) -> None:
    missing = int(column.missing.sum())
    if missing:
        raise DataError(
            f"target {column.name} has no value in {missing} of {len(column)} rows",
            "a target cannot be filled in: leave these rows out",
        )
    if column.texts is None and not np.isfinite(column.values).all():
        raise DataError(
            f"target {column.name} holds values that are not finite",
            f"{int(np.isinf(column.values).sum())} of {len(column)} are infinite",
        )

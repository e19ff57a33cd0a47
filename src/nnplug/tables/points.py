"""From a table to points and targets: numbers as they are, texts by their places."""

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError
from nnplug.tables.column import NUMBER, Column, quoted, refuse_dates, refuse_mixed
from nnplug.tables.roles import Roles
from nnplug.tables.table import Table
from nnplug.tables.targets import encode, guess_task

MOST_TEXTS = 1000
"""The most different texts of a feature, each of which becomes a column."""

FEW_TEXTS = 20
"""So many texts may be different in most rows; more are no categories then."""


def data_of(table: Table, roles: Roles, task: str | None = None) -> Data:
    """Return the points and targets of a table's columns.

    task : guessed if not given
    Raises DataError for columns that cannot be learned from.
    """
    targets = [table.column(name) for name in roles.target]
    if not len(targets[0]):
        raise DataError(f"{table.source} has no rows")
    notes = list(table.notes)
    if task is None:
        for column in targets:
            refuse_mixed(column, "--task multiclass")
        task, why = guess_task(targets)
        notes.append(f"task {task}: {why}; --task sets another")
    y, classes = encode(targets, task)
    names = roles.features
    if not roles.chosen:
        idle = [name for name in names if name in table.unnamed and _is_idle(table.column(name))]
        names = tuple(name for name in names if name not in idle)
        notes += [
            f"column {name} has no name, and counts rows or is empty: left out" for name in idle
        ]
    x, categories = features_of(table, names, roles.categorical)
    return Data(
        x,
        y,
        task,
        names=classes or roles.target,
        columns=names if x.ndim == 2 else (),
        weights=None if roles.weight is None else weights_of(table.column(roles.weight)),
        categories=categories if any(categories) else (),
        missing=bool(np.isnan(x).any()),
        targets=roles.target,
        notes=tuple(notes),
    )


def features_of(
    table: Table, names: Sequence[str], categorical: Container[str] = ()
) -> tuple[Array, tuple[tuple[str, ...], ...]]:
    """Return features (rows, columns), NaN where a value is missing, and each column's texts.

    categorical : columns whose numbers are taken as texts
    Raises DataError for columns that cannot be learned from.
    """
    blocks = [name for name in names if name in table.blocks]
    if blocks:
        if len(names) > 1:
            others = ", ".join(name for name in names if name != blocks[0])
            raise DataError(
                f"{blocks[0]} has the shape {table.blocks[blocks[0]].shape}, and stands beside "
                f"other features: {others}",
                f"--features {blocks[0]} takes it alone",
            )
        return _block(blocks[0], table.blocks[blocks[0]]), ()
    columns = []
    for name in names:
        column = table.column(name)
        refuse_unusable(column, as_texts=name in categorical)
        columns.append(column.as_texts() if name in categorical else column)
    return side_by_side(columns), tuple(column.texts or () for column in columns)


def side_by_side(columns: Sequence[Column]) -> Array:
    """Return the floats of columns as one array: (rows, columns)."""
    return np.stack([column.floats() for column in columns], axis=1)


def refuse_unusable(column: Column, *, as_texts: bool = False) -> None:
    """Raise DataError for a column that is no feature: dates, names, texts among numbers, nothing.

    as_texts : whether its numbers are taken as texts
    """
    name, leave_out = column.name, f"--ignore {quoted(column.name)} leaves it out"
    if not as_texts:
        refuse_mixed(column, f"--categorical {quoted(name)}")
    refuse_dates(column)
    missing = column.missing
    if missing.all():
        raise DataError(f"column {name!r} has no value in any row", leave_out)
    texts = column.as_texts().texts if as_texts else column.texts
    if texts is None:
        if not np.isfinite(column.values[~missing]).all():
            count = int(np.isinf(column.values).sum())
            raise DataError(
                f"column {name!r} is infinite in {count} of {len(column)} rows", leave_out
            )
        return
    filled = len(column) - int(missing.sum())
    if len(texts) > MOST_TEXTS or (len(texts) > FEW_TEXTS and 2 * len(texts) > filled):
        raise DataError(
            f"column {name!r} has {len(texts):,} different texts in {filled:,} rows; each would "
            "become a feature",
            f"names, identifiers and free texts are no categories: {leave_out}, or replace it by "
            "what they tell",
        )


def weights_of(column: Column) -> Array:
    """Return how much each row counts; raises DataError for what is no weight."""
    if column.texts is not None:
        text = next(text for text in column.texts if not NUMBER.fullmatch(text))
        raise DataError(f"weight column {column.name!r} holds texts, such as {text!r}")
    missing = int(column.missing.sum())
    if missing:
        raise DataError(f"weight column {column.name!r} has no value in {missing} rows")
    if not (column.values >= 0).all() or not column.values.any():
        raise DataError(
            f"weight column {column.name!r} holds negative weights, or only zeros",
            "a weight is how much a row counts: 0 for not at all, 2 for twice",
        )
    return column.floats()


def _block(name: str, array: Any) -> Array:
    if array.dtype.kind not in "fiub" or not np.isfinite(array).all():
        raise DataError(f"array {name!r} holds something that is no finite number")
    return np.asarray(array, np.float64)


def _is_idle(column: Column) -> bool:
    """Say whether a column counts the rows from 0 or 1, or has no value at all."""
    if column.missing.all():
        return True
    if column.texts is not None:
        return False
    count = np.arange(len(column))
    return bool((column.values == count).all() or (column.values == count + 1).all())

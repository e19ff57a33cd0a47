"""The features of what users have, as numbers: NaN where a value is missing, texts by places."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, ShapeError
from nnplug.engine.arguments import numbers
from nnplug.tables.column import Column, quoted
from nnplug.tables.points import side_by_side
from nnplug.tables.roles import near
from nnplug.tables.table import Table, from_frame, from_matrix, is_frame

UNKNOWN = -1.0
"""Stands for a text that the training part does not have."""

SHOWN = 12
"""The most columns or categories that a message names."""


def features(
    table: Any,
    shape: Shape,
    columns: Sequence[str],
    categories: Sequence[Sequence[str]],
    unknown: str = "error",
) -> Array:
    """Return the features of a table: (rows, *shape).

    table : a data frame, a `Table`, `Data`, or an array with the columns in their order
    columns : their names, or () where they are told by their order alone
    categories : for each column the texts whose places are wanted, () for numbers; () for no texts
    unknown : what becomes of other texts: "error", or "ignore", and UNKNOWN stands for them
    Raises DataError and ShapeError for a table that does not fit.
    """
    if isinstance(table, Data):
        return of_data(table, categories)
    if is_table(table):
        found = from_frame(table)
        if len(shape) > 1:
            return _only_block(found, shape)
        return _of_columns(found, _found(found, shape, columns), categories, unknown)
    if not categories:
        x = numbers(table, "x")
        if x.shape[1:] != shape:
            raise _other_shape(x.shape, shape, columns)
        if np.isinf(x).any():
            raise DataError("x holds values that are not finite")
        return x
    x = np.asarray(table, object)
    if x.shape[1:] != shape:
        raise _other_shape(x.shape, shape, columns)
    named = columns or [f"column {j + 1}" for j in range(shape[0])]
    matrix = from_matrix(x, "x")
    return _of_columns(Table("x", tuple(named), matrix.get), named, categories, unknown)


def is_table(thing: Any) -> bool:
    """Say whether a thing has columns by name."""
    return isinstance(thing, Table) or is_frame(thing)


def of_data(data: Data, categories: Sequence[Sequence[str]]) -> Array:
    """Return the features of data with the places of texts among these; UNKNOWN for others."""
    if not data.categories or data.categories == categories:
        return data.x
    x = data.x.copy()
    for j, texts in enumerate(data.categories):
        if not texts:
            continue
        at = {text: float(place) for place, text in enumerate(categories[j])}
        table = np.array([*(at.get(text, UNKNOWN) for text in texts), UNKNOWN])
        there = ~np.isnan(x[:, j])
        x[there, j] = table[x[there, j].astype(int)]
    return x


def present(data: Data) -> tuple[tuple[str, ...], ...]:
    """Return the texts of each column that do occur in it."""
    found = []
    for j, texts in enumerate(data.categories):
        places = data.x[:, j]
        there = set(places[~np.isnan(places)].astype(int).tolist()) if texts else set()
        found.append(tuple(text for place, text in enumerate(texts) if place in there))
    return tuple(found)


def strange_texts(
    x: Array, columns: Sequence[str], categories: Sequence[Sequence[str]], rows: str
) -> list[str]:
    """Return a line on each column that has texts which the training part does not have.

    x : features by places;  rows : what these rows are called: "held-out rows"
    """
    found = []
    for j, texts in enumerate(categories):
        count = int((x[:, j] == UNKNOWN).sum()) if texts else 0
        if count:
            name = columns[j] if columns else f"column {j + 1}"
            found.append(
                f"{name} of {count:,} {rows} is in no training row: of none of its categories"
            )
    return found


def listed(names: Sequence[str]) -> str:
    """Return names as a message says them, a few at most."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def missing_counts(x: Array, names: Sequence[str]) -> dict[str, int]:
    """Return how many values of each column are missing, for those where any are."""
    counts = np.isnan(x).sum(axis=0).ravel().tolist()
    return {name: n for name, n in zip(names, counts, strict=True) if n}


def refuse_missing(x: Array, names: Sequence[str], *, trained: bool = False) -> DataError:
    """Return the error for missing values: how many each column has, and what can be done.

    trained : whether there is a model already, which has learned from rows without gaps
    """
    counts = missing_counts(x, names)
    said = [f"{name} {n}" for name, n in counts.items()]
    more = f" and {len(said) - SHOWN} columns more" if len(said) > SHOWN else ""
    worst = max(counts, key=lambda name: counts[name])
    hint = (
        "--impute mean, median or most_frequent fills them by what the training part has; "
        f"--ignore {quoted(worst)} leaves a column out"
    )
    if trained:
        hint = "the model has no values to fill them with; trained with --impute it would have"
    total = sum(counts.values())
    lacking = "1 value is" if total == 1 else f"{total:,} values are"
    return DataError(f"{lacking} missing in {len(x):,} rows: {', '.join(said[:SHOWN])}{more}", hint)


def _of_columns(
    table: Table, names: Sequence[str], categories: Sequence[Sequence[str]], unknown: str
) -> Array:
    found = []
    for j, name in enumerate(names):
        column = table.column(name)
        texts = categories[j] if categories else ()
        floats = _places(column, texts, unknown) if texts else _plain(column)
        found.append(Column(name, floats))
    return side_by_side(found)


def _plain(column: Column) -> Array:
    """Return the numbers of a column that had numbers in the training part."""
    if column.texts and not column.missing.all():
        row = int(np.argmax(column.values >= 0))
        raise DataError(
            f"{column.name} is {column.texts[column.values[row]]!r} in row {row + 1}, and in the "
            "training part it holds numbers"
        )
    found = column.floats()
    if np.isinf(found).any():
        raise DataError(f"{column.name} is infinite in {int(np.isinf(found).sum())} rows")
    return found


def _places(column: Column, texts: Sequence[str], unknown: str) -> Array:
    """Return the places of a column's texts among those of the training part."""
    column = column.as_texts()
    at = {text: float(place) for place, text in enumerate(texts)}
    own = column.texts or ()
    table = np.array([*(at.get(text, UNKNOWN) for text in own), np.nan])
    found: Array = table[column.values]
    strange = found == UNKNOWN
    if unknown == "error" and strange.any():
        row = int(np.argmax(strange))
        others = int(strange.sum()) - 1
        raise DataError(
            f"{column.name} is {own[column.values[row]]!r} in row {row + 1}"
            + (f", and unknown in {others} more" if others else "")
            + "; the training part has no such category",
            "it has " + ", ".join(texts[:SHOWN]) + (", ..." if len(texts) > SHOWN else ""),
        )
    return found


def _found(table: Table, shape: Shape, columns: Sequence[str]) -> Sequence[str]:
    """Return the names of the columns that are wanted; raises DataError for one not there."""
    if not columns:
        if len(table.names) != shape[0]:
            raise _other_shape((len(table.names),), shape, columns)
        return table.names
    absent = [name for name in columns if name not in table.names]
    if absent:
        raise DataError(
            f"{table.source} has no column {', '.join(map(repr, absent[:SHOWN]))}"
            + (f" and {len(absent) - SHOWN} more" if len(absent) > SHOWN else "")
            + (near(absent[0], table.names) if len(absent) == 1 else ""),
            f"the model takes {', '.join(columns[:SHOWN])}" + ", ..." * (len(columns) > SHOWN),
        )
    return columns


def _only_block(table: Table, shape: Shape) -> Array:
    fitting = [block for block in table.blocks.values() if block.shape[1:] == shape]
    if len(fitting) != 1:
        raise DataError(
            f"{table.source} holds {len(fitting)} arrays (rows, {', '.join(map(str, shape))}), "
            "which the model takes one of"
        )
    return numbers(fitting[0], "x")


def _other_shape(found: Shape, shape: Shape, columns: Sequence[str]) -> ShapeError:
    wanted = ", ".join(map(str, shape))
    names = ", ".join(columns[:SHOWN]) + ", ..." * (len(columns) > SHOWN)
    return ShapeError(
        f"x of shape {found}; the model takes (rows, {wanted})",
        f"in this order: {names}" if columns else None,
    )

"""One column of a table: numbers, or texts by their places."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.core.errors import DataError

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""What reads as a number."""

DATE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T].*)?")
"""What reads as a date: 2026-01-31, 31.1.2026, 1/31/26, with a time of day or without."""

LONGEST = 60
"""The most characters of a name that a message has."""

ABSENT = {"NoneType", "NAType", "NaTType"}
"""The types of what stands for a missing value, beside NaN: None, and those of pandas."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column's values.

    values : (rows,) numbers of any type, NaN where one is missing; or the places of texts, -1 where
        one is missing
    texts : the different texts, sorted; None for numbers
    """

    name: str
    values: NDArray[Any]
    texts: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Where values are missing: (rows,)."""
        if self.texts is not None:
            return np.asarray(self.values < 0)
        return np.asarray(np.isnan(self.values))

    def floats(self) -> Array:
        """Return numbers, or the places of texts: (rows,), NaN where one is missing."""
        if self.texts is None:
            return self.values.astype(np.float64, copy=False)
        values = self.values.astype(np.float64)
        values[self.values < 0] = np.nan
        return values

    def counts(self) -> NDArray[Any]:
        """Return how often each text occurs: (texts,)."""
        assert self.texts is not None
        return np.bincount(self.values[self.values >= 0], minlength=len(self.texts))

    def as_texts(self) -> "Column":
        """Return the column with the texts of its numbers."""
        if self.texts is not None:
            return self
        present = ~self.missing
        different, places = np.unique(self.values[present], return_inverse=True)
        codes = np.full(len(self), -1, np.int64)
        codes[present] = places
        return _sorted(self.name, codes, [text_of(value) for value in different.tolist()])


def text_of(value: Any) -> str:
    """Return the text of a value: that of a whole number without decimals, whatever its type."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def column_of(name: str, values: Any) -> Column:
    """Return the column of an array, or of what NumPy makes one of.

    Raises DataError for dates, and for what is neither numbers nor texts.
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise DataError(f"{name} has the shape {array.shape}", "a column has one value a row")
    kind = array.dtype.kind
    if kind in "fiub":
        return Column(name, array)
    if kind in "US":
        different, places = np.unique(array, return_inverse=True)
        return _sorted(name, places, [_decoded(text) for text in different.tolist()])
    if kind in "Mm":
        raise _dates(name)
    if kind != "O":
        raise DataError(f"{name} holds {array.dtype}, neither numbers nor texts")
    return _of_objects(name, array)


def of_texts(name: str, codes: NDArray[Any], texts: Iterable[str]) -> Column:
    """Return the column of texts by their places; equal ones, and unsorted ones, are welcome."""
    return _sorted(name, codes, [text.strip() for text in texts])


def as_numbers(column: Column) -> Column:
    """Return the column with numbers, if all its texts are such."""
    if not column.texts or not all(NUMBER.fullmatch(text) for text in column.texts):
        return column
    table = np.array([*map(float, column.texts), np.nan])
    return Column(column.name, table[column.values])


def refuse_mixed(column: Column, as_texts: str) -> None:
    """Raise DataError where most texts are numbers: then the others are no categories.

    as_texts : what to type where they are
    """
    if column.texts is None:
        return
    others = [i for i, text in enumerate(column.texts) if not NUMBER.fullmatch(text)]
    counts = column.counts()
    strange, whole = int(counts[others].sum()), int(counts.sum())
    if not strange or 2 * strange > whole:
        return
    shown = sorted(others, key=lambda i: -counts[i])[:3]
    said = ", ".join(f"{column.texts[i]!r} in {counts[i]}" for i in shown)
    first = column.texts[shown[0]]
    raise DataError(
        f"column {column.name!r} holds numbers, and in {strange} of {whole} rows texts: {said}"
        + (", ..." if len(others) > len(shown) else ""),
        f"--missing {quoted(first)} reads a text as a missing value; {as_texts} takes all values "
        "as texts",
    )


def refuse_dates(column: Column) -> None:
    """Raise DataError where all texts are dates."""
    if column.texts and all(DATE.fullmatch(text) for text in column.texts):
        raise _dates(column.name)


def quoted(name: str) -> str:
    """Return a name as a shell takes it, cut where it is very long."""
    name = name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."
    return name if re.fullmatch(r"[\w.,:/%+-]+", name) else shlex.quote(name)


def _dates(name: str) -> DataError:
    return DataError(
        f"column {name!r} holds dates, which a network cannot take as they are",
        "make numbers of them, such as the year, or the days since the first one; "
        f"--ignore {quoted(name)} leaves the column out",
    )


def _no_column(name: str, value: Any) -> DataError:
    return DataError(
        f"column {name!r} holds {type(value).__name__} objects, neither numbers nor texts",
        f"--ignore {quoted(name)} leaves it out",
    )


def _of_objects(name: str, array: NDArray[Any]) -> Column:
    """Return the column of Python objects: numbers, texts or booleans, some of them missing."""
    places: dict[Any, int] = {}
    codes = np.empty(len(array), np.int64)
    value: Any = None
    try:
        for i, value in enumerate(array.tolist()):
            absent = type(value).__name__ in ABSENT or value != value
            key = (type(value), value)
            codes[i] = -1 if absent else places.setdefault(key, len(places))
    except (TypeError, ValueError):  # lists and arrays can be neither looked up nor compared
        raise _no_column(name, value) from None
    different = [value for _, value in places]
    texts = [isinstance(value, (str, bytes)) for value in different]
    if different and all(texts):
        return _sorted(name, codes, [_decoded(value) for value in different])
    if any(texts):
        return _sorted(name, codes, [text_of(value) for value in different])
    return Column(name, _numbers(name, different, codes))


def _numbers(name: str, different: list[Any], codes: NDArray[Any]) -> NDArray[Any]:
    for value in different:
        if hasattr(value, "isoformat") or isinstance(value, (np.datetime64, np.timedelta64)):
            raise _dates(name)
        if not hasattr(value, "__float__"):
            raise _no_column(name, value)
    try:
        table = np.array(different)
        if table.dtype.kind not in "fiub":  # whole numbers too large, decimals, fractions
            table = np.array([float(value) for value in different])
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"column {name!r} holds something that is no number") from None
    if (codes >= 0).all():
        return np.asarray(table[codes]) if len(table) else np.empty(0)
    values = np.full(len(codes), np.nan)
    values[codes >= 0] = table[codes[codes >= 0]] if len(table) else np.nan
    return values


def _sorted(name: str, codes: NDArray[Any], texts: list[str]) -> Column:
    """Return the column with its texts sorted, each there once."""
    different = sorted(set(texts) - {""})  # an empty cell is a missing value, in a data frame too
    at = {text: i for i, text in enumerate(different)} | {"": -1}
    # One more for -1, which is the last.
    places = np.array([*(at[text] for text in texts), -1], np.int32)
    return Column(name, places[codes], tuple(different))


def _decoded(text: Any) -> str:
    return text.decode("utf-8", "replace").strip() if isinstance(text, bytes) else text.strip()

"""A table: columns by their names, whatever it was read from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import DataError
from nnplug.tables.column import Column, column_of

Make = Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    source : what messages call it: a file's name, "the data frame"
    names : of the columns, in their order
    get : returns a column's values by its place: an array, what NumPy makes one of, or a Column
    groups : the columns that can be named together, as those of an array of an NPZ file
    blocks : arrays of more than two axes by name, such as images
    unnamed : the columns whose name is empty where the others have one
    notes : what was decided in reading it
    advice : what to type where a column is not found
    """

    source: str
    names: tuple[str, ...]
    get: Callable[[int], Any]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blocks: Mapping[str, Array] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    advice: str = ""
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places = {name: place for place, name in enumerate(self.names)}
        object.__setattr__(self, "_places", places)

    def column(self, name: str) -> Column:
        """Return a column; raises DataError for what is neither numbers nor texts."""
        values = self.get(self._places[name])
        return values if isinstance(values, Column) else column_of(name, values)


def is_frame(thing: Any) -> bool:
    """Say whether a thing is a data frame, or a mapping of names to columns."""
    if isinstance(thing, (np.ndarray, str, bytes)):
        return isinstance(thing, np.ndarray) and thing.dtype.names is not None
    return isinstance(thing, Mapping) or hasattr(thing, "columns")


def from_frame(frame: Any, source: str = "the data frame") -> Table:
    """Return the table of a data frame, by its looks.

    frame : of pandas, Polars or PyArrow, a mapping of names to columns, or a structured array
    """
    if isinstance(frame, Table):
        return frame
    if isinstance(frame, Mapping):
        labels: Sequence[Any] = list(frame)
    elif isinstance(frame, np.ndarray):
        labels = list(frame.dtype.names or ())
    else:
        # PyArrow's `columns` are the columns themselves.
        labels = list(getattr(frame, "column_names", frame.columns))
    names = tuple(str(label) for label in labels)
    refuse_twins(names, source)
    lengths = {len(frame[label]) for label in labels}
    if len(lengths) > 1:
        raise DataError(f"{source} has columns of {', '.join(map(str, sorted(lengths)))} rows")
    return Table(source, names, lambda i: frame[labels[i]])


def from_matrix(x: Array, source: str, prefix: str = "c") -> Table:
    """Return the table of an array (rows, columns), its columns called c1, c2, ..."""
    names = tuple(f"{prefix}{j + 1}" for j in range(x.shape[1]))
    return Table(source, names, lambda i: x[:, i])


def refuse_twins(names: Sequence[str], source: str) -> None:
    """Raise DataError where two columns have one name."""
    twins = sorted(name for name, count in Counter(names).items() if count > 1)
    if twins:
        raise DataError(
            f"{source} has several columns called {', '.join(map(repr, twins))}",
            "give each a name of its own",
        )

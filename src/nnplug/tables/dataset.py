"""The table reader as a dataset: a file's columns as points and targets."""

from pathlib import Path
from typing import Annotated, Any, Literal
from weakref import WeakValueDictionary

from nnplug.core.dataset import Data, Dataset
from nnplug.tables.options import Options
from nnplug.tables.points import data_of
from nnplug.tables.read import read_table
from nnplug.tables.roles import Roles, Wanted, roles_of
from nnplug.tables.table import Table

_READ: WeakValueDictionary[Any, Data] = WeakValueDictionary()
"""What was read, for the many runs of a comparison."""


class TableFile(Dataset):
    """The rows of a file: CSV, TSV and the like, also compressed, Parquet, NPZ or NPY.

    Formula: x = the features' columns, y = the target's column
    Rule: a text of a feature is its place among the sorted texts of its column. The target's texts
        and few whole numbers are classes; other numbers are values.
    Shapes: x (rows, features); y (rows, 1) of 0 and 1 or values, (rows, classes) one-hot, or
        (rows, targets)
    Source: the file; of the form CSV, Shafranovich, RFC 4180, 2005.

    `nnplug train --data FILE --target NAME` says the same.
    """

    path: Annotated[str, "the file"]
    target: Annotated[tuple[str, ...], "the column to predict, or several"]
    features: Annotated[tuple[str, ...], "those to predict it from; by default all others"] = ()
    ignore: Annotated[tuple[str, ...], "columns to leave out"] = ()
    categorical: Annotated[tuple[str, ...], "columns whose numbers are names"] = ()
    weight_column: Annotated[str | None, "how much each row counts"] = None
    task: Annotated[
        Literal["binary", "multiclass", "regression"] | None, "guessed from the target if none"
    ] = None
    delimiter: Annotated[str | None, "between cells; found out if none"] = None
    header: Annotated[bool | None, "whether the first line has names; found out if none"] = None
    encoding: Annotated[str | None, "of the characters; UTF-8 if none"] = None
    missing: Annotated[tuple[str, ...], "texts that are missing values"] = ()

    fixed = True

    def load(self, rng: Any) -> Data:
        """Read the file; raises DataError for what is no table, and for what cannot be learned."""
        return read_points(self)


def read_points(file: TableFile) -> Data:
    """Return a file's points; the same ones, as long as somebody holds them and it is unchanged."""
    try:
        state = Path(file.path).stat()
    except OSError:
        return _read(file)  # which says what is wrong
    key = (file, state.st_mtime_ns, state.st_size)
    data = _READ.get(key)
    if data is None:
        data = _READ[key] = _read(file)
    return data


def _read(file: TableFile) -> Data:
    roles: list[Roles] = []

    def choose(table: Table) -> Roles:
        roles.append(roles_of(table, wanted))
        return roles[-1]

    wanted = Wanted(file.target, file.features, file.ignore, file.categorical, file.weight_column)
    options = Options(file.delimiter, file.header, file.encoding, file.missing)
    table = read_table(file.path, choose, wanted.names(), options)
    return data_of(table, roles[-1], file.task)

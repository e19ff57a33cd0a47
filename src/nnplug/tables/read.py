"""Reading a table from a file, whatever its form."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from nnplug.core.errors import DataError
from nnplug.tables.arrays import read_npy, read_npz
from nnplug.tables.opened import first_bytes
from nnplug.tables.options import Options
from nnplug.tables.table import Table, from_frame
from nnplug.tables.text import Choose, read_text

OTHERS = {
    ".xlsx": "a spreadsheet: save it as CSV from the program that made it",
    ".xls": "a spreadsheet: save it as CSV from the program that made it",
    ".json": "JSON: make a data frame of it, and give that to nnplug.train(data=...)",
    ".feather": "Feather: make a data frame of it, and give that to nnplug.train(data=...)",
    ".pkl": "a pickle, whose loading may run code: save it as CSV, Parquet or NPZ",
    ".pickle": "a pickle, whose loading may run code: save it as CSV, Parquet or NPZ",
}
"""What is no table that nnplug reads, and what to do."""


def read_table(
    path: str | Path, choose: Choose, wanted: Sequence[str] = (), options: Options | None = None
) -> Table:
    """Read a table: CSV, TSV and other text, compressed or not, Parquet, NPZ or NPY.

    choose : is shown the table's names, and says which columns are needed
    wanted : names that are asked for, which tell whether the first line of a text has names
    options : how to read a text
    Raises DataError for what is no table, and says what to install where a library is missing.
    """
    path = Path(path)
    options = options or Options()
    start = first_bytes(path)
    suffix = path.suffix.lower()
    if suffix == ".npy" or start.startswith(b"\x93NUMPY"):
        table = read_npy(path)
    elif suffix == ".npz":
        table = read_npz(path)
    elif suffix in (".parquet", ".pq") or start.startswith(b"PAR1"):
        table = _read_parquet(path)
    elif suffix in OTHERS:
        raise DataError(f"{path} is {OTHERS[suffix]}")
    else:
        return read_text(path, wanted, options, choose)
    _refuse_options(path, options)
    choose(table)  # which says what is not there
    return table


def _read_parquet(path: Path) -> Table:
    try:
        pd = import_module("pandas")
        frame = pd.read_parquet(path)
    except ImportError:
        raise DataError(
            f"{path} is a Parquet file, which pandas reads with pyarrow, and that is not installed",
            "type: pip install 'nnplug[parquet]'",
        ) from None
    except MemoryError:
        raise
    except Exception as error:  # a damaged file raises errors of pyarrow's own
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(f"{path} is damaged, or no Parquet file: {said}") from None
    return from_frame(frame, str(path))


def _refuse_options(path: Path, options: Options) -> None:
    given = {
        "delimiter": options.delimiter,
        "header": options.header,
        "encoding": options.encoding,
        "missing": options.missing or None,
    }
    for name, value in given.items():
        if value is not None and name not in options.inherited:
            raise DataError(f"--{name} is for files of text; {path} says it itself")

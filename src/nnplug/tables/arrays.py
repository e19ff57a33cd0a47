"""Tables of NumPy's own files: NPY and NPZ. Objects in them are refused, for they may hold code."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.core.errors import DataError
from nnplug.tables.table import Table, from_frame, from_matrix, refuse_twins


def read_npy(path: Path) -> Table:
    """Return the table of an NPY file: an array (rows, columns), or one with named fields."""
    with _loaded(path) as array:
        if not isinstance(array, np.ndarray):
            raise DataError(f"{path} is an NPZ file by its contents", "call it .npz")
    if array.dtype.names is not None:
        return from_frame(array, str(path))
    if array.ndim != 2:
        raise DataError(f"{path} has the shape {array.shape}", "a table is (rows, columns)")
    _refuse_empty(array, str(path))
    return from_matrix(array, str(path))


def read_npz(path: Path) -> Table:
    """Return the table of an NPZ file, whose arrays have one entry a row each.

    An array of one axis is a column, one of two (x) is columns (x1, x2, ...), which its own name
    means together; one of more axes, such as images, stays whole.
    """
    with _loaded(path) as archive:
        if isinstance(archive, np.ndarray):
            raise DataError(f"{path} is an NPY file by its contents", "call it .npy")
        arrays = {name: _member(archive, name, path) for name in archive.files}
    lengths = {name: len(array) if array.ndim else None for name, array in arrays.items()}
    if len(set(lengths.values())) != 1 or None in lengths.values():
        said = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise DataError(
            f"{path} holds arrays of different lengths: {said}" if arrays else f"{path} is empty",
            "the arrays of a table have one entry a row each",
        )
    columns: list[tuple[str, NDArray[Any]]] = []
    groups: dict[str, tuple[str, ...]] = {}
    blocks: dict[str, Array] = {}
    for name, array in arrays.items():
        _refuse_empty(array, str(path))
        if array.ndim == 1:
            columns.append((name, array))
        elif array.ndim == 2:
            members = tuple(f"{name}{j + 1}" for j in range(array.shape[1]))
            groups[name] = members
            columns += [(one, array[:, j]) for j, one in enumerate(members)]
        else:
            blocks[name] = array
    names = tuple(name for name, _ in columns)
    refuse_twins((*names, *blocks), str(path))
    return Table(str(path), names, lambda i: columns[i][1], groups, blocks)


@contextmanager
def _loaded(path: Path) -> Iterator[Any]:
    """Give what a file holds; raises DataError for one that is damaged, or holds objects."""
    with path.open("rb") as file:
        try:
            found = np.load(file, allow_pickle=False)
        except OSError as error:
            raise DataError(f"{path}: {error.strerror or 'it is damaged'}") from None
        except Exception as error:  # a damaged file raises all there is
            raise _unreadable(path, error) from None
        yield found


def _member(archive: Any, name: str, path: Path) -> NDArray[Any]:
    try:
        array = archive[name]
    except Exception as error:
        raise _unreadable(path, error) from None
    if not isinstance(array, np.ndarray):
        raise DataError(f"{path}: {name} is no array")
    return array


def _unreadable(path: Path, error: Exception) -> DataError:
    if isinstance(error, ValueError) and "allow_pickle" in str(error):
        return DataError(
            f"{path} holds Python objects, whose loading may run code",
            "save arrays of numbers or texts: np.savez(path, x=x.astype(float), ...)",
        )
    if isinstance(error, zipfile.BadZipFile):
        return DataError(f"{path} is damaged, or no NPZ file: {error}")
    return DataError(f"{path} is damaged, or no file of NumPy: {type(error).__name__}: {error}")


def _refuse_empty(array: NDArray[Any], source: str) -> None:
    if array.size == 0:
        raise DataError(f"{source} has no rows" if not len(array) else f"{source} has no columns")

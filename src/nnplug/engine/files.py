"""Files of runs: whole or not there, and data alone, never code.

A file is written under a temporary name and renamed, so that there is never half a file under the
real one.
"""

import os
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from numpy.typing import NDArray

from nnplug.core.errors import RunFileError
from nnplug.engine import archive
from nnplug.engine.stored_zip import DamagedError

FORMAT = 1
"""Of the files of arrays; what reads them refuses a later one."""

_LEFT_BEHIND = re.compile(r"\.\w[\w.\-]*\.[0-9a-f]{8}\.part")


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write arrays and JSON under `path`; raises RunFileError that names it.

    Equal contents give equal bytes. NumPy and every zip program read them, too.
    """

    def write(file: IO[bytes]) -> None:
        try:
            archive.write_archive(file, arrays, {"format": FORMAT, **meta})
        except (TypeError, ValueError, RecursionError) as error:
            raise RunFileError(f"cannot write {path}: {error}") from None

    _write(path, write)


def read_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what `write_arrays` wrote; raises RunFileError for a file that is not exactly that."""
    arrays, meta = _read(path, archive.read_archive)
    return arrays, _of_this_format(path, meta)


def read_some(path: Path, names: Collection[str]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read the JSON of such a file and some arrays, without a look at the rest.

    Raises RunFileError.
    """
    arrays, meta = _read(path, lambda path: archive.read_some(path, names))
    return arrays, _of_this_format(path, meta)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it is there whole or not at all; raises RunFileError."""
    data = content.encode() if isinstance(content, str) else content
    _write(path, lambda file: file.write(data))


def sweep(folder: Path) -> None:
    """Remove what a process left behind that was killed while it wrote a file."""
    with suppress(OSError):
        for path in folder.iterdir():
            if _LEFT_BEHIND.fullmatch(path.name):
                path.unlink()


def _write(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    if path.is_dir():
        raise RunFileError(f"cannot write {path}: it is a folder")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, RunFileError):
            raise RunFileError(f"cannot write {path}: {error.strerror or error}") from None
        raise


def _read(path: Path, read: Callable[[Path], Any]) -> Any:
    try:
        return read(path)
    except DamagedError as error:
        raise RunFileError(f"{path} is damaged, or no nnplug file: {error}") from None
    except MemoryError:
        raise RunFileError(f"{path} takes more memory than there is") from None
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror or error}") from None


def _of_this_format(path: Path, meta: Any) -> dict[str, Any]:
    if not isinstance(meta, dict):
        raise RunFileError(f"{path} is damaged, or no nnplug file: its JSON is no object")
    found = meta.get("format")
    if type(found) is not int or found != FORMAT:
        said = f"format {found}" if type(found) is int and abs(found) < 10**9 else "no format"
        raise RunFileError(
            f"{path} has {said}; this nnplug reads {FORMAT}", "install the nnplug that wrote it"
        )
    return meta

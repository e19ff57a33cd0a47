"""Opening a file that may be compressed, whatever its name says."""

import bz2
import gzip
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from nnplug.core.errors import DataError

MAGIC = {
    "gzip": b"\x1f\x8b",
    "bz2": b"BZh",
    "xz": b"\xfd7zXZ\x00",
    "zstd": b"\x28\xb5\x2f\xfd",
    "zip": b"PK\x03\x04",
}
"""The first bytes of compressed files."""

BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)
"""What decompressing a damaged file raises, beside OSError."""


def first_bytes(path: Path) -> bytes:
    """Return the first few bytes of a file; raises DataError where it cannot be read."""
    try:
        # What is read is opened more than once, and a pipe gives its bytes once, or never.
        if stat.S_ISFIFO(path.stat().st_mode):
            raise DataError(f"{path} is a pipe", "write what comes from it into a file first")
        with path.open("rb") as file:
            return file.read(8)
    except IsADirectoryError:
        raise DataError(f"{path} is a folder", "name a file in it") from None
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None


def compression_of(path: Path) -> str | None:
    """Return how a file is compressed, by its first bytes, or None."""
    start = first_bytes(path)
    return next((name for name, magic in MAGIC.items() if start.startswith(magic)), None)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file's contents, decompressed; raises DataError for what is damaged."""
    compression = compression_of(path)
    try:
        with _open(path, compression) as file:
            yield file
    except BROKEN as error:
        raise DataError(f"{path} is damaged, or no {compression}: {error}") from None
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None


def _open(path: Path, compression: str | None) -> IO[bytes]:
    if compression == "gzip":
        return gzip.GzipFile(path)  # type: ignore[return-value]  # it has all that reading needs
    if compression == "bz2":
        return bz2.open(path)
    if compression == "xz":
        return lzma.open(path)
    if compression == "zstd":
        return _zstd(path)
    if compression == "zip":
        return _only_member(path)
    return path.open("rb")


def _only_member(path: Path) -> IO[bytes]:
    archive = zipfile.ZipFile(path)
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "xl/workbook.xml" in names:
        archive.close()
        raise DataError(f"{path} is a spreadsheet", "save it as CSV from the program that made it")
    if len(names) != 1:
        archive.close()
        raise DataError(
            f"{path} holds {len(names)} files", "unpack it, and name the one that is meant"
        )
    return archive.open(names[0])


def _zstd(path: Path) -> IO[bytes]:
    for module in ("compression.zstd", "zstandard"):  # that of Python 3.14, or a package
        try:
            library: Any = import_module(module)
        except ImportError:
            continue
        file: IO[bytes] = library.open(path, "rb")
        return file
    raise DataError(f"{path} is compressed with zstd", "type: pip install zstandard")

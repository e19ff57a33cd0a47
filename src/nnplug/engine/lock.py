"""One writer a folder: two runs into one would leave a mixture of both."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from nnplug.core.errors import RunFileError
from nnplug.engine.files import sweep

LOCK = ".lock"

TRIES = 5
"""How often it is tried within a few hundredths of a second: somebody may only have looked."""


@dataclass(frozen=True)
class Lock:
    """A folder that this process alone writes into."""

    folder: Path
    file: IO[Any]

    def holds(self) -> bool:
        """Say whether the folder is still the one that was locked, and not removed since."""
        return _is(self.file, self.folder / LOCK)


@contextmanager
def locked(folder: Path, *, new: bool = False) -> Iterator[Lock]:
    """Keep other processes from writing into a folder; raises RunFileError where one does.

    The system lets the lock go with the process, however that ends. What a killed process left half
    written is removed.

    new : refuse a folder into which another process has written since it was made
    """
    path = folder / LOCK
    with _taken(path) as file:
        try:
            sweep(folder)
            if new and any(one.name != LOCK for one in folder.iterdir()):
                raise RunFileError(
                    f"another run has just been written into {folder}",
                    "name another folder; nothing is overwritten",
                )
            yield Lock(folder, file)
        finally:
            if _is(file, path):
                with suppress(OSError):
                    path.unlink()


def is_locked(folder: Path) -> bool:
    """Say whether a process is writing into a folder now."""
    try:
        with (folder / LOCK).open("r+b") as file:
            return not _take(file)
    except OSError:
        return False


def _taken(path: Path) -> IO[Any]:
    """Return the lock's file, open and locked; raises RunFileError."""
    for _ in range(TRIES):
        try:
            file = path.open("a+b")
        except OSError as error:
            raise RunFileError(f"cannot write {path}: {error.strerror or error}") from None
        # Who was there before may have just removed it.
        if _take(file) and _is(file, path):
            return file
        file.close()
        time.sleep(0.01)
    raise RunFileError(
        f"another run is writing into {path.parent}", "wait for it, or name another folder"
    )


def _is(file: IO[Any], path: Path) -> bool:
    """Say whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[Any]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[Any]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

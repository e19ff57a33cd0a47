"""Writing a package: all of its files, or none, and never over anything."""

import os
from pathlib import Path
from shutil import rmtree

from nnplug.scaffold.errors import ScaffoldError
from nnplug.scaffold.package import Package


def write(package: Package, into: Path) -> Path:
    """Write the package into a folder of its name and return that.

    Raises ScaffoldError where something is there already, or the files cannot be written.
    """
    target = into / package.name
    _refuse_to_overwrite(target)
    unfinished = into / f".{package.name}.{os.getpid()}.unfinished"
    try:
        unfinished.mkdir()
        try:
            for path, content in package.files().items():
                file = unfinished / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            if target.is_dir():
                target.rmdir()  # which fails if it is not empty any more
            unfinished.rename(target)
        finally:
            rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise ScaffoldError(f"{target} cannot be written: {error.strerror or error}") from error
    return target


def _refuse_to_overwrite(target: Path) -> None:
    if not target.parent.is_dir():
        raise ScaffoldError(f"there is no folder {target.parent}", "--into names one that is there")
    if os.path.lexists(target) and (
        target.is_symlink() or not target.is_dir() or any(target.iterdir())
    ):
        raise ScaffoldError(
            f"{target} is there already, and nothing is overwritten",
            "choose another name, or another folder with --into",
        )

"""The tables that a page sent: their contents come by message, and no path does."""

import base64
import binascii
from pathlib import Path
from typing import Any

from nnplug.core.errors import SettingsError

LARGEST = 64 * 2**20
"""The most bytes of a table."""

ALL = 4 * LARGEST
"""The most bytes of all tables of a page."""

LONGEST = 100
"""The most letters of a table's name."""

SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".npz", ".npy", ".parquet"),
    *(".gz", ".bz2", ".xz", ".zst", ".zip"),
)
"""How names of tables end."""


class Uploads:
    """Keeps tables below a folder, each in one of its own: a run may still use an older one.

    folder : where they are put; whoever made it removes it
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._paths: dict[str, Path] = {}
        self._count = self._bytes = 0

    def keep(self, name: Any, text: Any) -> None:
        """Keep a table under a name.

        name : what the user calls it;  text : its contents in base64
        Raises SettingsError for what is no table, and for one that is too large.
        """
        if not isinstance(name, str) or not isinstance(text, str):
            raise SettingsError("a table has a name, and its contents in base64")
        plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in name).lstrip(".")
        if not plain.lower().endswith(SUFFIXES):
            raise SettingsError(
                f"{name[:LONGEST]!r} is no table", f"its name ends in {', '.join(SUFFIXES)}"
            )
        if len(plain.encode()) > LONGEST:
            raise SettingsError(f"the name {name[:20]!r}... is too long", "rename the file")
        # Four letters hold three bytes; the rest is exact below.
        if len(text) > LARGEST // 3 * 4 + 4:
            raise self._too_large(name)
        try:
            contents = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise SettingsError(f"the contents of {name} are damaged", "open it again") from None
        if len(contents) > LARGEST:
            raise self._too_large(name)
        if self._bytes + len(contents) > ALL:
            raise SettingsError(
                f"the tables of this page are larger than {ALL // 2**20} MiB together",
                "load the page again",
            )
        self._count += 1
        self._bytes += len(contents)
        path = self.folder / str(self._count) / plain
        path.parent.mkdir()
        path.write_bytes(contents)
        self._paths[name] = path

    def path(self, name: str) -> Path:
        """Return where a table lies; raises SettingsError where none has this name."""
        if name not in self._paths:
            raise SettingsError(f"the table {name!r} is not here", "open the file once more")
        return self._paths[name]

    def named(self, text: str) -> str:
        """Return a text with the names that the user knows, in place of where the tables lie."""
        for name, path in self._paths.items():
            text = text.replace(str(path), name)
        return text

    def _too_large(self, name: str) -> SettingsError:
        return SettingsError(
            f"{name} is larger than {LARGEST // 2**20} MiB", "nnplug train --data reads it"
        )

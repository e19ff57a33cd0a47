"""The rows that `calibration.py` keeps: one line of JSON for each component and seed."""

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

SOURCES = [f"src/nnplug/{part}" for part in ("core", "engine", "plugins", "testing")]
SOURCES += ["tests/mistakes"]

Job = tuple[str, str, int]
"""Kind, name, seed; the kind of what is wrong is "mistake"."""

Row = dict[str, Any]


def job_of(row: Row) -> Job:
    """Return the job that a row answers."""
    return row["kind"], row["name"], row["seed"]


def fingerprint() -> str:
    """Return what tells one state of the kit and the built-ins from another."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Into:
    """A file of rows, whole at every moment but for its last line.

    Raises SystemExit for a file of other sources: its rows are no measurement of these.
    """

    def __init__(self, path: Path) -> None:
        head = {"sources": fingerprint()}
        text = path.read_bytes() if path.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        known = [json.loads(line) for line in whole.splitlines()]
        if known and known[0] != head:
            raise SystemExit(f"{path} was begun with other sources: remove it, or name another")
        self.rows: list[Row] = known[1:]
        self.file = path.open("ab")
        self.file.truncate(len(whole))  # a line that was cut off is measured again
        if not known:
            self._write(head)

    def add(self, row: Row) -> None:
        """Keep a row."""
        self._write(row)
        self.rows.append(row)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def _write(self, row: Row) -> None:
        self.file.write(json.dumps(row).encode() + b"\n")
        self.file.flush()

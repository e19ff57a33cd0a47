"""Where a comparison keeps its runs: each one is a line, written as soon as it is finished."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nnplug.comparison.records import Record
from nnplug.core.errors import RunFileError
from nnplug.engine.files import write_whole
from nnplug.engine.schema import (
    Check,
    mapping,
    measure,
    number,
    one_of,
    or_none,
    several,
    table,
    text,
    whole,
)

PLAN, RUNS = "comparison.json", "runs.jsonl"

FORMAT = 1
"""Of the files; what reads them refuses a later one."""

_CURVE = several(measure)
RECORD: Check = table(
    {
        "setting": whole(0),
        "seed": whole(0),
        "role": one_of("judge", "tune"),
        "lr": or_none(number),
        "status": one_of("done", "diverged", "failed"),
        "metrics": mapping(text(), measure),
        "curves": mapping(text(), _CURVE),
        "goal_epoch": or_none(whole(0)),
        "epochs": whole(0),
        "reason": text(),
        "error": text(),
        "seconds": number,
        "together": whole(1),
        "note": text(),
        "surface": or_none(several(several(_CURVE))),
    }
)
"""One line of the runs, once its numbers are numbers."""


class Store:
    """The files of one comparison in a folder.

    A comparison that was killed leaves at most one line half written; it is left out when read, and
    its run is done again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write_plan(self, plan: Mapping[str, Any]) -> None:
        """Write what the comparison is to do."""
        text = json.dumps({"format": FORMAT, **plan}, indent=1)
        write_whole(self.folder / PLAN, text + "\n")

    def read_plan(self) -> dict[str, Any]:
        """Return what `write_plan` wrote; raises RunFileError for anything else."""
        path = self.folder / PLAN
        try:
            plan = json.loads(path.read_text(encoding="utf-8"))
            found = plan.pop("format")
        except OSError as error:
            raise RunFileError(
                f"{path}: {error.strerror or error}", "name the folder of a comparison"
            ) from None
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            raise RunFileError(f"{path} is no plan of a comparison") from None
        if type(found) is not int or found != FORMAT:
            raise RunFileError(f"{path} has format {found}; this nnplug reads {FORMAT}")
        return dict(plan)

    def refuse_other_points(self, digests: Sequence[str]) -> None:
        """Raise RunFileError where the settings give other points than when they were written."""
        known = self.read_plan().get("points")
        if known is not None and known != list(digests):
            raise RunFileError(
                f"{self.folder} was begun on other points than its settings give here",
                "a table was changed since, or is named by a path from another folder",
            )

    def is_of(self, plan: Mapping[str, Any]) -> bool:
        """Say whether the folder has runs of exactly this plan."""
        if not (self.folder / PLAN).exists():
            return False
        known = self.read_plan()
        return all(known.get(name) == json.loads(json.dumps(plan[name])) for name in plan)

    def append(self, record: Record) -> None:
        """Write one finished run."""
        line = json.dumps(_finite(record.as_json()), separators=(",", ":"))
        path = self.folder / RUNS
        try:
            with path.open("ab") as file:
                # A line that was cut off by a crash is ended, so that this one stands for itself.
                file.write(b"" if file.tell() == 0 or _ends_line(path) else b"\n")
                file.write(line.encode() + b"\n")
        except OSError as error:
            raise RunFileError(f"cannot write {path}: {error.strerror or error}") from None

    def records(self) -> Iterator[Record]:
        """Yield the runs that are finished; a line that is no record is passed over."""
        path = self.folder / RUNS
        if not path.exists():
            return
        for line in path.read_bytes().splitlines():
            try:
                saved = _read(json.loads(line))
                RECORD(saved, "")
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
                continue
            yield Record.from_json(saved)


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _finite(value: Any) -> Any:
    """Return data that JSON holds: numbers that are not finite become texts."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _read(saved: dict[str, Any]) -> dict[str, Any]:
    def numbers(value: Any) -> Any:
        if isinstance(value, str):
            return float(value)
        return [numbers(item) for item in value] if isinstance(value, list) else value

    for name in ("metrics", "curves"):
        saved[name] = {key: numbers(value) for key, value in saved[name].items()}
    saved["surface"] = None if saved["surface"] is None else numbers(saved["surface"])
    return saved

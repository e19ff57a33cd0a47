"""A tracker that writes lines of JSON."""

import json
import math
from pathlib import Path
from typing import Annotated

from nnplug.core import Callback, RunView, SettingsError


class JSONL(Callback):
    """Writes a line of JSON after each recorded epoch, {"epoch": 10, "loss": 0.42, ...}.

    Formula: line = {"epoch": e, s_1: v_1, ..., s_n: v_n} for the series s that have a value v at e
    Rule: the epochs are those of the history, about 100 of a run, or every N-th with log_interval;
        a line is in the file as soon as its epoch is done
    Shapes: none; it looks at one run
    Source: JSON Lines, https://jsonlines.org

    The file is in the run's folder. A run that goes on appends to it, without the lines of epochs
    that an interruption has lost: in the end it is as of one run. Series that other callbacks
    record are in it if these are named before.
    """

    path: Annotated[str, "the file, in the run's folder"] = "log.jsonl"

    def on_start(self, run: RunView) -> None:
        """Begin the file with a line for the fresh weights."""
        path = self._path(run)
        if Path(self.path).is_absolute() and path.exists():
            raise SettingsError(
                f"callback jsonl: {path} exists already", "name another file: jsonl:path=FILE"
            )
        run.notes[self._note] = {"epoch": -1, "size": 0}
        self.on_epoch(run)

    def on_epoch(self, run: RunView) -> str | None:
        """Write the line of this epoch, if it is recorded."""
        recorded = run.recorded()
        if recorded:
            line: dict[str, float | None] = {"epoch": run.epoch}
            line |= {name: v if math.isfinite(v) else None for name, v in recorded.items()}
            self._append(run, json.dumps(line) + "\n")
        return None

    def on_end(self, run: RunView) -> None:
        """Write the line of the last epoch, if that was recorded after all had looked."""
        done = run.notes.get(self._note)
        if done is not None and done["epoch"] != run.epoch:
            self.on_epoch(run)

    def _append(self, run: RunView, text: str) -> None:
        path, size = self._path(run), run.notes[self._note]["size"]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Opened anew each time: a callback keeps nothing, and what is closed is written.
            with path.open("ab") as file:
                # What goes beyond the noted size is of epochs that an interruption has lost.
                file.truncate(min(size, file.tell()))
                file.write(text.encode())
                run.notes[self._note] = {"epoch": run.epoch, "size": file.tell()}
        except OSError as error:
            raise SettingsError(
                f"callback jsonl: cannot write {path}: {error.strerror or error}"
            ) from None

    @property
    def _note(self) -> str:
        return f"jsonl {self.path}"

    def _path(self, run: RunView) -> Path:
        path = Path(self.path)
        if path.is_absolute():
            return path
        if run.folder is None:
            raise SettingsError(
                "callback jsonl: this run is saved nowhere, so its file has no folder",
                "leave --no-save out, or name the whole path of a file",
            )
        return run.folder / path

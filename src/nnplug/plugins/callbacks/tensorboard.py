"""A tracker that TensorBoard reads."""

import math
import struct
import time
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from nnplug.core import Callback, RunView, SettingsError

NAME = "events.out.tfevents.nnplug"
"""Of the file: TensorBoard takes every name with "tfevents" in it."""


class TensorBoard(Callback):
    """Writes the history for TensorBoard as it grows, a scalar = (series, epoch, value).

    Formula: record = n, crc(n), event, crc(event), with n the size of the event in bytes
    Rule: a scalar for each series that has a value at a recorded epoch, and once the settings, as
        text and as hyperparameters; "gradient_norm.0" is shown as gradient_norm/0
    Shapes: none; it looks at one run
    Source: Abadi et al., TensorFlow: a system for large-scale machine learning, OSDI 2016; the
        files are those of tensorboardX, https://github.com/lanpa/tensorboardX

    Needs nnplug[tensorboard]. The file is in the run's folder, so `tensorboard --logdir runs` shows
    all runs side by side. A run that goes on appends to it, without what was lost.
    """

    folder: Annotated[str, "where the file is, in the run's folder"] = "."

    def on_start(self, run: RunView) -> None:
        """Begin the file with the settings, and the scalars of the fresh weights."""
        path = self._path(run)
        if Path(self.folder).is_absolute() and path.exists():
            raise SettingsError(
                f"callback tensorboard: {path} exists already",
                "name another folder: tensorboard:folder=DIR",
            )
        first = _first(run)  # without its package this raises, before anything is noted
        run.notes[self._note] = {"epoch": -1, "size": 0}
        self._append(run, first)
        self.on_epoch(run)

    def on_epoch(self, run: RunView) -> str | None:
        """Write the scalars of this epoch, if it is recorded."""
        scalar = _of("summary").scalar
        events = [
            _event(run.epoch, summary=scalar(name.replace(".", "/", 1), value))
            for name, value in run.recorded().items()
            if math.isfinite(value)
        ]
        if events:
            self._append(run, events)
        return None

    def on_end(self, run: RunView) -> None:
        """Write the last epoch, if that was recorded after all had looked."""
        done = run.notes.get(self._note)
        if done is not None and done["epoch"] != run.epoch:
            self.on_epoch(run)

    def _append(self, run: RunView, events: list[Any]) -> None:
        path, size = self._path(run), run.notes[self._note]["size"]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Opened anew each time: a callback keeps nothing, and what is closed is written.
            with path.open("ab") as file:
                # What goes beyond the noted size is of epochs that an interruption has lost.
                file.truncate(min(size, file.tell()))
                file.write(b"".join(map(_record, events)))
                run.notes[self._note] = {"epoch": run.epoch, "size": file.tell()}
        except OSError as error:
            raise SettingsError(
                f"callback tensorboard: cannot write {path}: {error.strerror or error}"
            ) from None

    @property
    def _note(self) -> str:
        return f"tensorboard {self.folder}"

    def _path(self, run: RunView) -> Path:
        folder = Path(self.folder)
        if not folder.is_absolute():
            if run.folder is None:
                raise SettingsError(
                    "callback tensorboard: this run is saved nowhere, so its file has no folder",
                    "leave --no-save out, or name the whole path of a folder",
                )
            folder = run.folder / folder
        return folder / NAME


def _of(module: str) -> Any:
    """Return a module of tensorboardX, which is imported where it is needed."""
    try:
        return import_module(f"tensorboardX.{module}")
    except ImportError:
        raise SettingsError(
            "callback tensorboard needs tensorboardX, which is not installed",
            "type: pip install 'nnplug[tensorboard]'",
        ) from None


def _event(epoch: int, **what: Any) -> Any:
    return _of("proto.event_pb2").Event(wall_time=time.time(), step=epoch, **what)


def _first(run: RunView) -> list[Any]:
    """Return what a file begins with: its version, and the settings in two forms."""
    summary = _of("summary")
    known = {name: value for name, value in run.settings.items() if value is not None}
    rows = "".join(f"| {name} | {value} |\n" for name, value in known.items())
    text = summary.text("settings", f"| setting | value |\n|---|---|\n{rows}")
    plain = {
        name: value if isinstance(value, (bool, int, float, str)) else str(value)
        for name, value in known.items()
    }
    # Scores are compared, and what tells of single layers is not.
    scores = dict.fromkeys((name for name in run.recorded() if "." not in name), 0.0)
    experiment, session, _ = summary.hparams(plain, scores)
    return [
        _event(0, file_version="brain.Event:2"),
        *(_event(0, summary=one) for one in (text, experiment, session)),
    ]


def _record(event: Any) -> bytes:
    data: bytes = event.SerializeToString()
    size = struct.pack("<Q", len(data))
    return size + _checksum(size) + data + _checksum(data)


def _checksum(data: bytes) -> bytes:
    return struct.pack("<I", _of("record_writer").masked_crc32c(data))

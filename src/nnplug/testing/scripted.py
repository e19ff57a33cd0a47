"""A run that a callback may look at, whose losses are written down beforehand."""

import json
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

import numpy as np

from nnplug.core.array import Array
from nnplug.core.callback import Callback
from nnplug.engine.settings import Settings, settings

FALLING_THEN_RISING = tuple(1.0 / (1 + i) if i < 12 else 0.08 + 0.01 * (i - 12) for i in range(40))
BUMPY = tuple(0.5 + 0.4 * np.cos(0.7 * i) / (1 + 0.1 * i) for i in range(40))


class ScriptedRun:
    """What a callback sees of a run (`RunView`), with what it did kept for comparison.

    losses : one an epoch;  test : whether points are held out, with a tenth more loss
    """

    def __init__(
        self, losses: Sequence[float], *, test: bool = False, task: str = "binary"
    ) -> None:
        self.losses = list(losses)
        self.task = task
        self.epoch = 0
        self.epochs = len(self.losses)
        self.notes: MutableMapping[str, Any] = {}
        self.history: list[tuple[int, str, float]] = []
        self.kept: list[int] = []
        self._test = test
        self._folder: Path | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """The default settings, as those of a run would be said."""
        plain = {name: getattr(Settings, name) for name in settings()}
        return {**plain, "loss": "bce", "lr": 0.001, "epochs": self.epochs}

    @property
    def folder(self) -> Path:
        """A folder for files of the callback's own, which goes with the run."""
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="nnplug-check-"))
            finalize(self, rmtree, self._folder, ignore_errors=True)
        return self._folder

    def has_test(self) -> bool:
        """Say whether points are held out."""
        return self._test

    def metrics(self, part: str = "train") -> dict[str, float]:
        """Return loss and scores of this epoch."""
        if part == "test" and not self._test:
            raise ValueError("no points are held out: give a test split")
        loss = self.losses[min(self.epoch, len(self.losses) - 1)] * (1.1 if part == "test" else 1)
        if self.task == "regression":
            return {"loss": loss, "r2": 1 - loss, "mae": loss**0.5}
        return {"loss": loss, "accuracy": float(np.clip(1 - loss, 0, 1))}

    def recorded(self) -> dict[str, float]:
        """Return the metrics of this epoch, as if each was recorded, and the callback's series."""
        found = self.metrics()
        if self._test:
            found |= {f"test_{name}": value for name, value in self.metrics("test").items()}
        return found | {name: v for epoch, name, v in self.history if epoch == self.epoch}

    def record(self, series: str, value: float) -> None:
        """Append a value to a series."""
        self.history.append((self.epoch, series, float(value)))

    def weights(self) -> Array:
        """Return weights that differ every epoch."""
        return np.full(5, float(self.epoch))

    def keep_weights(self) -> None:
        """Remember at which epochs this was asked for."""
        self.kept.append(self.epoch)

    def saved_and_loaded(self) -> None:
        """Pass the notes through JSON, as a checkpoint does."""
        self.notes = json.loads(json.dumps(dict(self.notes)))


def watch(callback: Callback, run: ScriptedRun, *, saving: bool = False) -> str | None:
    """Let a callback look at a whole run; return why it stopped it, or None.

    saving : pass the notes through JSON after every epoch
    """
    callback.on_start(run)
    reason = None
    for _ in range(run.epochs):
        reason = look(callback, run)
        if saving:
            run.saved_and_loaded()
        if reason:
            break
    callback.on_end(run)
    return reason


def look(callback: Callback, run: ScriptedRun) -> str | None:
    """Let an epoch pass; return why the callback stops the run there, or None."""
    run.epoch += 1
    return callback.on_epoch(run) if run.epoch % callback.every == 0 else None


def traces(run: ScriptedRun, reason: str | None) -> dict[str, Any]:
    """Return everything that a callback did to a run."""
    return {
        "reason": reason,
        "epoch": run.epoch,
        "notes": dict(run.notes),
        "history": list(run.history),
        "kept": list(run.kept),
    }

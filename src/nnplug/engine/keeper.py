"""Keeping a run's state in its folder while it trains, so that a run that is killed can go on."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.errors import RunFileError
from nnplug.core.loader.catalogue import warn_on_stderr
from nnplug.engine.assemble import Assembly
from nnplug.engine.files import write_whole
from nnplug.engine.folder import CONFIG, discard, free_folder
from nnplug.engine.lock import Lock, locked
from nnplug.engine.loop import Keeper
from nnplug.engine.machine import machine_facts, packages_of, write_machine
from nnplug.engine.result import Result, write_state
from nnplug.engine.run import Run
from nnplug.engine.settings import write_config

SECONDS = 5.0
"""Between two states, where nobody says after how many epochs one is kept."""

SHARE = 20
"""So many times as long as the last state took to write, at least, is trained before the next."""


class FolderKeeper(Keeper):
    """Writes settings, history and model into the run's folder, now and then, and at the end.

    lock : of the folder;  shuffle : the stream of the run's batches
    every : epochs between two states, or None for one every few seconds
    warn : takes one line when a state cannot be written, where the one before could
    failure : why the last state could not be written, or None; the one before is still there
    """

    def __init__(
        self,
        lock: Lock,
        assembly: Assembly,
        shuffle: np.random.Generator,
        every: int | None = None,
        warn: Callable[[str], None] = warn_on_stderr,
    ) -> None:
        self.lock = lock
        self.folder = lock.folder
        self.assembly = assembly
        assembly.run.folder = lock.folder
        self.shuffle = shuffle
        self.every = every
        self.warn = warn
        self.failure: RunFileError | None = None
        self._epoch: int | None = None
        self._due = 0.0

    def begin(self, run: Run) -> None:
        """Write settings and machine, so that the run can at least begin anew."""
        components = (*self.assembly.components.all(), *run.network.layers)
        facts = machine_facts(packages_of(components, self.assembly.registry))
        self._epoch = run.epoch if run.epoch or run.batches else None

        def write() -> None:
            write_whole(self.folder / CONFIG, write_config(self.assembly.resolved))
            write_machine(self.folder, facts)

        self._try(write)

    def after(self, run: Run) -> None:
        """Keep the run's state, if it is time to."""
        by_time = self.every is None and time.monotonic() >= self._due
        by_epochs = self.every is not None and run.epoch % self.every == 0
        if run.epoch == run.epochs or not (by_time or by_epochs):
            return
        settings = self.assembly.resolved
        self._try(lambda: write_state(self.folder, run, settings, self.shuffle), run.epoch)

    def finish(self, result: Result) -> None:
        """Write what a run reached in the end; a folder that was removed meanwhile is made anew.

        What stands in its place by then is left alone, and a folder of a like name taken.
        Raises RunFileError, whose `result` is the one that could not be written.
        """
        try:
            if self.lock.holds():
                result.write(self.folder)
                return
            folder = free_folder(self.folder)
            try:
                with locked(folder, new=True):
                    result.write(folder)
            finally:
                discard(folder)
            if folder != self.folder:
                self.warn(f"{self.folder} was removed, and is there again: this run is in {folder}")
        except OSError as error:
            failure = error if isinstance(error, RunFileError) else _failed(self.folder, error)
            failure.result = result
            if self._epoch is not None and self.lock.holds():
                failure.hint = (
                    f"its state after epoch {self._epoch} is there; once the folder can be "
                    f"written: nnplug train --resume {self.folder}"
                )
            raise failure from None

    def _try(self, write: Callable[[], Any], epoch: int | None = None) -> None:
        """Write what can be written: a full disk now may have room at the end."""
        began = time.monotonic()
        try:
            if not self.lock.holds():
                raise RunFileError(f"{self.folder} was removed")
            write()
            self.failure = None
            self._epoch = epoch or self._epoch
        except RunFileError as error:
            if not self.lock.holds():
                self._epoch = None  # what the folder held is gone
            if self.failure is None:
                kept = "nothing is kept yet"
                if self._epoch is not None:
                    kept = f"the last state that is kept is that after epoch {self._epoch}"
                self.warn(f"{error.message}; it trains on, and {kept}")
            self.failure = error
        now = time.monotonic()
        self._due = now + max(SECONDS, SHARE * (now - began))


def _failed(folder: Path, error: OSError) -> RunFileError:
    return RunFileError(f"cannot write {folder}: {error.strerror or error}")

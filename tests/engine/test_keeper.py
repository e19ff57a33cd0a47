"""States kept while a run trains: when, what, and what happens where they cannot be written."""

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import RunFileError
from nnplug.engine import files
from nnplug.engine import keeper as module
from nnplug.engine.chance import stream
from nnplug.engine.keeper import FolderKeeper
from nnplug.engine.lock import locked
from nnplug.engine.result import Result
from nnplug.engine.saved import read_saved
from nnplug.engine.train import train_into
from stopped_runs import assembled, contents

SMALL: dict[str, Any] = {"hidden_dims": (3,), "epochs": 12}


@contextmanager
def kept(folder: Path, every: int | None = None, **settings: Any) -> Iterator[FolderKeeper]:
    """Yield the keeper of a run in a folder, whose warnings are in `keeper.said`."""
    assembly = assembled(**{**SMALL, **settings})
    said: list[str] = []
    folder.mkdir(exist_ok=True)
    with locked(folder) as lock:
        keeper = FolderKeeper(lock, assembly, stream(0, "shuffle"), every, warn=said.append)
        keeper.__dict__["said"] = said
        yield keeper


def said(keeper: FolderKeeper) -> list[str]:
    found: list[str] = keeper.__dict__["said"]
    return found


def epochs_kept(keeper: FolderKeeper, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Train, and return after which epochs a state was kept, the end left out."""
    epochs: list[int] = []
    real = module.write_state

    def note(folder: Path, run: Any, *rest: Any) -> None:
        epochs.append(run.epoch)
        real(folder, run, *rest)

    monkeypatch.setattr(module, "write_state", note)
    train_into(keeper)
    return epochs


@pytest.mark.parametrize(
    ("every", "epochs"), [(1, list(range(1, 12))), (5, [5, 10]), (6, [6]), (12, []), (99, [])]
)
def test_a_state_is_kept_after_so_many_epochs(
    every: int, epochs: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept(tmp_path / "run", every) as keeper:
        assert epochs_kept(keeper, monkeypatch) == epochs


def test_by_default_one_is_kept_every_few_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(np.arange(0.0, 1000.0, 1.0))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    with kept(tmp_path / "run", None, epochs=100) as keeper:
        epochs = epochs_kept(keeper, monkeypatch)
    # Each look at the clock is a second, and so is each write: 20 seconds to train at least.
    assert np.diff(epochs).tolist() == [20] * (len(epochs) - 1)
    assert len(epochs) == 4
    monkeypatch.setattr(module, "SHARE", 0)
    with kept(tmp_path / "quick", None, epochs=100) as keeper:
        assert set(np.diff(epochs_kept(keeper, monkeypatch))) == {5}


def test_keeping_states_changes_nothing(tmp_path: Path) -> None:
    for name, every in (("often", 1), ("never", None)):
        with kept(tmp_path / name, every, layers="linear:units=4 batch_norm dropout") as keeper:
            train_into(keeper)
    assert contents(tmp_path / "often") == contents(tmp_path / "never")


def test_settings_and_machine_are_there_before_the_first_step(tmp_path: Path) -> None:
    with kept(tmp_path / "run") as keeper:
        keeper.begin(keeper.assembly.run)
        names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {".lock", "config.toml", "machine.json"}


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        yield


def test_while_the_disk_is_full_it_trains_on_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    with kept(folder, 1) as keeper:
        run = keeper.assembly.run
        keeper.begin(run)
        for epoch in range(1, 10):
            run.epoch = epoch
            if 4 <= epoch <= 6:
                with full_disk(monkeypatch):
                    keeper.after(run)
                assert isinstance(keeper.failure, RunFileError)
                assert read_saved(folder / "model.npz").meta["epoch"] == 3
            else:
                keeper.after(run)
                assert keeper.failure is None
                assert read_saved(folder / "model.npz").meta["epoch"] == epoch
        assert len(said(keeper)) == 1
        assert said(keeper)[0].endswith(
            "No space left on device; it trains on, and the last state that is kept is that after "
            "epoch 3"
        )
    assert {path.name for path in folder.iterdir()} == {
        "config.toml", "history.csv", "machine.json", "model.npz"
    }  # fmt: skip


def test_a_disk_that_is_full_at_the_end_leaves_the_last_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    real = Result.write

    def write(result: Result, folder: Path) -> None:
        with full_disk(monkeypatch):
            real(result, folder)

    monkeypatch.setattr(Result, "write", write)
    with kept(folder, 5) as keeper, pytest.raises(RunFileError, match="No space left") as caught:
        train_into(keeper)
    assert str(caught.value.hint).startswith("its state after epoch 10 is there; once the folder")
    assert caught.value.result.epochs == 12
    monkeypatch.undo()
    result = nnplug.resume(folder)
    np.testing.assert_array_equal(result.network.w, caught.value.result.network.w)


def test_a_disk_that_is_full_from_the_start_loses_only_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        kept(tmp_path / "run", 5) as keeper,
        full_disk(monkeypatch),
        pytest.raises(RunFileError, match="No space left") as caught,
    ):
        train_into(keeper)
    assert said(keeper)[0].endswith("it trains on, and nothing is kept yet")
    assert len(said(keeper)) == 1
    assert caught.value.hint is None
    assert caught.value.result.epochs == 12
    caught.value.result.save(tmp_path / "elsewhere")


def test_a_folder_that_was_removed_is_made_anew_at_the_end(tmp_path: Path) -> None:
    class Removes(nnplug.Callback):
        """Removes the run's folder."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            if run.epoch == 6:
                shutil.rmtree(folder)

    folder = tmp_path / "deep" / "run"
    folder.parent.mkdir()
    with kept(folder, 2, callback=Removes) as keeper:
        result = train_into(keeper)
    assert said(keeper) == [f"{folder} was removed; it trains on, and nothing is kept yet"]
    assert nnplug.load(folder).epoch == result.epochs == 12
    assert not (folder / ".lock").exists()


def test_what_another_run_has_put_in_its_place_is_left_alone(tmp_path: Path) -> None:
    class Replaces(nnplug.Callback):
        """Puts another run in the place of this one's folder."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            if run.epoch == 6:
                shutil.rmtree(folder)
                other.append(nnplug.train(hidden=[2], epochs=3, save=folder))

    other: list[Result] = []
    folder = tmp_path / "run"
    with kept(folder, 2, callback=Replaces) as keeper:
        result = train_into(keeper)
    assert result.folder == tmp_path / "run_2"
    assert said(keeper)[-1] == (
        f"{folder} was removed, and is there again: this run is in {tmp_path / 'run_2'}"
    )
    assert nnplug.load(tmp_path / "run_2").epoch == 12
    np.testing.assert_array_equal(nnplug.load(folder).network.w, other[0].network.w)


def test_a_folder_that_was_removed_in_part_takes_no_run_with_it(tmp_path: Path) -> None:
    """While `rm -r` removes a folder, a state may be written: some files stay, without the lock."""

    class Removes(nnplug.Callback):
        """Removes some files of the run's folder."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            if run.epoch == 6:
                for name in (".lock", "config.toml"):
                    (folder / name).unlink()

    folder = tmp_path / "run"
    with kept(folder, 2, callback=Removes) as keeper:
        result = train_into(keeper)
    assert result.folder == tmp_path / "run_2"
    assert nnplug.load(tmp_path / "run_2").epoch == result.epochs == 12
    assert nnplug.load(folder).epoch == 4


def limited(size: int) -> Any:
    """Return what limits the size of files in a process to come."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [100, 3000])
def test_a_limit_of_the_system_is_like_a_full_disk(size: int, tmp_path: Path) -> None:
    code = "import nnplug\nnnplug.train(hidden=[30], epochs=20, save='run', checkpoint_every=5)\n"
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        preexec_fn=limited(size),
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert process.stderr.count("nnplug: warning: cannot write run/") == 1
    assert process.stderr.strip().splitlines()[-1].endswith("File too large")
    left = {path.name for path in (tmp_path / "run").iterdir()} if size > 100 else set()
    assert "model.npz" not in left
    assert not any(name.startswith(".") for name in left)

"""One writer a folder."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.errors import RunFileError
from nnplug.engine import lock as module
from nnplug.engine.lock import LOCK, is_locked, locked

HOLD = """
import sys, time
from pathlib import Path
from nnplug.engine.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def held(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that holds the lock of a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


def test_a_second_writer_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    process = held(tmp_path)
    try:
        assert is_locked(tmp_path)
        with (
            pytest.raises(RunFileError, match="another run is writing into") as caught,
            locked(tmp_path),
        ):
            raise AssertionError
        assert caught.value.hint == "wait for it, or name another folder"
        assert (tmp_path / LOCK).exists()
    finally:
        process.kill()
        process.communicate()
    # Killed, it left the file behind, and not the lock.
    assert (tmp_path / LOCK).exists()
    assert not is_locked(tmp_path)
    with locked(tmp_path) as lock:
        assert lock.holds()
        assert is_locked(tmp_path)
    assert not (tmp_path / LOCK).exists()


def test_who_only_looks_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        release = threading.Timer(0.015, lambda: fcntl.flock(file, fcntl.LOCK_UN))
        release.start()
        with locked(tmp_path):
            pass
        release.join()


def test_a_lock_that_is_removed_while_it_is_taken_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module._take
    taken: list[bool] = []

    def take(file: Any) -> bool:
        if not taken:  # who was there before is done just now
            (tmp_path / LOCK).unlink()
        taken.append(real(file))
        return taken[-1]

    monkeypatch.setattr(module, "_take", take)
    with locked(tmp_path) as lock:
        assert lock.holds()
    assert taken == [True, True]


def test_of_many_at_once_each_is_alone(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def write() -> None:
        for _ in range(30):
            try:
                with locked(tmp_path):
                    inside.append(1)
                    most.append(len(inside))
                    time.sleep(0.0005)
                    inside.pop()
            except RunFileError:
                continue

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert len(most) >= 30
    assert not (tmp_path / LOCK).exists()


def test_a_new_folder_into_which_another_has_written_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path, new=True):
        pass
    (tmp_path / "model.npz").touch()
    with (
        pytest.raises(RunFileError, match="another run has just been written into"),
        locked(tmp_path, new=True),
    ):
        raise AssertionError
    assert [path.name for path in tmp_path.iterdir()] == ["model.npz"]


def test_what_a_killed_process_left_half_written_is_removed(tmp_path: Path) -> None:
    for name in (".model.npz.0123abcd.part", ".history.csv.ffffffff.part"):
        (tmp_path / name).touch()
    for name in ("model.npz", ".hidden", "notes.part", ".model.npz.0123abcd"):
        (tmp_path / name).touch()
    with locked(tmp_path):
        pass
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"model.npz", ".hidden", "notes.part", ".model.npz.0123abcd"}


def test_a_folder_that_is_removed_and_made_anew_is_held_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    with locked(folder) as lock:
        (folder / LOCK).unlink()
        folder.rmdir()
        assert not lock.holds()
        folder.mkdir()
        (folder / LOCK).touch()
        assert not lock.holds()
    assert (folder / LOCK).exists(), "the other's lock is left alone"


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    with (
        pytest.raises(RunFileError, match=r"cannot write .*nowhere/.lock: No such file"),
        locked(tmp_path / "nowhere"),
    ):
        raise AssertionError
    assert not is_locked(tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with (
        pytest.raises(RunFileError, match=r"cannot write .*lock: Permission denied"),
        locked(tmp_path),
    ):
        raise AssertionError

"""Folders of runs: never over an earlier one, and a clear line where nothing can be written."""

import errno
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.errors import RunFileError
from nnplug.engine import folder as module
from nnplug.engine.folder import discard, make_folder


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_runs_of_one_second_have_folders_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Frozen":
            return cls(2026, 11, 20, 9, 5, 7)

    monkeypatch.setattr(module, "datetime", Frozen)
    names = [make_folder(None, "xor-adam").name for _ in range(3)]
    stem = "2026-11-20_090507_xor-adam"
    assert names == [stem, f"{stem}_2", f"{stem}_3"]
    assert make_folder(None, "xor-gd").name == "2026-11-20_090507_xor-gd"


def test_runs_are_left_out_of_git(inside: Path) -> None:
    make_folder(None, "a")
    ignore = inside / "runs" / ".gitignore"
    assert ignore.read_text() == "*\n"
    ignore.write_text("!kept\n")
    make_folder(None, "a")
    assert ignore.read_text() == "!kept\n"


def test_a_folder_that_is_named_is_made_with_its_parents(inside: Path) -> None:
    assert make_folder("deep/down/run", "a") == Path("deep/down/run")
    assert (inside / "deep" / "down" / "run").is_dir()
    (inside / "empty").mkdir()
    assert make_folder(inside / "empty", "a") == inside / "empty"
    assert not (inside / "runs").exists()


def test_an_earlier_run_is_never_written_over(inside: Path) -> None:
    earlier = make_folder("mine", "a")
    (earlier / "model.npz").write_text("earlier")
    (inside / "file").write_text("text")
    for name in ("mine", "file"):
        with pytest.raises(RunFileError, match=f"{name} exists already") as caught:
            make_folder(name, "a")
        assert caught.value.hint == "name another folder; nothing is overwritten"
    assert (earlier / "model.npz").read_text() == "earlier"


def test_where_nothing_can_be_written_it_says_so(inside: Path) -> None:
    (inside / "file").write_text("text")
    with pytest.raises(RunFileError, match="cannot write file/run: Not a directory") as caught:
        make_folder("file/run", "a")
    assert caught.value.hint == "--save DIR names another folder, --no-save none"
    (inside / "runs").write_text("no folder")
    with pytest.raises(RunFileError, match="cannot write runs: File exists"):
        make_folder(None, "a")


def test_a_full_disk_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **keywords: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    for wanted in ("mine", None):
        with pytest.raises(RunFileError, match=r"cannot write (mine|runs): No space left"):
            make_folder(wanted, "a")


def test_a_second_without_end_is_given_up(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*args: Any, **keywords: Any) -> None:
        if not keywords:
            raise FileExistsError

    (inside / "runs").mkdir()
    monkeypatch.setattr(Path, "mkdir", taken)
    with pytest.raises(RunFileError, match="runs holds thousands of runs of this second"):
        make_folder(None, "a")


def test_a_folder_without_anything_in_it_is_removed_again(inside: Path) -> None:
    empty, full = make_folder("empty", "a"), make_folder("full", "a")
    (full / "config.toml").touch()
    for folder in (empty, full, inside / "never"):
        discard(folder)
    assert [path.name for path in inside.iterdir()] == ["full"]

"""All files of a package, or none, and never over anything."""

import os
from pathlib import Path

import pytest

from nnplug.scaffold import write as module
from nnplug.scaffold.errors import ScaffoldError
from nnplug.scaffold.package import Given, Package
from nnplug.scaffold.write import write

MADE = Package("nnplug-a", b"x = 1\n", [Given("loss", "a", "", "")], "Ada", 2026)


def test_every_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    target = write(MADE, tmp_path)
    assert target == tmp_path / "nnplug-a"
    written = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert written == MADE.files().keys()
    assert (target / "nnplug_a.py").read_bytes() == b"x = 1\n"
    assert list(tmp_path.iterdir()) == [target]


def test_the_folder_may_be_read_by_whom_the_user_lets(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert write(MADE, tmp_path).stat().st_mode == other.stat().st_mode


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "nnplug-a").mkdir()
    assert (write(MADE, tmp_path) / "README.md").is_file()


def _folder(path: Path) -> None:
    path.mkdir()
    (path / ".git").mkdir()


@pytest.mark.parametrize(
    "occupy",
    [
        _folder,
        lambda path: path.write_text("mine"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to(path.parent.parent),
    ],
    ids=["folder", "file", "dangling link", "link"],
)
def test_nothing_is_overwritten(tmp_path: Path, occupy: object) -> None:
    assert callable(occupy)
    home = tmp_path / "home"
    home.mkdir()
    occupy(home / "nnplug-a")
    before = {p: p.lstat().st_mtime_ns for p in home.rglob("*")}
    with pytest.raises(ScaffoldError, match="is there already, and nothing is overwritten"):
        write(MADE, home)
    assert {p: p.lstat().st_mtime_ns for p in home.rglob("*")} == before


def test_a_folder_that_is_filled_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(target: Path) -> None:
        target.mkdir()
        (target / "theirs").touch()

    monkeypatch.setattr(module, "_refuse_to_overwrite", meanwhile)
    with pytest.raises(ScaffoldError, match="cannot be written"):
        write(MADE, tmp_path)
    assert [p.name for p in tmp_path.rglob("*")] == ["nnplug-a", "theirs"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    real, written = Path.write_bytes, []

    def write_bytes(path: Path, content: bytes) -> int:
        if len(written) == 3:
            raise error
        written.append(path)
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    expected = ScaffoldError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected) as ended:
        write(MADE, tmp_path)
    if isinstance(error, OSError):
        assert "nnplug-a cannot be written: No space left on device" in str(ended.value)
    assert len(written) == 3
    assert list(tmp_path.iterdir()) == []


def test_there_must_be_a_folder_to_write_into(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match=r"there is no folder .*nowhere"):
        write(MADE, tmp_path / "nowhere")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ScaffoldError, match="cannot be written: Permission denied"):
        write(MADE, tmp_path)

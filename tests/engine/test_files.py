"""Files: every damaged byte is refused, a failed write leaves what was there."""

import errno
import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import nnplug
from nnplug.core.errors import RunFileError
from nnplug.engine.files import read_arrays, read_some, sweep, write_arrays, write_whole

ARRAYS = {"w": np.arange(6.0).reshape(2, 3), "slot.m": np.ones(3, np.float32)}
META = {"epoch": 3, "notes": {"text": "ä", "list": [1, 2.5, None]}}


def written(folder: Path) -> Path:
    path = folder / "model.npz"
    write_arrays(path, ARRAYS, META)
    return path


def test_there_and_back(tmp_path: Path) -> None:
    arrays, meta = read_arrays(written(tmp_path))
    assert meta == {"format": 1, **META}
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype


@given(
    arrays(
        st.sampled_from([np.float64, np.float32, np.int64, np.bool_]),
        array_shapes(min_dims=0, min_side=0),
    ),
    st.booleans(),
)
@settings(max_examples=50)
def test_every_bit_of_an_array_comes_back(
    tmp_path_factory: pytest.TempPathFactory, array: Any, fortran: bool
) -> None:
    path = tmp_path_factory.mktemp("files") / "a.npz"
    given = np.asfortranarray(array)[..., ::-1] if fortran and array.ndim else array
    write_arrays(path, {"a": given}, {})
    back = read_arrays(path)[0]["a"]
    assert (back.dtype, back.shape) == (given.dtype, given.shape)
    assert back.tobytes() == given.tobytes()


def test_equal_contents_are_equal_bytes(tmp_path: Path) -> None:
    first = written(tmp_path).read_bytes()
    assert written(tmp_path).read_bytes() == first


def test_it_is_a_zip_that_numpy_reads_too(tmp_path: Path) -> None:
    path = written(tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("meta.json"))["epoch"] == 3
    with np.load(path) as loaded:
        np.testing.assert_array_equal(loaded["w"], ARRAYS["w"])


def test_every_single_byte_counts(tmp_path: Path) -> None:
    path = nnplug.train(epochs=2, hidden=[2]).save(tmp_path / "run") / "model.npz"
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    places = sorted({*range(60), *range(len(whole) - 200, len(whole))})
    places += rng.integers(0, len(whole), 400).tolist()
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= int(rng.integers(1, 256))
        path.write_bytes(damaged)
        with pytest.raises(RunFileError, match=r"model.npz is damaged"):
            nnplug.load(path)
    path.write_bytes(whole)
    nnplug.load(path)


def test_what_is_cut_off_or_added_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    for length in (0, 1, 63, 64, 65, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(RunFileError, match="is damaged, or no nnplug file"):
            read_arrays(path)
    for content in (whole + b"\0", b"\0" + whole, b"no zip at all", whole + whole):
        path.write_bytes(content)
        with pytest.raises(RunFileError, match="is damaged, or no nnplug file"):
            read_arrays(path)


def test_a_file_of_somebody_elses_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", w=np.ones(3))
    with pytest.raises(RunFileError, match="no nnplug file"):
        read_arrays(tmp_path / "other.npz")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"missing\.npz: No such file"):
        read_arrays(tmp_path / "missing.npz")
    with pytest.raises(RunFileError, match="Is a directory"):
        read_arrays(tmp_path)


def test_another_format_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("nnplug.engine.files.FORMAT", 2)
        path = written(tmp_path)
    with pytest.raises(RunFileError, match="has format 2; this nnplug reads 1") as caught:
        read_arrays(path)
    assert caught.value.hint == "install the nnplug that wrote it"


def test_what_json_does_not_hold_is_named(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a.npz", {}, {"n": np.int64(3), "v": np.arange(2.0)})
    assert read_arrays(tmp_path / "a.npz")[1] == {"format": 1, "n": 3, "v": [0, 1]}
    for wrong in ({1, 2}, Path("x")):
        with pytest.raises(RunFileError, match=r"cannot write .*b.npz: .* nothing that JSON holds"):
            write_arrays(tmp_path / "b.npz", {}, {"notes": {"a": wrong}})
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(RunFileError, match="Circular"):
        write_arrays(tmp_path / "b.npz", {}, {"notes": loop})
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace"])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "history.csv"
    write_whole(path, "earlier")

    def full(*args: Any, **keywords: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *error: object) -> None:
            pass

        write = full

    if step == "write":
        real = Path.open
        monkeypatch.setattr(Path, "open", lambda *a, **k: real(*a, **k).close() or Full())
    elif step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, step, full)
    with pytest.raises(RunFileError, match=r"cannot write .*history.csv: No space left on device"):
        write_whole(path, "later")
    monkeypatch.undo()
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_writing_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.txt", "text")
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_the_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"cannot write .*nowhere/a.txt: No such file"):
        write_whole(tmp_path / "nowhere" / "a.txt", "text")


def test_a_file_is_as_readable_as_any_new_one(tmp_path: Path) -> None:
    write_whole(tmp_path / "ours.txt", b"text")
    (tmp_path / "theirs.txt").touch()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_some_of_it_is_read_by_itself(tmp_path: Path) -> None:
    arrays, meta = read_some(written(tmp_path), ["w"])
    assert list(arrays) == ["w"]
    assert meta == {"format": 1, **META}
    with pytest.raises(RunFileError, match="is damaged, or no nnplug file"):
        read_some(Path(__file__), [])


@pytest.mark.parametrize("found", [None, "1", 1.0, True, 10**400, [1]])
def test_a_format_that_is_no_number_is_none(
    tmp_path: Path, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr("nnplug.engine.files.FORMAT", found)
        path = written(tmp_path)
    with pytest.raises(RunFileError, match="has no format; this nnplug reads 1"):
        read_arrays(path)


def test_json_that_is_no_object_is_refused(tmp_path: Path) -> None:
    from nnplug.engine.archive import write_archive

    with (tmp_path / "a.npz").open("wb") as file:
        write_archive(file, {}, [1])  # type: ignore[arg-type] - what is tested
    with pytest.raises(RunFileError, match="its JSON is no object"):
        read_arrays(tmp_path / "a.npz")


def test_what_is_half_written_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    written(tmp_path)
    half = [".model.npz.00ff00ff.part", ".config.toml.12345678.part"]
    other = [".git", "x.part", ".x.part", ".model.npz.00FF00FF.part", ".model.npz.00ff00ff"]
    for name in half + other:
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.npz", *other}
    sweep(tmp_path / "nowhere")


def test_a_process_that_is_killed_while_it_writes_leaves_what_sweeps_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(os, "fsync", killed)
    monkeypatch.setattr(Path, "unlink", lambda *args, **keywords: None)
    with pytest.raises(SystemExit):
        write_whole(tmp_path / "model.npz", "half")
    monkeypatch.undo()
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".model.npz.")
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []

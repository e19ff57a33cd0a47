"""Archives: one exact form, which NumPy and zip programs read too, and nothing else is read."""

import hashlib
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplug.engine import archive, stored_zip
from nnplug.engine.archive import read_archive, read_some, write_archive
from nnplug.engine.stored_zip import DamagedError, Member, frame

ARRAYS = {"w": np.arange(6.0), "slot.m": np.ones((2, 3), np.float32)}
META = {"epoch": 3, "names": ["ä", None, 0.1]}


def written(path: Path, arrays: Any = ARRAYS, meta: Any = META) -> Path:
    with path.open("wb") as file:
        write_archive(file, arrays, meta)
    return path


def signed(content: bytes) -> bytes:
    return content + hashlib.sha256(content).hexdigest().encode()


def packed(*members: tuple[str, bytes]) -> bytes:
    """Return a file in nnplug's form with any members."""
    found: list[Member] = []
    content = b""
    for name, data in members:
        found.append(Member(name, len(content), len(data), zlib.crc32(data)))
        content += found[-1].header() + data
    return signed(content + frame(found))


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


W = ("w.npy", npy(np.arange(3.0)))
SOUND = (("meta.json", b'{"a": 1}'), W)


def test_what_is_packed_here_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(packed(*SOUND))
    arrays, meta = read_archive(path)
    assert meta == {"a": 1}
    np.testing.assert_array_equal(arrays["w"], np.arange(3.0))
    arrays["w"][0] = 5.0  # they are one's own


def refused(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)
    with pytest.raises(DamagedError, match=said):
        read_archive(path)


def test_zip_programs_and_numpy_read_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.npz")
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert found.namelist() == ["meta.json", "w.npy", "slot.m.npy"]
        assert json.loads(found.read("meta.json")) == META
        assert {member.date_time for member in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(path, allow_pickle=False) as found:
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)


def test_large_members_take_larger_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of a zip whose sizes are large from 300 bytes on.
    monkeypatch.setattr(stored_zip, "LARGE", 300)
    arrays = {"small": np.ones(2), "large": np.arange(500.0), "after": np.zeros(3)}
    path = written(tmp_path / "a.npz", arrays)
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert [one.extract_version for one in found.infolist()] == [20, 20, 45, 45]
    for name, array in read_archive(path)[0].items():
        np.testing.assert_array_equal(array, arrays[name])
    monkeypatch.undo()
    with pytest.raises(DamagedError):
        read_archive(path)


@pytest.mark.parametrize(
    "array",
    [np.zeros(()), np.zeros(0), np.zeros((0, 3)), np.zeros((2, 1, 3), "<f4"), np.ones(3, ">f8")],
    ids=lambda a: f"{a.dtype.str}{a.shape}",
)
def test_arrays_of_every_shape_come_back(array: Any, tmp_path: Path) -> None:
    found = read_archive(written(tmp_path / "a", {"a": array}))[0]["a"]
    np.testing.assert_array_equal(found, array)
    assert found.shape == array.shape
    assert found.dtype == array.dtype.newbyteorder("=")


def test_some_arrays_are_read_without_the_others(tmp_path: Path) -> None:
    path = written(tmp_path / "a")
    content = bytearray(path.read_bytes())
    place = content.index(np.arange(6.0).tobytes())
    content[place] ^= 1
    path.write_bytes(content)
    arrays, meta = read_some(path, ["slot.m", "nothing"])
    assert list(arrays) == ["slot.m"]
    assert meta == META
    with pytest.raises(DamagedError, match=r"the sum of w.npy is wrong"):
        read_some(path, ["w"])
    with pytest.raises(DamagedError, match="SHA-256"):
        read_archive(path)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ((W,), "its members are not those of an nnplug file"),
        ((SOUND[1], SOUND[0]), "its members are not those"),
        ((), "its members are not those"),
        ((*SOUND, W), "its members are not those"),
        ((*SOUND, ("meta.json", b"{}")), "its members are not those"),
        ((*SOUND, ("../x.npy", b"")), "a member has a name that is none of nnplug's"),
        ((*SOUND, ("x.py", b"")), "a member is no array"),
        ((*SOUND, ("a/b.npy", b"")), "a member has a name that is none of nnplug's"),
        ((("meta.json", b""), W), "meta.json is no JSON"),
        ((("meta.json", b'{"a": 1, "a": 2}'), W), "a key stands twice"),
        ((("meta.json", b"\xff"), W), "meta.json is no JSON"),
        ((("meta.json", '{"a": 1}'.encode("utf-16")), W), "meta.json is no JSON"),
        ((("meta.json", b"9" * 5000), W), "meta.json is no JSON"),
        ((("meta.json", b"[" * 100_000), W), "meta.json nests too deep"),
        ((("meta.json", b"[" + b"[]," * 400_000 + b"0]"), W), "more than 400,000 lists"),
        ((("meta.json", b" " * (archive.META_LIMIT + 1)), W), "has 16,777,217 bytes"),
        ((*SOUND, ("x.npy", b"")), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", b"\x93NUMPY\1\0")), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", pickle.dumps(os.getpid))), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", npy(np.ones(3, ">f8")))), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", npy(np.ones(3, complex)))), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", npy(np.ones((3, 3), order="F")))), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", npy(np.array(["a"])))), r"x.npy begins as no array"),
        ((*SOUND, ("x.npy", npy(np.ones(3))[:-1])), r"claims the shape \(3,\), and has 23 bytes"),
        ((*SOUND, ("x.npy", npy(np.ones(3)) + b"x")), r"claims the shape \(3,\), and has 25 "),
    ],
)
def test_other_members_are_refused(members: Any, said: str, tmp_path: Path) -> None:
    content = packed(*members) if members else signed(b"PK\5\6" + bytes(16) + struct.pack("<H", 64))
    refused(tmp_path / "a", content, said)


def _headed(text: str, version: bytes = b"\1\0") -> bytes:
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    "shape",
    [
        "(1000000000000,)", "(0, 999999999999999999, 999999999999999999)", "(-3,)", "(3)", "3",
        "(True,)", "(3,),}#", "(__import__('os').getpid(),)", "(1_0,)", "(3.0,)", "(0x3,)",
        f"({'1, ' * 40}1)", f"({'9' * 19},)", "(3, )", "( 3,)",
    ],
)  # fmt: skip
def test_shapes_of_other_forms_are_refused(shape: str, tmp_path: Path) -> None:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}          \n"
    member = _headed(text) + npy(np.arange(3.0))[-24:]
    refused(tmp_path / "a", packed(*SOUND, ("x.npy", member)), r"x\.npy (begins|claims)")


def test_a_header_that_numpy_would_evaluate_is_not(tmp_path: Path) -> None:
    for text in ("(" * 9000, "{'descr': '|O', 'fortran_order': False, 'shape': (3,), } \n", ""):
        for version in (b"\1\0", b"\2\0", b"\3\0", b"\0\0"):
            member = _headed(text, version) + bytes(24)
            refused(tmp_path / "a", packed(*SOUND, ("x.npy", member)), "begins as no array")


def test_bytes_that_nobody_looks_at_are_refused(tmp_path: Path) -> None:
    whole = packed(*SOUND)[:-64]
    directory = whole.index(b"PK\1\2")
    for content in (
        b"MZ" + whole,
        whole + b"x",
        whole[:directory] + b"x" * 9 + whole[directory:],
        whole[:directory] + whole[directory:].replace(b"w.npy", b"v.npy"),
        whole[:directory] + whole[directory:].replace(b"\xa4\x01", b"\xff\x01"),
        whole.replace(b"PK\1\2", b"PK\1\3", 1),
        whole + whole,
    ):
        refused(tmp_path / "a", signed(content), r"its (members|directory)|the header|claims")


def test_sizes_beyond_the_file_are_refused_before_they_are_read(tmp_path: Path) -> None:
    huge = Member("meta.json", 0, 2**62, 0)
    refused(tmp_path / "a", signed(huge.header() + frame([huge])), "claims 4,611,686,018,427,387")
    many = [(f"slot.{i}.npy", W[1]) for i in range(1500)]
    refused(tmp_path / "a", packed(*SOUND, *many), "its directory is not that of its members")


def test_a_compressed_zip_is_refused(tmp_path: Path) -> None:
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as bomb:
            bomb.comment = b"0" * 64
            bomb.writestr("meta.json", bytes(10_000_000))
        refused(tmp_path / "a", signed(buffer.getvalue()[:-64]), "the header of meta.json is not")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(DamagedError, match="it is no regular file"):
            read_archive(path)
    with pytest.raises(IsADirectoryError):
        read_archive(tmp_path)


def test_what_cannot_be_read_back_is_not_written(tmp_path: Path) -> None:
    for arrays, meta, said in (
        ({"a": np.ones(2, complex)}, {}, "arrays of complex128 are not kept"),
        ({"a b": np.ones(2)}, {}, "of no plain name"),
        ({"a" * 200: np.ones(2)}, {}, "of no plain name"),
        ({}, {"notes": "x" * archive.META_LIMIT}, "its names and notes are too many"),
        ({}, {"notes": [[]] * 400_001}, "its names and notes are too many"),
    ):
        with pytest.raises(ValueError, match=said):
            written(tmp_path / "a", arrays, meta)


LIMITED = """
import resource, sys
from pathlib import Path
from nnplug.engine.files import read_arrays
from nnplug.core.errors import RunFileError
size = int(open("/proc/self/statm").read().split()[0]) * 4096 + 150_000_000
resource.setrlimit(resource.RLIMIT_AS, (size, size))
try:
    read_arrays(Path(sys.argv[1]))
except RunFileError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, memory has no such limit")
def test_what_does_not_fit_into_memory_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a", {"w": np.zeros(20_000_000)})
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{path} takes more memory than there is\n", done.stderr

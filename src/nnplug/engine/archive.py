"""A zip of arrays and JSON in one exact form: what is of any other is refused before it is read.

The members are stored as they are, one after the other, `meta.json` first; the zip's comment, its
last 64 bytes, is the SHA-256 of all bytes before. The reader writes the frame of what it found
anew and compares: so there are no bytes that nobody looked at, no member twice or over another,
and no size that is not that of the file. Arrays are read by sizes alone, and nothing is evaluated.
"""

import hashlib
import json
import math
import os
import re
import stat
import struct
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

META = "meta.json"
META_LIMIT = 16 * 1024 * 1024
"""The most bytes of JSON."""

BRACKETS = 400_000
"""The most lists and objects in it: of an empty one, three bytes become seventy."""

MEMBERS = 999
"""The most members."""

DIGEST = 64
"""How many bytes the SHA-256 takes, in hexadecimal digits."""

LARGE = 0xFFFFFFFF
"""From this on, a size does not fit into a zip's ordinary fields."""

CHUNK = 1024 * 1024

_DTYPES = ("<f8", "<f4", "<i8", "|b1")
_SIZE = r"\d{1,18}"
_SHAPE = rf"(|{_SIZE},|{_SIZE}(?:, {_SIZE}){{1,31}})"
_HEADER = re.compile(
    rf"\{{'descr': '([<|]\w\d)', 'fortran_order': False, 'shape': \({_SHAPE}\), \}} *\n", re.ASCII
)
_NAME = re.compile(r"[\w.\-]{1,100}", re.ASCII)

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_MARK = 0xFFFFFFFF  # "see the larger field"
_DATE = 0x21  # the first of January 1980, for equal contents to give equal bytes


class DamagedError(ValueError):
    """The bytes are not those of an archive; the message says what is wrong with them."""


@dataclass(frozen=True)
class Member:
    """One file in the zip: where its header begins, and how many bytes of which sum follow."""

    name: str
    start: int
    size: int
    crc: int

    @property
    def data(self) -> int:
        """Where its bytes begin."""
        return self.start + len(self.header())

    @property
    def stop(self) -> int:
        """Where what follows it begins."""
        return self.data + self.size

    def header(self) -> bytes:
        """Return what stands before its bytes."""
        extra = struct.pack("<2H2Q", 1, 16, self.size, self.size) if self.size >= LARGE else b""
        size = _MARK if extra else self.size
        numbers = (45 if extra else 20, 0, 0, 0, _DATE, self.crc, size, size)
        fixed = _LOCAL.pack(b"PK\3\4", *numbers, len(self.name), len(extra))
        return fixed + self.name.encode() + extra

    def entry(self) -> bytes:
        """Return what stands for it in the directory at the end."""
        large = [n for n in (self.size, self.size, self.start) if n >= LARGE]
        extra = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        size, start = (_MARK if n >= LARGE else n for n in (self.size, self.start))
        version = 45 if extra else 20
        numbers = (version | 3 << 8, version, 0, 0, 0, _DATE, self.crc, size, size)
        place = (len(self.name), len(extra), 0, 0, 0, 0o644 << 16, start)
        return _CENTRAL.pack(b"PK\1\2", *numbers, *place) + self.name.encode() + extra


def write_archive(
    file: IO[bytes], arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]
) -> None:
    """Write arrays and JSON; raises ValueError for what the form does not hold."""
    text = json.dumps(meta, indent=1, default=_plain).encode()
    if len(text) > META_LIMIT or text.count(b"[") + text.count(b"{") > BRACKETS:
        raise ValueError(
            f"its names and notes are too many: {len(text):,} bytes as JSON; {META_LIMIT:,} bytes "
            f"with {BRACKETS:,} lists and objects are read"
        )
    contents = {META: [text]} | {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    if len(contents) > MEMBERS or not all(map(_NAME.fullmatch, contents)):
        raise ValueError(f"{len(contents)} arrays, or one of no plain name")
    digest = hashlib.sha256()
    members: list[Member] = []

    def put(*parts: Any) -> None:
        for part in parts:
            file.write(part)
            digest.update(part)

    for name, parts in contents.items():
        size, crc = 0, 0
        for part in parts:
            size, crc = size + len(part), zlib.crc32(part, crc)
        members.append(Member(name, members[-1].stop if members else 0, size, crc))
        put(members[-1].header(), *parts)
    put(_frame(members))
    file.write(digest.hexdigest().encode())


def read_archive(path: Path) -> tuple[dict[str, NDArray[Any]], Any]:
    """Read what `write_archive` wrote; raises DamagedError for all else, and OSError."""
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        _compare_digest(file, size)
        members = _members(file, size)
        meta = _read_json(_bytes_of(file, members[0]))
        arrays = {one.name[: -len(".npy")]: _read_array(file, one) for one in members[1:]}
    return arrays, meta


def read_some(path: Path, names: Collection[str]) -> tuple[dict[str, NDArray[Any]], Any]:
    """Read the JSON and some arrays, which is quick; the rest is not looked at.

    Raises DamagedError and OSError.
    """
    with _opened(path) as file:
        first, *rest = _members(file, os.fstat(file.fileno()).st_size)
        found = {one.name[: -len(".npy")]: one for one in rest}
        arrays = {name: _read_array(file, found[name]) for name in names if name in found}
        return arrays, _read_json(_bytes_of(file, first))


def _frame(members: Iterable[Member]) -> bytes:
    """Return what stands between the last member and the SHA-256."""
    members = list(members)
    start = members[-1].stop
    directory = b"".join(member.entry() for member in members)
    size, count = len(directory), len(members)
    if start >= LARGE:
        numbers = (_END64.size - 12, 45 | 3 << 8, 45, 0, 0, count, count, size, start)
        directory += _END64.pack(b"PK\6\6", *numbers)
        directory += _LOCATOR.pack(b"PK\6\7", 0, start + size, 1)
    where = _MARK if start >= LARGE else start
    return directory + _END.pack(b"PK\5\6", 0, 0, count, count, size, where, DIGEST)


def _opened(path: Path) -> IO[bytes]:
    mode = path.stat().st_mode
    # A pipe may never begin, and a device never end.
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise DamagedError("it is no regular file")
    return path.open("rb")


def _compare_digest(file: IO[bytes], size: int) -> None:
    digest = hashlib.sha256()
    left = size - DIGEST
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    if left or file.read(DIGEST + 1) != digest.hexdigest().encode():
        raise DamagedError("its last bytes are not the SHA-256 of the rest")


def _members(file: IO[bytes], size: int) -> list[Member]:
    """Return the members, once every byte around them is what it has to be."""
    found: list[Member] = []
    start = 0
    while len(found) < MEMBERS:
        file.seek(start)
        fixed = file.read(_LOCAL.size)
        if fixed[:4] != b"PK\3\4" or len(fixed) < _LOCAL.size:
            break
        member = _member(file, fixed, start)
        if member.stop > size:
            raise DamagedError(f"{member.name} claims {member.size:,} bytes")
        found.append(member)
        start = member.stop
    names = [member.name for member in found]
    if names[:1] != [META] or len(set(names)) < len(names):
        raise DamagedError("its members are not those of an nnplug file")
    frame = _frame(found)
    file.seek(start)
    if size - DIGEST - start != len(frame) or file.read(len(frame)) != frame:
        raise DamagedError("its directory is not that of its members")
    return found


def _member(file: IO[bytes], fixed: bytes, start: int) -> Member:
    """Read the header that begins at `start`."""
    *_, crc, _, size, name_size, extra_size = _LOCAL.unpack(fixed)
    rest = file.read(name_size + extra_size)
    name = rest[:name_size].decode("ascii", "replace")
    if not _NAME.fullmatch(name) or not (name == META or name.endswith(".npy")):
        raise DamagedError("a member has a name that is none of nnplug's")
    if extra_size == 20:
        size = struct.unpack("<2H2Q", rest[name_size:])[2] if len(rest) - name_size == 20 else 0
    member = Member(name, start, size, crc)
    if member.header() != fixed + rest:
        raise DamagedError(f"the header of {name} is not one of nnplug's")
    return member


def _bytes_of(file: IO[bytes], member: Member) -> bytes:
    if member.size > META_LIMIT:
        raise DamagedError(f"{member.name} has {member.size:,} bytes, and {META_LIMIT:,} at most")
    file.seek(member.data)
    content = file.read(member.size)
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise DamagedError(f"the sum of {member.name} is wrong")
    return content


def _read_json(content: bytes) -> Any:
    if content.count(b"[") + content.count(b"{") > BRACKETS:
        raise DamagedError(f"{META} has more than {BRACKETS:,} lists and objects")
    try:
        return json.loads(content.decode(), object_pairs_hook=_without_doubles)
    except RecursionError:
        raise DamagedError(f"{META} nests too deep") from None
    except ValueError as error:
        raise DamagedError(f"{META} is no JSON: {error}") from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _npy(array: NDArray[Any]) -> list[Any]:
    """Return an array as the bytes of a `.npy` file: its header, and its own."""
    array = np.asarray(array, order="C")
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype.str not in _DTYPES:
        raise ValueError(f"arrays of {array.dtype} are not kept")
    text = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {array.shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()
    return [header, array.reshape(-1).view(np.uint8).data]


def _read_array(file: IO[bytes], member: Member) -> NDArray[Any]:
    file.seek(member.data)
    start = file.read(min(10, member.size))
    length = struct.unpack("<H", start[8:])[0] if len(start) == 10 else 0
    header = file.read(min(length, member.size - len(start)))
    fits = _HEADER.fullmatch(header.decode("latin-1"))
    if start[:8] != b"\x93NUMPY\x01\x00" or fits is None or fits[1] not in _DTYPES:
        raise DamagedError(f"{member.name} begins as no array that nnplug wrote")
    shape = tuple(int(part) for part in fits[2].split(",") if part)
    dtype = np.dtype(fits[1])
    left = member.size - len(start) - len(header)
    if math.prod(shape) * dtype.itemsize != left:
        raise DamagedError(f"{member.name} claims the shape {shape}, and has {left:,} bytes")
    content = file.read(left)
    if len(content) != left or zlib.crc32(content, zlib.crc32(start + header)) != member.crc:
        raise DamagedError(f"the sum of {member.name} is wrong")
    try:
        found = np.frombuffer(content, dtype).reshape(shape)
    except ValueError:
        raise DamagedError(f"{member.name} claims a shape that no array has") from None
    return found.astype(dtype.newbyteorder("="))


def _plain(value: Any) -> Any:
    """Return what JSON takes for NumPy's numbers and arrays, which callbacks like to note."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"{value!r} in it is nothing that JSON holds")

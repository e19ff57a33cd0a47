"""A zip of arrays and JSON in one exact form: what is of any other is refused.

Its first member is `meta.json`, the others are `.npy` files, and its comment is the SHA-256 of all
bytes before. Arrays are read by their sizes alone, and nothing is evaluated.
"""

import hashlib
import json
import math
import os
import re
import stat
import struct
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from nnplug.engine.stored_zip import (
    COMMENT,
    MEMBERS,
    NAME,
    DamagedError,
    Member,
    frame,
    read_members,
)

META = "meta.json"
META_LIMIT = 16 * 1024 * 1024
"""The most bytes of JSON."""

BRACKETS = 400_000
"""The most lists and objects in it: of an empty one, three bytes become seventy."""

CHUNK = 1024 * 1024

_DTYPES = ("<f8", "<f4", "<i8", "|b1")
_SIZE = r"\d{1,18}"
_SHAPE = rf"(|{_SIZE},|{_SIZE}(?:, {_SIZE}){{1,31}})"
_HEADER = re.compile(
    rf"\{{'descr': '([<|]\w\d)', 'fortran_order': False, 'shape': \({_SHAPE}\), \}} *\n", re.ASCII
)


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
    if len(contents) > MEMBERS or not all(map(NAME.fullmatch, contents)):
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
    put(frame(members))
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


def _opened(path: Path) -> IO[bytes]:
    mode = path.stat().st_mode
    # A pipe may never begin, and a device never end.
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise DamagedError("it is no regular file")
    return path.open("rb")


def _compare_digest(file: IO[bytes], size: int) -> None:
    digest = hashlib.sha256()
    left = size - COMMENT
    while left > 0 and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    if left or file.read(COMMENT + 1) != digest.hexdigest().encode():
        raise DamagedError("its last bytes are not the SHA-256 of the rest")


def _members(file: IO[bytes], size: int) -> list[Member]:
    first, *others = read_members(file, size, META)
    if not all(one.name.endswith(".npy") for one in others):
        raise DamagedError("a member is no array")
    return [first, *others]


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

"""Zip files in one exact form: members stored as they are, one after the other, and a comment.

The reader writes what stands around the members that it found anew, and compares: so there are no
bytes that nobody looked at, no member twice or over another, and no size that is not that of the
file.
"""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

MEMBERS = 999
"""The most members."""

COMMENT = 64
"""How many bytes the comment takes, at the end of the file."""

LARGE = 0xFFFFFFFF
"""From this on, a size does not fit into a zip's ordinary fields."""

NAME = re.compile(r"[\w.\-]{1,100}", re.ASCII)
"""The names of members: no folders among them."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_MARK = 0xFFFFFFFF  # "see the larger field"
_DATE = 0x21  # the first of January 1980, for equal contents to give equal bytes


class DamagedError(ValueError):
    """The bytes are not those of such a file; the message says what is wrong with them."""


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


def frame(members: Iterable[Member]) -> bytes:
    """Return what stands between the last member and the comment."""
    members = list(members)
    start = members[-1].stop
    directory = b"".join(member.entry() for member in members)
    size, count = len(directory), len(members)
    if start >= LARGE:
        numbers = (_END64.size - 12, 45 | 3 << 8, 45, 0, 0, count, count, size, start)
        directory += _END64.pack(b"PK\6\6", *numbers)
        directory += _LOCATOR.pack(b"PK\6\7", 0, start + size, 1)
    where = _MARK if start >= LARGE else start
    return directory + _END.pack(b"PK\5\6", 0, 0, count, count, size, where, COMMENT)


def read_members(file: IO[bytes], size: int, first: str) -> list[Member]:
    """Return the members, once every byte around them is what it has to be.

    first : the name of the first one
    """
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
    if names[:1] != [first] or len(set(names)) < len(names):
        raise DamagedError("its members are not those of an nnplug file")
    expected = frame(found)
    file.seek(start)
    if size - COMMENT - start != len(expected) or file.read(len(expected)) != expected:
        raise DamagedError("its directory is not that of its members")
    return found


def _member(file: IO[bytes], fixed: bytes, start: int) -> Member:
    """Read the header that begins at `start`."""
    *_, crc, _, size, name_size, extra_size = _LOCAL.unpack(fixed)
    rest = file.read(name_size + extra_size)
    name = rest[:name_size].decode("ascii", "replace")
    if not NAME.fullmatch(name):
        raise DamagedError("a member has a name that is none of nnplug's")
    if extra_size == 20:
        size = struct.unpack("<2H2Q", rest[name_size:])[2] if len(rest) - name_size == 20 else 0
    member = Member(name, start, size, crc)
    if member.header() != fixed + rest:
        raise DamagedError(f"the header of {name} is not one of nnplug's")
    return member

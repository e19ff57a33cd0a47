"""What an attacker, or a dying disk, does to a model file; for `fuzz_models.py`.

A mutation takes the bytes of a sound file and a source of chance, and returns other bytes. Those of
`BLIND` leave the SHA-256 as it was, so that each must be refused; those of `KNOWING` compute it
anew, and go as deep as the form of the file lets them.
"""

import hashlib
import io
import json
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.engine.stored_zip import Member, frame

Mutate = Callable[[bytes, random.Random], bytes]

BLIND: dict[str, Mutate] = {}
KNOWING: dict[str, Mutate] = {}

TRAP = "nnplug-fuzz-executed"
"""The file that a pickle in a hostile array would make."""


def mutation(kind: dict[str, Mutate]) -> Callable[[Mutate], Mutate]:
    def register(mutate: Mutate) -> Mutate:
        kind[mutate.__name__] = mutate
        return mutate

    return register


def signed(content: bytes) -> bytes:
    """Return a file with the SHA-256 of what it holds now."""
    return content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode()


def packed(members: list[tuple[str, bytes]]) -> bytes:
    """Return a file of these members, in the form that nnplug writes."""
    import zlib

    found: list[Member] = []
    parts = []
    for name, content in members:
        start = found[-1].stop if found else 0
        found.append(Member(name, start, len(content), zlib.crc32(content)))
        parts += [found[-1].header(), content]
    body = b"".join(parts) + frame(found)
    return body + hashlib.sha256(body).hexdigest().encode()


def unpacked(content: bytes) -> list[tuple[str, bytes]]:
    """Return the members of a sound file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def with_meta(content: bytes, change: Callable[[Any], Any]) -> bytes:
    """Return a file whose JSON was changed."""
    members = unpacked(content)
    meta = change(json.loads(members[0][1]))
    text = meta if isinstance(meta, bytes) else json.dumps(meta).encode()
    return packed([("meta.json", text), *members[1:]])


# Without a new SHA-256


@mutation(BLIND)
def flip_bits(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


@mutation(BLIND)
def cut_off(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


@mutation(BLIND)
def add(content: bytes, rng: random.Random) -> bytes:
    more = rng.randbytes(rng.choice((1, 64, 1000)))
    return rng.choice((content + more, more + content, content + content))


@mutation(BLIND)
def lose_a_block(content: bytes, rng: random.Random) -> bytes:
    start, size = rng.randrange(len(content)), rng.choice((1, 16, 512, 4096))
    empty = b"" if rng.random() < 0.5 else bytes(len(content[start : start + size]))
    return content[:start] + empty + content[start + size :]


@mutation(BLIND)
def swap_blocks(content: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.sample(range(len(content)), 2))
    return content[b:] + content[a:b] + content[:a]


# With a new SHA-256: bytes


@mutation(KNOWING)
def flip_bits_and_sign(content: bytes, rng: random.Random) -> bytes:
    return signed(flip_bits(content, rng))


@mutation(KNOWING)
def cut_off_and_sign(content: bytes, rng: random.Random) -> bytes:
    return signed(cut_off(content, rng) + b"0" * 64)


@mutation(KNOWING)
def lose_a_block_and_sign(content: bytes, rng: random.Random) -> bytes:
    return signed(lose_a_block(content[:-64], rng) + content[-64:])


@mutation(KNOWING)
def number_in_a_header(content: bytes, rng: random.Random) -> bytes:
    """Write a hostile size, offset or count into the zip's own numbers."""
    changed = bytearray(content)
    marks = [b"PK\3\4", b"PK\1\2", b"PK\5\6"]
    places = [i for mark in marks for i in _all(content, mark)]
    at = rng.choice(places) + rng.randrange(4, 40)
    value = rng.choice((0, 1, 2**16 - 1, 2**31, 2**32 - 1, rng.getrandbits(32)))
    size = rng.choice((2, 4))
    if at + size <= len(changed) - 64:
        changed[at : at + size] = (value % 2 ** (8 * size)).to_bytes(size, "little")
    return signed(bytes(changed))


def _all(content: bytes, mark: bytes) -> list[int]:
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return found


# With a new SHA-256: members


@mutation(KNOWING)
def shuffle_members(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    first = [] if rng.random() < 0.3 else [members.pop(0)]
    rng.shuffle(members)
    return packed(first + members)


@mutation(KNOWING)
def swap_members(content: bytes, rng: random.Random) -> bytes:
    members = dict(unpacked(content))
    one, other = rng.sample(list(members), 2)
    members[one], members[other] = members[other], members[one]
    return packed(list(members.items()))


@mutation(KNOWING)
def lose_a_member(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    members.pop(rng.randrange(len(members)))
    return packed(members)


@mutation(KNOWING)
def add_a_member(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    names = (
        "w.npy",
        "slot.x.npy",
        "meta.json",
        "extra.npy",
        "run.py",
        "../up.npy",
        "a" * 300,
        "ä.npy",
    )
    name = rng.choice((*names, members[-1][0]))
    more = rng.choice((members[-1][1], b"", b"x", rng.randbytes(100)))
    members.insert(rng.randrange(len(members) + 1), (name, more))
    return packed(members)


@mutation(KNOWING)
def rename_a_member(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    i = rng.randrange(len(members))
    name = rng.choice(("w.npy", "kept.npy", "last.npy", "best.npy", "slot.m.npy", "slot..npy", "x"))
    members[i] = (name, members[i][1])
    return packed(members)


@mutation(KNOWING)
def another_zip(content: bytes, rng: random.Random) -> bytes:
    """Make a zip as other programs do: compressed, with directories, or a bomb."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(
        buffer, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    ) as new:
        new.comment = b"0" * 64
        for name, member in unpacked(content):
            bomb = bytes(rng.choice((1_000_000, 30_000_000)))
            new.writestr(name, bomb if rng.random() < 0.05 else member, zipfile.ZIP_DEFLATED)
    return signed(buffer.getvalue())


@mutation(KNOWING)
def many_members(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    return packed(
        members + [(f"slot.{i}.npy", members[-1][1]) for i in range(rng.choice((90, 2000)))]
    )


# With a new SHA-256: arrays


class Trap:
    """Makes a file when it is unpickled."""

    def __reduce__(self) -> Any:
        return Path.touch, (Path(TRAP),)


def _npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


@mutation(KNOWING)
def another_array(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    i = rng.randrange(1, len(members))
    array = np.load(io.BytesIO(members[i][1]))
    changed: list[Callable[[], bytes]] = [
        lambda: _npy(array.astype(np.float32)),
        lambda: _npy(array.astype(np.float64)),
        lambda: _npy(array.astype(">f8")),
        lambda: _npy(array.astype(np.complex128)),
        lambda: _npy(array.astype("U5")),
        lambda: _npy(array[..., :-1]),
        lambda: _npy(np.append(array, 0.0)),
        lambda: _npy(array[None]),
        lambda: _npy(np.asfortranarray(np.ones((4, 5)))),
        lambda: _npy(array, version=(2, 0)),
        lambda: _npy(np.array([Trap()], object), allow_pickle=True),
        lambda: pickle.dumps(Trap()),
        lambda: _npy(np.zeros(3, [("a", "<f8")])),
        lambda: _npy(np.full_like(array, rng.choice((np.nan, np.inf, -np.inf, 1e308, -1.0)))),
        lambda: _npy(np.array(1.0)),
        lambda: _npy(np.zeros((0, 3))),
    ]
    members[i] = (members[i][0], rng.choice(changed)())
    return packed(members)


HEADERS = (
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
    "{'descr': '<f8', 'fortran_order': True, 'shape': (3,), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '|V100000', 'fortran_order': False, 'shape': (), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (3), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'more': 1}",
    "{'shape': (3,)}",
    "(" * 5000,
    "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1, " * 9000 + "1), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",), }",
    "",
)


@mutation(KNOWING)
def another_header(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    i = rng.randrange(1, len(members))
    text = rng.choice(HEADERS)
    text += " " * (-(len(text) + 11) % 64) + "\n"
    version = rng.choice((b"\1\0", b"\1\0", b"\1\0", b"\2\0", b"\3\0", b"\0\0"))
    length = rng.choice((len(text), len(text), len(text), 0, 65535))
    header = b"\x93NUMPY" + version + struct.pack("<H", length) + text.encode()
    members[i] = (members[i][0], header + members[i][1][128:])
    return packed(members)


@mutation(KNOWING)
def other_numbers(content: bytes, rng: random.Random) -> bytes:
    """Change the numbers of an array: another model, which is read as what it is."""
    members = unpacked(content)
    i = rng.randrange(1, len(members))
    array = np.load(io.BytesIO(members[i][1]))
    if array.size:
        array.flat[rng.randrange(array.size)] = rng.choice((np.nan, np.inf, 1e300, -0.0, 0.5, -7))
    members[i] = (members[i][0], _npy(array))
    return packed(members)

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

from nnplug.engine.archive import Member, _frame

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
    body = b"".join(parts) + _frame(found)
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


# With a new SHA-256: JSON

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 1000, 10**12, 2**63, 2**128, 10**400, -(10**30), 0.5, -0.0,
    1e-320, 1e308, float("nan"), float("inf"), -float("inf"), "", "x", "nan", "w", "epochs", "tanh",
    "diverged", "os:system", "../../etc/passwd", "a\nb", "\x1b[31m", "\ud800", "\0", "ü" * 300,
    "linear", "layer", "residual", "nnplug-missing", "PCG64", "MT19937", "float16", "median",
    [], {}, [[]], [1, 2, 3], [0], [None], ["a"], {"a": 1}, [[1, 2], [3]], [10**12], [2**40, 2**40],
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [path, *(place for key, one in items for place in _places(one, (*path, key)))]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    _at(value, path[:-1])[path[-1]] = new
    return value


@mutation(KNOWING)
def another_value(content: bytes, rng: random.Random) -> bytes:
    def change(meta: Any) -> Any:
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            place = rng.choice(_places(meta))
            meta = _put(meta, place, rng.choice(VALUES))
        return meta

    return with_meta(content, change)


@mutation(KNOWING)
def near_value(content: bytes, rng: random.Random) -> bytes:
    """Change a number or a text a little."""

    def change(meta: Any) -> Any:
        places = [p for p in _places(meta) if isinstance(_at(meta, p), (int, float, str))]
        place = rng.choice(places)
        value = _at(meta, place)
        if isinstance(value, str):
            new: Any = rng.choice((value + "x", value[:-1], value.upper(), value + " "))
        else:
            new = rng.choice((value + 1, value - 1, -value, value * 2, float(value), str(value)))
        return _put(meta, place, new)

    return with_meta(content, change)


@mutation(KNOWING)
def other_keys(content: bytes, rng: random.Random) -> bytes:
    def change(meta: Any) -> Any:
        places = [p for p in _places(meta) if isinstance(_at(meta, p), dict) and _at(meta, p)]
        table = _at(meta, rng.choice(places))
        key = rng.choice(list(table))
        what = rng.randrange(3)
        if what == 0:
            del table[key]
        elif what == 1:
            table[rng.choice(("x", key.upper(), key + " ", "", "\x1b", "__class__"))] = table[key]
        else:
            table[rng.choice(list(table))] = table[key]
        return meta

    return with_meta(content, change)


@mutation(KNOWING)
def swap_values(content: bytes, rng: random.Random) -> bytes:
    def change(meta: Any) -> Any:
        one, other = rng.sample(_places(meta)[1:], 2)
        if one == other[: len(one)] or other == one[: len(other)]:
            return meta  # one is inside the other
        a, b = _at(meta, one), _at(meta, other)
        return _put(_put(meta, one, b), other, a)

    return with_meta(content, change)


@mutation(KNOWING)
def other_lists(content: bytes, rng: random.Random) -> bytes:
    def change(meta: Any) -> Any:
        places = [p for p in _places(meta) if isinstance(_at(meta, p), list) and _at(meta, p)]
        items = _at(meta, rng.choice(places))
        what = rng.randrange(4)
        if what == 0:
            items.pop(rng.randrange(len(items)))
        elif what == 1:
            items.append(rng.choice(items))
        elif what == 2:
            rng.shuffle(items)
        else:
            items *= rng.choice((2, 100))
        return meta

    return with_meta(content, change)


@mutation(KNOWING)
def another_component(content: bytes, rng: random.Random) -> bytes:
    """Put components where they do not belong, with hyperparameters that ask for the moon."""

    def change(meta: Any) -> Any:
        places = [
            p
            for p in _places(meta)
            if isinstance(_at(meta, p), dict) and "hyperparameters" in _at(meta, p)
        ]
        component = _at(meta, rng.choice(places))
        what = rng.randrange(5)
        if what == 0:
            other = _at(meta, rng.choice(places))
            component.update(json.loads(json.dumps(other)))
        elif what == 1:
            component["kind"] = rng.choice(("layer", "activation", "loss", "callback", "dataset"))
        elif what == 2:
            component["name"] = rng.choice(
                ("linear", "softmax", "l_bfgs", "Chain", "x", "a:b", "cosine")
            )
        elif what == 3:
            component["package"] = rng.choice(
                ("os", "nnplug.core", "x; rm -rf ~", "numpy", "-e .", "nnplug")
            )
            component["version"] = rng.choice(("", "9.9", "1 || true", component["version"]))
        else:
            values = component["hyperparameters"]
            name = rng.choice([*values, "units", "memory", "layers", "__init__"])
            values[name] = rng.choice(VALUES)
        return meta

    return with_meta(content, change)


@mutation(KNOWING)
def nest(content: bytes, rng: random.Random) -> bytes:
    """Nest blocks or lists as deep as nobody does."""
    depth = rng.choice((10, 31, 40, 300, 20_000))

    def change(meta: Any) -> Any:
        if rng.random() < 0.4 and depth < 1000:
            for _ in range(depth):
                meta["layers"][0] = {
                    **meta["layers"][0],
                    "kind": "layer",
                    "name": "residual",
                    "hyperparameters": {"layers": [meta["layers"][0]]},
                }
            return _deep_json(meta)
        text = json.dumps(meta)
        place = rng.choice(('"notes": ', '"settings": ', '"layers": ', '"task": ', '"streams": '))
        opening, closing = rng.choice((("[", "]"), ('{"a":', "}")))
        deep = opening * depth + "0" + closing * depth
        return text.replace(place, f'{place}{deep}, "{rng.choice("abc")}": ', 1).encode()

    return with_meta(content, change)


def _deep_json(meta: Any) -> bytes:
    import sys

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        return json.dumps(meta).encode()
    finally:
        sys.setrecursionlimit(limit)


@mutation(KNOWING)
def other_json(content: bytes, rng: random.Random) -> bytes:
    members = unpacked(content)
    text = members[0][1]
    changed: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: b"null",
        lambda: b"[]",
        lambda: text.decode().encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + text,
        lambda: text[: rng.randrange(len(text))],
        lambda: text.replace(b'"epoch":', b'"epoch": 1, "epoch":'),
        lambda: text.replace(
            b'"format": 1', rng.choice((b'"format": 2', b'"format": "1"', b'"format": 1.0'))
        ),
        lambda: b'{"format": 1, "notes": [' + b"[]," * rng.choice((9_999, 5_500_000)) + b"0]}",
        lambda: b'{"a": ' + b"9" * rng.choice((4_000, 4_000_000)) + b"}",
        lambda: text.replace(b'"notes": {', b'"notes": {"x": ' + b"1" * 4299 + b", ", 1),
    ]
    return packed([("meta.json", rng.choice(changed)()), *members[1:]])

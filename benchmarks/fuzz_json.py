"""What an attacker does to the JSON of a model file; more mutations for `fuzz_models.py`."""

import json
import random
from collections.abc import Callable
from typing import Any

from fuzz_mutations import KNOWING, mutation, packed, unpacked, with_meta

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 1000, 10**12, 2**63, 2**128, 10**400, -(10**30), 0.5, -0.0,
    1e-320, 1e308, float("nan"), float("inf"), -float("inf"), "", "x", "nan", "w", "epochs", "tanh",
    "diverged", "os:system", "../../etc/passwd", "a\nb", "\x1b[31m", "\u202e", "a\u2028b", "\ud800",
    "\0", "ü" * 300,
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

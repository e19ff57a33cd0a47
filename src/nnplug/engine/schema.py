"""What JSON from a file must look like, and which place of it does not.

CHECK = table({"name": text(), "sizes": several(whole(1))})
CHECK({"name": "a", "sizes": [3, 0]}, "")
# MisfitError: sizes[1] is 0; a whole number >= 1 is expected
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]
"""check(value, where) raises MisfitError for what it does not accept."""

LARGEST = 2.0**1000
"""The largest number; of larger ones, not every whole one is a float."""

DEEPEST = 32
"""How deep what is not described may nest."""

_SHOWN = 40
"""The most characters of a value that a message shows."""


class MisfitError(ValueError):
    """A value is not what its place calls for; the message says both."""

    def __init__(self, where: str, said: str, expected: str) -> None:
        super().__init__(f"{where or 'it'} is {said}; {expected} is expected")


def text(pattern: str = r".*", expected: str = "a text") -> Check:
    """Accept texts that match a pattern as a whole."""
    fits = re.compile(pattern, re.S).fullmatch

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or fits(value) is None:
            raise MisfitError(where, say_value(value), expected)

    return check


def whole(low: int, high: int = 2**53) -> Check:
    """Accept whole numbers from low to high."""

    def check(value: Any, where: str) -> None:
        if type(value) is not int or not low <= value <= high:
            expected = f"a whole number >= {low}"
            raise MisfitError(
                where, say_value(value), expected if high == 2**53 else f"{expected}, <= {high}"
            )

    return check


def number(value: Any, where: str) -> None:
    """Accept finite numbers that a float can hold."""
    if type(value) not in (int, float) or not abs(value) <= LARGEST:
        raise MisfitError(where, say_value(value), "a finite number")


def flag(value: Any, where: str) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise MisfitError(where, say_value(value), "true or false")


def one_of(*choices: str | None) -> Check:
    """Accept some texts, or null."""

    def check(value: Any, where: str) -> None:
        if not (value is None or isinstance(value, str)) or value not in choices:
            said = (say_value(one) for one in choices)
            raise MisfitError(where, say_value(value), f"one of {', '.join(said)}")

    return check


def or_none(check: Check) -> Check:
    """Accept null, or what another check accepts."""

    def either(value: Any, where: str) -> None:
        if value is not None:
            check(value, where)

    return either


def several(item: Check, most: int = 100_000) -> Check:
    """Accept lists whose items a check accepts."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or len(value) > most:
            raise MisfitError(where, say_value(value), f"a list of at most {most}")
        for i, one in enumerate(value):
            item(one, f"{where}[{i}]")

    return check


def exactly(*items: Check) -> Check:
    """Accept lists of so many items, each with a check of its own."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or len(value) != len(items):
            raise MisfitError(where, say_value(value), f"a list of {len(items)}")
        for i, (one, item) in enumerate(zip(value, items, strict=True)):
            item(one, f"{where}[{i}]")

    return check


def table(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Accept objects that have some keys, may have others, and have no more."""
    known = {**needed, **(optional or {})}

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise MisfitError(where, say_value(value), "an object")
        for key in needed:
            if key not in value:
                raise MisfitError(_at(where, key), say_value(None), "something")
        for key, one in value.items():
            if key not in known:
                raise MisfitError(_at(where, key), say_value(one), "nothing")
            known[key](one, _at(where, key))

    return check


def mapping(key: Check, item: Check, most: int = 10_000) -> Check:
    """Accept objects whose keys and values two checks accept."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise MisfitError(where, say_value(value), f"an object of at most {most} keys")
        for name, one in value.items():
            key(name, f"a key of {where}")
            item(one, _at(where, name))

    return check


def measure(value: Any, where: str) -> None:
    """Accept numbers, also those that are not finite."""
    if type(value) not in (int, float) or (type(value) is int and abs(value) > LARGEST):
        raise MisfitError(where, say_value(value), "a number")


def anything(value: Any, where: str, depth: int = 0) -> None:
    """Accept whatever JSON holds, unless it nests too deep."""
    if depth > DEEPEST:
        raise MisfitError(where, say_value(value), f"nothing more than {DEEPEST} levels deep")
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list)):
        for one in inner:
            anything(one, where, depth + 1)


def objects(value: Any, where: str) -> None:
    """Accept an object of whatever JSON holds."""
    if not isinstance(value, dict):
        raise MisfitError(where, say_value(value), "an object")
    anything(value, where)


def _at(where: str, key: Any) -> str:
    name = key if re.fullmatch(r"[\w.\-]{1,40}", key) else say_value(key)
    return f"{where}.{name}" if where else name


def say_value(value: Any) -> str:
    """Say a value in a few plain characters, whoever wrote it."""
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        what = "an object" if isinstance(value, dict) else "a list"
        return f"{what} of {len(value)}"
    if isinstance(value, int) and abs(value) >= 2**64:
        return "a huge number"
    said = ascii(value)
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}..."

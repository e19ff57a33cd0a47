"""Checks of JSON: what they accept, and which place of it they name."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.engine.schema import (
    DEEPEST,
    Check,
    MisfitError,
    anything,
    exactly,
    flag,
    mapping,
    measure,
    number,
    objects,
    one_of,
    or_none,
    several,
    table,
    text,
    whole,
)

CHECK = table(
    {"name": text(r"[a-z]+", "a word"), "sizes": several(whole(1, 9), 3)},
    {"pairs": mapping(text(), exactly(number, flag)), "what": or_none(one_of("a", "b"))},
)


SOUND: dict[str, Any] = {"name": "x", "sizes": []}


def test_what_fits_is_accepted() -> None:
    CHECK({"name": "x", "sizes": []}, "")
    CHECK({"name": "x", "sizes": [1, 9], "pairs": {"?": [1.5, True]}, "what": None}, "")
    CHECK({"name": "x", "sizes": [1, 9], "pairs": {}, "what": "b"}, "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": 3}, "name is 3; a word is expected"),
        ({"name": "X"}, "name is 'X'; a word is expected"),
        ({"name": "x\n"}, r"name is 'x\n'; a word is expected"),
        ({"sizes": [1, 10]}, "sizes[1] is 10; a whole number >= 1, <= 9 is expected"),
        ({"sizes": [True]}, "sizes[0] is True; a whole number >= 1, <= 9 is expected"),
        ({"sizes": [1.0]}, "sizes[0] is 1.0; a whole number >= 1, <= 9 is expected"),
        ({"sizes": [1] * 4}, "sizes is a list of 4; a list of at most 3 is expected"),
        ({"pairs": {"a": [1]}}, "pairs.a is a list of 1; a list of 2 is expected"),
        ({"pairs": {"a b": [1, 1]}}, "pairs.'a b'[1] is 1; true or false is expected"),
        ({"pairs": {"a": [math.nan, True]}}, "pairs.a[0] is nan; a finite number is expected"),
        ({"pairs": {"a": ["1", True]}}, "pairs.a[0] is '1'; a finite number is expected"),
        ({"pairs": {"a": [10**400, True]}}, "pairs.a[0] is a huge number; a finite number"),
        ({"what": "c"}, "what is 'c'; one of 'a', 'b' is expected"),
        ({"what": []}, "what is a list of 0; one of 'a', 'b' is expected"),
        ({"more": {}}, "more is an object of 0; nothing is expected"),
    ],
)
def test_what_does_not_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(MisfitError) as caught:
        CHECK({"name": "x", "sizes": [], **change}, "")
    assert said in str(caught.value)


def test_what_is_missing_or_no_object_is_named() -> None:
    with pytest.raises(MisfitError, match=r"there\.name is nothing; something is expected"):
        CHECK({"sizes": []}, "there")
    with pytest.raises(MisfitError, match="it is a list of 0; an object is expected"):
        CHECK([], "")
    with pytest.raises(MisfitError, match="notes is 3; an object is expected"):
        objects(3, "notes")


def test_a_measure_may_be_infinite_and_no_text() -> None:
    for value in (1, 0.5, math.inf, math.nan):
        measure(value, "it")
    for value in ("inf", None, True, 10**400):
        with pytest.raises(MisfitError, match="a number is expected"):
            measure(value, "it")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_anything_is_accepted_where_nothing_is_said(value: Any) -> None:
    anything(value, "it")


@given(JSON, st.text(st.characters(categories=["L", "N"]), max_size=20))
def test_a_message_is_one_short_line(value: Any, key: str) -> None:
    for check in (number, flag, one_of("a"), several(flag), exactly(), text("x"), objects, measure):
        said = _said(check, value, key)
        assert said.isprintable()
        assert len(said) < 300
    said = _said(CHECK, {**SOUND, key: value}, "")
    assert said.isprintable()


def _said(check: Check, value: Any, where: str) -> str:
    try:
        check(value, where)
    except MisfitError as error:
        return str(error)
    return ""


def test_depth_has_an_end() -> None:
    value: Any = 0
    for _ in range(DEEPEST):
        value = [value]
    anything(value, "it")
    with pytest.raises(MisfitError, match=f"nothing more than {DEEPEST} levels deep"):
        anything({"a": value}, "it")

from typing import Annotated, Any, Literal

import numpy as np
import pytest
from annotated_types import Ge, Interval
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.errors import SpecError
from nnplug.core.hyperparameter import coerce, parse, read_annotation


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("0.5", float, 0.5),
        ("1e-3", float, 0.001),
        ("3", int, 3),
        ("true", bool, True),
        ("no", bool, False),
        ("none", float | None, None),
        ("0.5", float | None, 0.5),
        ("3", int | float, 3),
        ("3.5", int | float, 3.5),
        ("mean", Literal["mean", "sum"], "mean"),
        ("median", float | Literal["median"] | None, "median"),
        ("0.25", float | Literal["median"] | None, 0.25),
        ("30/60/90", tuple[int, ...], (30, 60, 90)),
        ("(0.9/0.99)", tuple[float, float], (0.9, 0.99)),
        ("a/b", tuple[str, ...], ("a", "b")),
        ('("km/h"/b)', tuple[str, ...], ("km/h", "b")),
        ('"a \\" (b)"', tuple[str, ...], ('a " (b)',)),
        ("same", str, "same"),
    ],
)
def test_text_is_read_as_its_annotation_says(text: str, annotation: Any, value: Any) -> None:
    read = parse(text, annotation)
    assert read == value
    assert type(read) is type(value)
    assert coerce(read, annotation) == value


@pytest.mark.parametrize(
    ("text", "annotation"),
    [
        ("x", float),
        ("1.5", int),
        ("x", float | None),
        ("max", Literal["mean", "sum"]),
        ("1/2/3", tuple[float, float]),
    ],
)
def test_text_that_means_nothing_is_refused(text: str, annotation: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - coerce and parse say no more
        parse(text, annotation)


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        (True, float),
        (True, int),
        (1, bool),
        ("0.5", float),
        (1.5, int),
        (1, str),
        (None, float),
        ("ab", tuple[str, ...]),
        (float("nan"), float),
        (float("inf"), float),
    ],
)
def test_nothing_is_converted_that_would_lose_its_meaning(value: Any, annotation: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        coerce(value, annotation)


def test_numpy_scalars_are_what_they_look_like() -> None:
    assert coerce(np.float64(0.5), float) == 0.5
    assert type(coerce(np.int64(3), int)) is int
    assert coerce(np.bool_(True), bool) is True


def test_a_range_is_said_and_held() -> None:
    parameter = read_annotation("C", "p", Annotated[float, Interval(ge=0, lt=1), "chance"], 0.5)
    assert parameter.range_text == ">= 0, < 1"
    assert parameter.accept(0, "layer 'dropout'") == 0.0
    with pytest.raises(SpecError) as caught:
        parameter.accept(1, "layer 'dropout'")
    assert caught.value.message == "layer 'dropout': p must be >= 0, < 1, not 1"
    assert caught.value.hint == "p: chance (default 0.5)"


def test_a_range_holds_for_each_item_of_a_tuple() -> None:
    parameter = read_annotation("C", "at", Annotated[tuple[int, ...], Ge(1)], (1,))
    assert parameter.accept([3, 2], "c") == (3, 2)
    with pytest.raises(SpecError, match="at must be >= 1"):
        parameter.accept((3, 0), "c")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_survives_being_typed(value: float) -> None:
    assert parse(repr(value), float) == value

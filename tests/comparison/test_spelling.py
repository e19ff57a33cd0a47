"""How numbers, metrics and names are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.comparison.spelling import (
    counted,
    effect,
    listed,
    metric_difference,
    metric_name,
    metric_value,
    number,
    p_value,
    percent,
    plain,
    rate,
)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.0123, 3, "0.0123"),
        (0.012, 3, "0.0120"),
        (123.4, 3, "123"),
        (1234.5, 3, "1234"),
        (-0.5, 4, "-0.5000"),
        (0.0001, 3, "0.000100"),
        (0.0000123, 3, "1.23e-5"),
        (1.5e12, 3, "1.50e12"),
        (0.0, 3, "0"),
        (-0.0, 3, "0"),
        (math.inf, 3, "inf"),
        (-math.inf, 3, "-inf"),
    ],
)
def test_a_number_has_a_few_digits(value, digits, expected):
    assert number(value, digits) == expected


@given(st.floats(-1e300, 1e300), st.integers(2, 6))
def test_a_number_is_near_what_it_says(value, digits):
    assert float(number(value, digits)) == pytest.approx(value, rel=10 ** (1 - digits), abs=0)


@pytest.mark.parametrize(
    ("lr", "expected"), [(0.01, "0.01"), (1.0, "1"), (1e-5, "1e-5"), (0.0316228, "0.0316228")]
)
def test_a_rate_is_as_one_types_it(lr, expected):
    assert rate(lr) == expected
    assert float(expected) == lr


def test_percent_is_never_rounded_up_to_all():
    assert percent(1.0) == "100.00 %"
    assert percent(0.999999) == "99.99 %"
    assert percent(0.5238) == "52.38 %"


@given(st.floats(1e-300, 1))
def test_a_p_is_on_its_side_of_alpha(p):
    written = float(p_value(p, 0.05).removeprefix("p = "))
    assert (written <= 0.05) == (p <= 0.05)


def test_a_p_has_two_digits():
    assert p_value(0.31234, 0.05) == "p = 0.31"
    assert p_value(1.0, 0.05) == "p = 1"
    assert p_value(0.00003052, 0.05) == "p = 3.1e-5"
    assert p_value(0.0504, 0.05) == "p = 0.0504"


def test_an_effect_is_never_rounded_to_a_whole_that_it_is_not():
    assert effect(1.0) == "1.00"
    assert effect(-1.0) == "-1.00"
    assert effect(0.9999) == "0.99"
    assert effect(-0.9999) == "-0.99"
    assert effect(-0.001) == "0.00"
    assert effect(0.456) == "0.46"


def test_metrics_have_names_and_units():
    assert metric_name("test_loss") == "held-out loss"
    assert metric_name("r2") == "r2"
    assert metric_value("test_accuracy", 0.9714) == "97.14 %"
    assert metric_value("loss", 0.69314) == "0.6931"
    assert metric_value("loss", math.inf) == "diverged"
    assert metric_value("accuracy", -math.inf) == "diverged"
    assert metric_difference("accuracy", 0.0238) == "2.38 points"
    assert metric_difference("loss", 0.0238) == "0.0238"


def test_a_name_stays_on_its_line():
    assert plain("a\nb\t c\r") == "a b c"
    assert plain("red \x1b[31m") == "red \N{REPLACEMENT CHARACTER}[31m"
    assert plain("größe 多層") == "größe 多層"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 others"),
        (["a, lr 1", "b"], "a, lr 1; and b"),
        (["adam:lr=0.1,beta1=0.9", "gd"], "adam:lr=0.1,beta1=0.9 and gd"),
        (["a, lr 1", "b", "c", "d", "e"], "a, lr 1; b; c; and 2 others"),
    ],
)
def test_names_are_listed(names, expected):
    assert listed(names, most=3) == expected


def test_a_count_has_its_plural():
    assert counted(1, "seed") == "1 seed"
    assert counted(16, "seed") == "16 seeds"

"""Numbers, or a refusal that says what holds none."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnplug.core.errors import DataError
from nnplug.engine.arguments import numbers


@given(
    arrays(st.sampled_from([np.float64, np.float32, np.int8, np.uint32, np.bool_]), array_shapes()),
    st.sampled_from([np.float64, np.float32]),
)
def test_numbers_are_converted_and_nothing_warns(array: Any, dtype: Any) -> None:
    with np.errstate(all="ignore"):
        expected = array.astype(dtype)
    if (np.isinf(expected) & np.isfinite(array)).any():
        with pytest.raises(DataError, match="too large for float32"):
            numbers(array, "x", dtype)
    else:
        np.testing.assert_array_equal(numbers(array, "x", dtype), expected)


def test_an_array_of_the_right_type_is_not_copied() -> None:
    array = np.ones((2, 2))
    assert numbers(array, "x") is array


def test_infinity_stays_infinity() -> None:
    np.testing.assert_array_equal(numbers([np.inf, 1.0], "x", np.float32), [np.inf, 1])


@pytest.mark.parametrize("given", ["abc", ["1"], [b"1"], [None], [{}], [1j], object(), [10**400]])
def test_anything_else_is_refused(given: Any) -> None:
    with pytest.raises(DataError, match="y holds something that is no number"):
        numbers(given, "y")

"""One component for a stack of runs: floats that differ become columns, all else stays."""

import dataclasses
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge, Gt
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core import Optimizer
from nnplug.core.errors import SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine.columns import with_columns


class Several(Optimizer):
    """w = w - lr g  (1847)."""

    lr: Annotated[float, Gt(0)] = 0.1
    betas: tuple[float, float] = (0.9, 0.999)
    every: Annotated[int, Ge(1)] = 1
    clip: float | None = None


def test_a_float_that_differs_is_a_column_and_one_that_does_not_stays_a_float() -> None:
    runs = [Several(lr=lr, betas=(0.9, b)) for lr, b in ((0.1, 0.99), (0.2, 0.98), (0.3, 0.97))]
    one: Any = with_columns(runs, 2, "float32")
    assert type(one) is Several
    np.testing.assert_array_equal(one.lr, np.array([[0.1], [0.2], [0.3]], np.float32))
    assert one.lr.dtype == np.float32
    assert one.betas[0] == 0.9
    assert type(one.betas[0]) is float
    np.testing.assert_array_equal(one.betas[1], np.array([[0.99], [0.98], [0.97]], np.float32))
    assert (one.every, one.clip) == (1, None)


def test_columns_broadcast_over_each_runs_numbers_and_are_not_written() -> None:
    one: Any = with_columns([Several(lr=0.1), Several(lr=0.2)], 4, "float64")
    assert one.lr.shape == (2, 1, 1, 1)
    with pytest.raises(ValueError, match="read-only"):
        one.lr *= 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.lr = 3


def test_equal_components_stay_what_they_are() -> None:
    first = Several()
    assert with_columns([first, Several(), Several()], 2, "float64") is first


def test_components_inside_get_columns_too() -> None:
    build = default_registry().build
    blocks = [build("layer", f"residual[leaky_relu:slope={s} dropout:p={s}]") for s in (0.1, 0.3)]
    one = with_columns(blocks, 3, "float64")
    activation, dropout = one.layers
    assert activation.activation.slope.shape == dropout.p.shape == (2, 1, 1)
    np.testing.assert_array_equal(dropout.p.ravel(), [0.1, 0.3])


@pytest.mark.parametrize(
    ("runs", "says"),
    [
        ([Several(every=1), Several(every=2)], "Several: every differs .*: 1, 2"),
        ([Several(clip=None), Several(clip=1.0)], "Several: clip differs"),
    ],
)
def test_what_is_no_float_may_not_differ(runs: list[Several], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        with_columns(runs, 2, "float64")


def test_classes_may_not_differ() -> None:
    build = default_registry().build
    with pytest.raises(SettingsError, match="several classes in one stack: Adam, GD"):
        with_columns([build("optimizer", "adam"), build("optimizer", "gd")], 2, "float64")


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=5), st.integers(1, 4))
def test_each_run_finds_its_own_value(rates: list[float], ndim: int) -> None:
    one: Any = with_columns([Several(lr=lr) for lr in rates], ndim, "float64")
    numbers = one.lr * np.ones((len(rates), *[1] * (ndim - 1)))
    np.testing.assert_array_equal(numbers.ravel(), rates)

"""Hyperparameters to check with: others than the defaults, and all within their ranges."""

from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core import Activation, Layer, Loss
from nnplug.core.registry import default_registry
from nnplug.testing.settings import differing, example, nudged, variants


class Many(Loss):
    """All sorts of hyperparameters = all sorts  (1960)."""

    share: Annotated[float, Ge(0), Lt(1)] = 0.0
    size: Annotated[float, Gt(0)] = 1e-8
    whole: Annotated[float, Ge(0), Le(1)] = 1.0
    count: Annotated[int, Ge(1)] = 3
    flag: bool = False
    choice: Literal["mean", "sum", "none"] = "mean"
    pair: tuple[float, float] = (0.9, 0.999)
    maybe: float | None = None


class Required(Layer):
    """y = x, without defaults  (1960)."""

    units: Annotated[int, Ge(1)]
    rate: Annotated[float, Gt(0), Lt(1)]
    mode: Literal["a", "b"]
    flag: bool
    text: str
    several: tuple[int, ...]
    layers: tuple[Layer, ...]
    activation: Activation
    maybe: float | None


class Contradicts(Loss):
    """low < high  (1960)."""

    low: float = 0.9
    high: float = 1.0

    def validate(self) -> None:
        if self.low >= self.high:
            raise ValueError("low is not below high")


def test_every_number_moves_and_stays_in_its_range() -> None:
    moved = nudged(Many())
    for name in ("share", "size", "whole", "count", "pair"):
        assert getattr(moved, name) != getattr(Many(), name)
    assert (moved.flag, moved.choice, moved.maybe) == (False, "mean", None)


def test_every_choice_comes_up() -> None:
    found = variants(Many())
    assert {one.choice for one in found} == {"mean", "sum", "none"}
    assert {one.flag for one in found} == {True, False}
    assert Many() not in found


def test_nothing_to_vary() -> None:
    registry = default_registry()
    assert variants(registry.build("activation", "relu")) == []
    assert variants(registry.build("layer", "linear:units=3")) == []


def test_what_contradicts_is_left_out() -> None:
    moved = nudged(Contradicts())
    assert moved.low < moved.high
    assert moved != Contradicts()


def test_examples_for_what_has_no_default() -> None:
    one: Any = example(Required, default_registry())
    assert one.units == 3
    assert 0 < one.rate < 1
    assert (one.mode, one.flag, one.maybe) == ("a", True, None)
    assert len(one.several) == 2
    assert len(one.layers) == 3
    assert one.activation.kind == "activation"


@given(st.floats(0, 1, exclude_max=True), st.floats(1e-300, 1e300))
def test_runs_of_a_stack_differ_in_floats_alone(share: float, size: float) -> None:
    runs = differing(Many(share=share, size=size), 3)
    assert len(runs) == 3
    assert {(one.count, one.flag, one.choice) for one in runs} == {(3, False, "mean")}
    assert len({one.pair for one in runs}) == 3
    assert all(0 <= one.share < 1 and one.size > 0 for one in runs)


@pytest.mark.parametrize("spec", ["residual[dropout:p=0.5 linear:units=3]", "dropout"])
def test_floats_inside_a_block_differ_too(spec: str) -> None:
    layer = default_registry().build("layer", spec)
    assert len(set(differing(layer, 3))) == 3

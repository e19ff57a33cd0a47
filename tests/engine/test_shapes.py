"""The features between layers, and who refuses them."""

from typing import Any

import pytest

import nnplug
from nnplug.core.errors import ContractError, ShapeError
from nnplug.core.registry import default_registry
from nnplug.engine.shapes import layer_shapes

REGISTRY = default_registry()


def shapes(chain: Any, in_shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    return layer_shapes(REGISTRY.build_chain(chain), in_shape, REGISTRY)


def test_shapes_before_between_and_after() -> None:
    assert shapes("relu flatten linear:units=3 residual[linear:units=3]", (2, 2)) == [
        (2, 2), (2, 2), (4,), (3,), (3,),
    ]  # fmt: skip
    assert shapes("", (5,)) == [(5,)]


@pytest.mark.parametrize(
    ("chain", "in_shape", "said", "hint"),
    [
        ("relu linear:units=3", (4, 4), r"layer 1 \(linear:units=3\) cannot take features of "
         r"shape \(4, 4\)", "put flatten before it"),
        ("residual[linear:units=3]", (2,), r"layer 0 \(residual\[linear:units=3\]\) cannot take",
         "change what feeds it"),
    ],
)  # fmt: skip
def test_the_layer_that_refuses_is_named(chain: str, in_shape: Any, said: str, hint: str) -> None:
    with pytest.raises(ShapeError, match=said) as caught:
        shapes(chain, in_shape)
    assert caught.value.hint == hint


class Odd(nnplug.Layer):
    """Declares an output shape that is none."""

    def output_shape(self, in_shape: Any) -> Any:
        return SHAPE[0]

    def forward(self, x: Any, p: Any, ctx: Any) -> Any:
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Any) -> Any:
        return dy


SHAPE: list[Any] = []


@pytest.mark.parametrize("shape", [8, [8], None, (8.0,), (0,), (-1, 2)])
def test_an_output_shape_is_a_tuple_of_whole_numbers(shape: Any) -> None:
    SHAPE[:] = [shape]
    with pytest.raises(ContractError, match=r"layer 1 \(Odd\): output_shape returned"):
        shapes(["tanh", Odd()], (8,))


def test_an_error_that_says_enough_is_passed_on() -> None:
    class Picky(Odd):
        """Says itself what is wrong."""

        def output_shape(self, in_shape: Any) -> Any:
            raise ShapeError("mine", "a hint of mine")

    with pytest.raises(ShapeError, match=r"^mine\n  a hint of mine$"):
        shapes([Picky()], (3,))


def test_a_layer_may_raise_what_python_raises() -> None:
    class Pairs(Odd):
        """Takes two axes."""

        def output_shape(self, in_shape: Any) -> Any:
            a, b = in_shape
            return (b, a)

    assert shapes([Pairs()], (2, 3)) == [(2, 3), (3, 2)]
    with pytest.raises(ShapeError, match=r"layer 0 \(Pairs\) cannot take features of shape \(3,\)"):
        shapes([Pairs()], (3,))

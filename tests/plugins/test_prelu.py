"""The rectifier that learns its slope."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnplug.core import Parameter
from nnplug.engine.network import Network
from nnplug.plugins.activations.leaky_relu import LeakyReLU
from nnplug.plugins.layers.prelu import PReLU

Make = Callable[..., Any]


def test_by_hand(context: Make, gradients: Make) -> None:
    p = {"a": np.array([[0.25, -2.0]])}
    x, dy = np.array([[4.0, 3.0], [-4.0, -3.0]]), np.array([[1.0, 10.0], [2.0, 20.0]])
    ctx, g = context((2,)), gradients(p)
    y, cache = PReLU().forward(x, p, ctx)
    np.testing.assert_array_equal(y, [[4, 3], [-1, 6]])
    dx = PReLU().backward(dy, cache, p, g, ctx)
    np.testing.assert_array_equal(dx, [[1, 10], [0.5, -40]])
    np.testing.assert_array_equal(g["a"], [[-8, -60]])


def test_a_shared_slope_gathers_the_gradients_of_all_features(
    context: Make, gradients: Make
) -> None:
    p, x = {"a": np.array([[0.5]])}, np.array([[-1.0, 2.0, -3.0], [-4.0, -5.0, 6.0]])
    ctx, g = context((3,)), gradients(p)
    _, cache = PReLU(shared=True).forward(x, p, ctx)
    PReLU(shared=True).backward(np.ones((2, 3)), cache, p, g, ctx)
    np.testing.assert_array_equal(g["a"], [[-13]])


@pytest.mark.parametrize(
    ("layer", "in_shape", "shape"),
    [
        (PReLU(), (7,), (1, 7)),
        (PReLU(), (5, 4, 3), (1, 1, 1, 3)),
        (PReLU(shared=True), (7,), (1, 1)),
        (PReLU(shared=True), (5, 4, 3), (1, 1, 1, 1)),
    ],
)
def test_one_slope_a_feature_a_channel_or_one_for_all(
    layer: PReLU, in_shape: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    assert layer.parameters(in_shape) == {
        "a": Parameter(shape, init="constant:value=0.25", decay=False)
    }
    assert layer.output_shape(in_shape) == in_shape


def test_it_starts_as_leaky_relu_with_a_quarter_and_learns_from_there() -> None:
    net = Network("prelu", 3, loss="mse", optimizer="gd:lr=1")
    x = np.random.default_rng(0).standard_normal((50, 3))
    np.testing.assert_array_equal(net.predict(x), LeakyReLU(slope=0.25).forward(x))
    t = LeakyReLU(slope=0.75).forward(x)
    for _ in range(500):
        net.backward(net.loss_gradient(net.forward(x), t))
        net.step()
    np.testing.assert_allclose(net.parameter("0.a"), np.full((1, 3), 0.75), rtol=1e-6)

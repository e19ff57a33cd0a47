"""Fresh weights: from which initializer, and in which order they are drawn."""

from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import UnknownNameError
from nnplug.core.layer import Parameter
from nnplug.core.registry import default_registry
from nnplug.engine.chance import stream
from nnplug.engine.network import Network


def chosen(layers: Any, inputs: Any = 4, **options: Any) -> dict[str, str]:
    net = Network(layers, inputs, **options)
    return {
        ".".join(path): default_registry().name(initializer)
        for path, initializer in net.initializers.items()
        if path[-1] == "W"
    }


@pytest.mark.parametrize(
    ("layers", "options", "expected"),
    [
        ("linear:units=4 relu linear:units=4", {}, {"0.W": "he", "2.W": "xavier"}),
        ("linear:units=4 tanh linear:units=4 silu", {}, {"0.W": "xavier", "2.W": "he"}),
        ("linear:units=4 dropout flatten leaky_relu", {}, {"0.W": "he"}),
        ("linear:units=4 linear:units=4 relu", {}, {"0.W": "he", "1.W": "he"}),
        ("linear:units=4 relu linear:units=1", {"loss": "bce"}, {"0.W": "he", "2.W": "xavier"}),
        ("linear:units=4 relu", {"init": "normal"}, {"0.W": "normal"}),
        (
            "residual[linear:units=4 relu linear:units=4] tanh",
            {},
            {"0.0.W": "he", "0.2.W": "xavier"},
        ),
        ("linear:units=4 residual[relu linear:units=4]", {}, {"0.W": "he", "1.1.W": "xavier"}),
        (
            "linear:units=4 residual[linear:units=4 residual[tanh linear:units=4] silu] tanh",
            {},
            {"0.W": "xavier", "1.0.W": "xavier", "1.1.1.W": "he"},
        ),
    ],
)
def test_the_default_follows_the_next_activation(
    layers: str, options: dict[str, Any], expected: dict[str, str]
) -> None:
    assert chosen(layers, **options) == expected


def test_a_link_has_a_preference_too() -> None:
    class Rectified(nnplug.Loss):
        """Judges relu(z)."""

        link = "relu"

        def value(self, z: Any, t: Any) -> Any:
            return z[..., 0]

        def gradient(self, z: Any, t: Any) -> Any:
            return z

    assert chosen("linear:units=4", loss=Rectified()) == {"0.W": "he"}

    class Lost(Rectified):
        """Has a link that nobody gives."""

        link = "softmaxx"

    with pytest.raises(UnknownNameError, match="softmaxx"):
        chosen("linear:units=4", loss=Lost())


class Scaled(nnplug.Layer):
    """Owns parameters that name their initializer, or leave it to the engine."""

    def parameters(self, in_shape: Any) -> Any:
        return {
            "W": Parameter((2, 3), fan=(8, 2)),
            "V": Parameter((2, 3), init="normal:sigma=2", fan=(8, 2)),
            "scale": Parameter((1, 3), init=Ones()),
        }

    def forward(self, x: Any, p: Any, ctx: Any) -> Any:
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Any) -> Any:
        return dy


class Ones(nnplug.Initializer):
    """Ones."""

    def sample(self, rng: Any, shape: Any, fan_in: int, fan_out: int) -> Any:
        return np.ones(shape)


def test_numbers_are_drawn_from_the_init_stream_in_the_layers_order() -> None:
    net = Network([Scaled(), "relu"], 3, seed=6)
    normal = stream(6, "init").standard_normal(12).reshape(2, 2, 3)
    # he: std = sqrt(2 / fan_in) = sqrt(2 / 8) = 1/2
    np.testing.assert_array_equal(net.parameter("0.W"), 0.5 * normal[0])
    np.testing.assert_array_equal(net.parameter("0.V"), 2.0 * normal[1])
    np.testing.assert_array_equal(net.parameter("0.scale"), [[1, 1, 1]])


def test_an_initializer_for_all_spares_those_that_name_their_own() -> None:
    net = Network([Scaled(), "linear:units=2"], 3, init=Ones())
    assert (net.parameter("0.W") == 1).all()
    assert not (net.parameter("0.V") == 1).any()
    assert (net.parameter("1.b") == 0).all()


def test_biases_start_at_zero_and_weights_have_the_declared_spread() -> None:
    net = Network("linear:units=300 relu linear:units=200", 400)
    assert (net.parameter("0.b") == 0).all()
    assert net.parameter("0.W").std() == pytest.approx((2 / 400) ** 0.5, rel=0.01)
    assert net.parameter("2.W").std() == pytest.approx((2 / 500) ** 0.5, rel=0.02)


def test_float32_weights_are_the_rounded_ones() -> None:
    double, single = (Network("linear:units=5", 3, dtype=d) for d in ("float64", "float32"))
    np.testing.assert_array_equal(single.w, double.w.astype(np.float32))

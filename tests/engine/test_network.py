"""A network in one's own loop: passes, shapes, stacks, predicting between the passes, errors."""

from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import (
    ContractError,
    DataError,
    NnplugError,
    SettingsError,
    ShapeError,
    SpecError,
)
from nnplug.core.layer import Context, Layer, Parameter
from nnplug.engine.network import Network

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([[0.0], [1.0], [1.0], [0.0]])


def test_its_own_loop_learns_xor() -> None:
    net = Network("linear:units=10 tanh linear:units=1", 2, loss="bce", optimizer="adam")
    for _ in range(500):
        z = net.forward(X)
        net.backward(net.loss_gradient(z, T))
        net.step()
    np.testing.assert_array_equal(np.round(net.predict(X)), T)
    assert net.loss_value(net.forward(X), T) < 0.05


def by_hand(**options: Any) -> Network:
    """Return y = w2 relu(x W1 + b1) + b2 with weights that are easily multiplied."""
    net = Network("linear:units=2 relu linear:units=1", 2, loss="mse", **options)
    # W1 (2, 2), b1 (1, 2), W2 (2, 1), b2 (1, 1)
    net.w[...] = [1, -1, 2, 1, 0.5, 0, 2, 3, -1]
    return net


def test_one_step_as_calculated_by_hand() -> None:
    net = by_hand(optimizer="gd:lr=0.1")
    x, t = np.array([[1.0, 2.0]]), np.array([[15.0]])
    # z1 = (1 + 4, -1 + 2) + (0.5, 0) = (5.5, 1); z = 11 + 3 - 1 = 13; L = 4; dL/dz = -4
    z = net.forward(x)
    assert z.tolist() == [[13.0]]
    assert net.loss_value(z, t) == 4.0
    net.backward(net.loss_gradient(z, t))
    # dW2 = (5.5, 1) * -4; dz1 = (2, 3) * -4; dW1 = x^T dz1
    np.testing.assert_array_equal(net.g, [-8, -12, -16, -24, -8, -12, -22, -4, -4])
    net.step()
    np.testing.assert_allclose(net.w, [1.8, 0.2, 3.6, 3.4, 1.3, 1.2, 4.2, 3.4, -0.6], rtol=1e-14)
    np.testing.assert_allclose(net.parameter("0.W"), [[1.8, 0.2], [3.6, 3.4]])
    with pytest.raises(ValueError, match="read-only"):
        net.parameter("0.W")[...] = 0


def test_train_step_is_forward_backward_and_step() -> None:
    whole, parts = (by_hand(optimizer="adam") for _ in range(2))
    weights = np.array([0.0, 1.0, 2.0, 1.0])
    for _ in range(3):
        whole.train_step(X, T, weights)
        parts.backward(parts.loss_gradient(parts.forward(X), T, weights))
        parts.step()
    np.testing.assert_array_equal(whole.w, parts.w)


def test_the_shape_of_things() -> None:
    net = Network("flatten linear:units=5 relu", (2, 3))
    assert net.shapes == [(2, 3), (6,), (5,), (5,)]
    assert net.in_shape == (2, 3)
    assert net.out_shape == (5,)
    assert net.w.shape == net.g.shape == (6 * 5 + 5,)
    assert net.layers == net.chain.layers
    assert net.forward(np.zeros((7, 2, 3))).shape == (7, 5)
    assert net.forward(np.zeros((0, 2, 3))).shape == (0, 5)


@pytest.mark.parametrize("shape", [(2,), (4, 3), (4,), (4, 2, 2), (2, 4, 2), ()])
def test_inputs_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    net = by_hand()
    for method in (net.forward, net.predict, net.peek):
        with pytest.raises(ShapeError, match=r"this network takes \(samples, 2\)"):
            method(np.zeros(shape))


def test_inputs_are_brought_to_the_networks_terms() -> None:
    net = by_hand(dtype="float32")
    for given in (X.tolist(), X.astype(int), X, X.astype(np.float32), np.asfortranarray(X)):
        z = net.forward(given)
        assert z.dtype == np.float32
        np.testing.assert_array_equal(z, net.forward(X))
    with pytest.raises(DataError, match="the input holds something that is no number"):
        net.predict([["a", "b"]])
    with pytest.raises(DataError, match=r"the input holds 1e\+300, too large for float32"):
        net.predict([[1.0, 1e300]])


@pytest.mark.parametrize("shape", [(4,), (1, 1), (4, 2), (1, 4), (4, 1, 1), (2, 4, 1)])
def test_targets_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    net = by_hand()
    z = net.forward(X)
    for method in (net.loss_value, net.loss_gradient):
        with pytest.raises(ShapeError, match=r"outputs of shape \(4, 1\) against targets"):
            method(z, np.zeros(shape))


def test_targets_are_brought_to_the_networks_dtype() -> None:
    net = by_hand(dtype="float32", optimizer="adam")
    net.train_step(X, T.astype(int), np.ones(4))
    assert net.w.dtype == net.g.dtype == np.float32


def test_a_weighted_batch_divides_by_its_own_size() -> None:
    net = by_hand()
    z = net.forward(X)
    weights = np.array([2.0, 0.0, 1.0, 0.5])
    losses = (z - T)[:, 0] ** 2
    assert net.loss_value(z, T, weights) == pytest.approx((weights * losses).sum() / 4)
    gradient = net.loss_gradient(z, T, weights)
    np.testing.assert_allclose(gradient[:, 0], weights * 2 * (z - T)[:, 0] / 4)


def test_what_is_missing_is_said() -> None:
    net = Network("linear:units=1", 2)
    with pytest.raises(NnplugError, match="backward before forward"):
        net.backward(T)
    z = net.forward(X)
    for act in (lambda: net.loss_gradient(z, T), lambda: net.loss_value(z, T)):
        with pytest.raises(NnplugError, match=r'no loss\n  give one: Network\(..., loss="mse"\)'):
            act()
    for act in (net.step, lambda: net.train_step(X, T)):
        with pytest.raises(NnplugError, match="this network has no optimizer"):
            act()
    np.testing.assert_array_equal(net.predict(X), z)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"dtype": "float16"}, SettingsError, "dtype is float64 or float32, not 'float16'"),
        ({"seed": -1}, SettingsError, "a seed is a whole number from 0, or several, not -1"),
        ({"seed": []}, SettingsError, r"not \[\]"),
        ({"seed": [1, -2]}, SettingsError, "a seed is"),
        ({"seed": [0.5]}, SettingsError, "a seed is"),
        ({"inputs": 0}, ShapeError, "at least one feature, not inputs of shape 0"),
        ({"inputs": ()}, ShapeError, "at least one feature"),
        ({"inputs": (2, -1)}, ShapeError, "at least one feature"),
        ({"inputs": 2.5}, ShapeError, "at least one feature"),
        ({"inputs": "2"}, ShapeError, "at least one feature"),
        ({"inputs": (4, 4)}, ShapeError, r"layer 0 \(linear:units=1\) cannot take features"),
        ({"layers": [5]}, SpecError, "5 is no component"),
        ({"loss": nnplug.Loss}, ContractError, "Loss has no value"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        Network(**{"layers": "linear:units=1", "inputs": 2, **arguments})


def test_numpys_whole_numbers_are_whole_numbers() -> None:
    net = Network("linear:units=1", np.int64(2), seed=np.int64(3))  # type: ignore[arg-type]
    np.testing.assert_array_equal(net.w, Network("linear:units=1", (2,), seed=3).w)
    assert Network("flatten", [2, np.int32(3)]).in_shape == (2, 3)  # type: ignore[arg-type]


NOISY = "linear:units=6 dropout:p=0.4 relu dropout:p=0.4 linear:units=1"


def test_predicting_between_forward_and_backward_disturbs_nothing() -> None:
    calm, disturbed = (Network(NOISY, 2, loss="bce", optimizer="adam", seed=4) for _ in range(2))
    for _ in range(10):
        calm.backward(calm.loss_gradient(calm.forward(X), T))
        calm.step()
        z = disturbed.forward(X)
        disturbed.predict(X[:2])
        dz = disturbed.loss_gradient(z, T)
        disturbed.peek(X)
        disturbed.backward(dz)
        disturbed.predict(X)
        disturbed.step()
    np.testing.assert_array_equal(disturbed.w, calm.w)


def test_predicting_is_without_chance() -> None:
    net = Network(NOISY, 2, seed=4)
    first = net.predict(X)
    assert not np.array_equal(net.forward(X), net.forward(X))
    np.testing.assert_array_equal(net.predict(X), first)
    np.testing.assert_array_equal(net.forward(X, training=False), first)


def test_backward_follows_a_forward_that_is_not_training() -> None:
    net = Network("dropout:p=0.5 linear:units=1", 2, loss="mse")
    z = net.forward(X, training=False)
    net.backward(np.ones_like(z))
    # Without dropout, dL/dW is the sum of the inputs.
    np.testing.assert_array_equal(net.g, [2, 2, 4])


class RandomAlways(Layer):
    """Draws while predicting too, which it should not."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x + 0 * ctx.rng.random(x.shape), None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        return dy


def test_even_chance_while_predicting_leaves_training_alone() -> None:
    layers = [RandomAlways(), "dropout", "linear:units=1"]
    calm, disturbed = (Network(layers, 2, loss="mse", optimizer="gd") for _ in range(2))
    for _ in range(3):
        calm.train_step(X, T)
        disturbed.predict(X)
        disturbed.train_step(X, T)
    np.testing.assert_array_equal(calm.w, disturbed.w)


class NoGradientBelow(Layer):
    """Has no gradient for its input, whoever asks."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        return None


def test_a_gradient_that_ends_too_early_is_an_error() -> None:
    net = Network(["linear:units=3", NoGradientBelow()], 2)
    z = net.forward(X)
    with pytest.raises(ContractError, match="layer 1: backward returned None"):
        net.backward(z)
    net = Network([NoGradientBelow()], 2)
    assert net.backward(net.forward(X)) is None


def test_layers_with_nothing_below_are_told_so() -> None:
    net = Network("flatten linear:units=3 tanh linear:units=1", 2)
    assert [ctx.needs_input_grad for _, _, ctx in net.ctx.plan] == [False, False, True, True]


class Breaks(Layer):
    """Breaks where its test wants."""

    where: str = "forward"

    def parameters(self, in_shape: Any) -> Any:
        return {"W": Parameter((1, 2))}

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        if self.where == "forward":
            raise ZeroDivisionError("mine")
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        if self.where == "backward":
            raise ZeroDivisionError("mine")
        g["W"] = np.ones((2, 1))


class BreaksToo(nnplug.Loss):
    """Breaks where its test wants."""

    where: str = "value"

    def value(self, z: Any, t: Any) -> Any:
        if self.where == "value":
            raise ZeroDivisionError("mine")
        return z[..., 0]

    def gradient(self, z: Any, t: Any) -> Any:
        if self.where == "gradient":
            raise ZeroDivisionError("mine")
        return z

    def predict(self, z: Any) -> Any:
        raise ZeroDivisionError("mine")


class BreaksAsWell(nnplug.Optimizer):
    """Breaks."""

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:
        raise ZeroDivisionError("mine")


@pytest.mark.parametrize(
    ("options", "act", "note"),
    [
        ({"layers": [Breaks()]}, lambda n: n.forward(X), "in layer 'Breaks' from "),
        ({"layers": [Breaks()]}, lambda n: n.predict(X), "in layer 'Breaks' from "),
        ({"layers": [Breaks("backward")]}, lambda n: n.backward(n.forward(X)), "in layer 'Breaks"),
        ({"loss": BreaksToo()}, lambda n: n.loss_value(n.forward(X), X), "in loss 'BreaksToo'"),
        ({"loss": BreaksToo("gradient")}, lambda n: n.loss_gradient(X, X), "in loss 'BreaksToo'"),
        ({"loss": BreaksToo()}, lambda n: n.predict(X), "in loss 'BreaksToo'"),
        ({"optimizer": BreaksAsWell()}, lambda n: n.step(), "in optimizer 'BreaksAsWell'"),
    ],
)
def test_an_exception_inside_a_component_says_whose_it_is(
    options: dict[str, Any], act: Any, note: str
) -> None:
    net = Network(**{"layers": "tanh", "inputs": 2, **options})
    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        act(net)
    assert caught.value.__notes__[0].startswith(note)
    assert caught.value.__notes__[0].endswith(__name__)


def test_a_gradient_of_the_wrong_shape_says_whose_it_is() -> None:
    net = Network([Breaks("neither")], 2)
    with pytest.raises(ContractError, match=r"gradient of 'W' is float64\[2, 1\]") as caught:
        net.backward(net.forward(X))
    assert "in layer 'Breaks'" in caught.value.__notes__[0]


def test_a_broken_initializer_says_whose_it_is() -> None:
    class Square(nnplug.Initializer):
        """Forgets the shape."""

        def sample(self, rng: Any, shape: Any, fan_in: int, fan_out: int) -> Any:
            return rng.random((2, 2))

    with pytest.raises(
        ContractError, match=r"'Square' from .*: sample returned float64\[2, 2\] for a"
    ):
        Network("linear:units=3", 2, init=Square())

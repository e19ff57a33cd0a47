"""R networks that train as one: bit for bit what each of them is alone."""

from typing import Any

import numpy as np
import pytest

from nnplug.core.errors import NnplugError, ShapeError
from nnplug.engine.network import Network

SEEDS = [0, 3, 11]
RNG = np.random.default_rng(1)
X = RNG.standard_normal((7, 3))
T = {
    "mse": RNG.standard_normal((7, 2)),
    "bce": (RNG.random((7, 2)) < 0.5).astype(float),
    "cross_entropy": np.eye(2)[RNG.integers(0, 2, 7)],
}


def pair(layers: str, dtype: str = "float64", **options: Any) -> tuple[Network, list[Network]]:
    stack = Network(layers, 3, seed=SEEDS, dtype=dtype, **options)
    return stack, [Network(layers, 3, seed=seed, dtype=dtype, **options) for seed in SEEDS]


def same(stack: Any, alone: list[Any]) -> None:
    for row, one in zip(stack, alone, strict=True):
        np.testing.assert_array_equal(row, one)


ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "silu", "softmax", "identity")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("loss", T)
@pytest.mark.parametrize(
    "layers",
    [
        *(f"linear:units=5 {name} linear:units=2" for name in ACTIVATIONS),
        "linear:units=5 dropout:p=0.4 tanh dropout:p=0.1 linear:units=2",
        "dropout:p=0.3 linear:units=2",
        "flatten residual[linear:units=3 relu dropout:p=0.2 linear:units=3] linear:units=2",
    ],
)
def test_layers_and_losses(layers: str, loss: str, dtype: str) -> None:
    stack, alone = pair(layers, dtype, loss=loss, optimizer="adam")
    assert stack.w.shape == (3, alone[0].w.size)
    same(stack.w, [one.w for one in alone])
    weights = np.linspace(0, 2, 7)
    for _ in range(3):
        stack.train_step(X, T[loss], weights)
        for one in alone:
            one.train_step(X, T[loss], weights)
    same(stack.g, [one.g for one in alone])
    same(stack.w, [one.w for one in alone])
    same(stack.predict(X), [one.predict(X) for one in alone])
    z = stack.forward(X, training=False)
    values = stack.loss_value(z, T[loss])
    assert values.shape == (3,)
    for value, row, one in zip(values, z, alone, strict=True):
        assert value == one.loss_value(row, T[loss].astype(dtype))


@pytest.mark.parametrize("options", [{}, {"clip": 0.1, "weight_decay": 0.01, "schedule": "cosine"}])
@pytest.mark.parametrize("optimizer", ["gd", "sgd:momentum=0.9", "momentum", "adagrad", "adam"])
def test_optimizers(optimizer: str, options: dict[str, Any]) -> None:
    stack, alone = pair(
        "linear:units=4 tanh linear:units=2", loss="mse", optimizer=optimizer, total=20, **options
    )
    for _ in range(20):
        stack.train_step(X, T["mse"])
        for one in alone:
            one.train_step(X, T["mse"])
    same(stack.w, [one.w for one in alone])


def test_points_of_its_own_for_each_run() -> None:
    stack, alone = pair("linear:units=4 tanh linear:units=2", loss="mse", optimizer="gd")
    x = np.stack([X, X + 1, X * 2])
    stack.train_step(x, np.stack([T["mse"]] * 3))
    for one, points in zip(alone, x, strict=True):
        one.train_step(points, T["mse"])
    same(stack.w, [one.w for one in alone])


def test_a_stack_of_one_run_is_a_stack() -> None:
    stack = Network("linear:units=2", 3, seed=[4])
    assert stack.w.shape == (1, 8)
    assert stack.predict(X).shape == (1, 7, 2)


@pytest.mark.parametrize("shape", [(2, 7, 3), (3, 7, 2), (7, 2), (3, 3, 7, 3), (3,)])
def test_inputs_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    stack = Network("linear:units=2", 3, seed=SEEDS)
    with pytest.raises(ShapeError, match=r"this network takes \(3, samples, 3\)"):
        stack.forward(np.zeros(shape))


def test_an_optimizer_that_looks_again_trains_alone() -> None:
    from nnplug.core.optimizer import Optimizer

    class Looks(Optimizer):
        """Looks once."""

        def step(self, evaluate: Any, w: Any, lr: float, t: int) -> Any:
            return w - lr * evaluate(w)[1]

    stack = Network("linear:units=2", 3, seed=SEEDS, loss="mse", optimizer=Looks())
    with pytest.raises(NnplugError, match="trains one network alone"):
        stack.train_step(X, T["mse"])

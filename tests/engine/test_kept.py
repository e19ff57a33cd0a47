"""What layers keep between batches: proposed while training, written after a step alone."""

from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Gt, Lt

import nnplug
from nnplug.core.errors import ContractError
from nnplug.core.layer import Context, Layer, Parameter
from nnplug.engine.network import Network
from nnplug.engine.proof import prove_step

X = np.array([[0.0, 2.0], [4.0, 6.0]])
T = np.zeros((2, 2))


class Centered(Layer):
    """Subtracts a running mean of its inputs, and learns a shift.

    y = x - mean + shift
    """

    rate: Annotated[float, Gt(0), Lt(1)] = 0.5

    def parameters(self, in_shape: Any) -> Any:
        return {
            "stats": {"mean": Parameter((1, *in_shape), init="zeros", trainable=False)},
            "shift": Parameter((1, *in_shape), init="zeros"),
        }

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        mean = p["stats"]["mean"]
        # Proposed while predicting as well, which must not count.
        now = x.mean(axis=-2, keepdims=True)
        ctx.keep["stats"]["mean"] = mean + self.rate * (now - mean)
        return x - mean + p["shift"], None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["shift"] = dy.sum(axis=-2, keepdims=True)
        return dy


def mean(net: Network, path: str = "0.stats.mean") -> list[float]:
    return net.parameter(path)[0].tolist()


def test_it_is_written_after_a_step_alone() -> None:
    net = Network([Centered()], 2, loss="mse", optimizer="gd")
    z = net.forward(X)
    net.backward(net.loss_gradient(z, T))
    assert mean(net) == [0, 0]
    net.predict(10 * X)
    net.peek(10 * X)
    net.step()
    assert mean(net) == [1, 2]
    net.forward(10 * X)
    net.predict(10 * X)
    assert mean(net) == [1, 2]
    net.train_step(X, T)
    assert mean(net) == [1.5, 3]


def test_a_step_without_a_new_proposal_keeps_what_there_is() -> None:
    net = Network([Centered()], 2, loss="mse", optimizer="gd")
    net.train_step(X, T)
    net.step()
    assert mean(net) == [1, 2]


def test_it_is_no_concern_of_optimizer_decay_and_clipping() -> None:
    net = Network([Centered()], 2, loss="mse", optimizer="gd:lr=1", weight_decay=0.5, clip=1e-9)
    assert net.layout.trainable_size == 2
    net.train_step(X, T)
    assert mean(net) == [1, 2]


def test_blocks_keep_like_their_parameters_nest() -> None:
    block = nnplug.Chain((Centered(), nnplug.Chain((Centered(rate=0.25),))))
    net = Network([block], 2, loss="mse", optimizer="gd")
    net.train_step(X, T)
    assert mean(net, "0.0.stats.mean") == [1, 2]
    assert mean(net, "0.1.0.stats.mean") == [0.5, 1]


def test_every_run_of_a_stack_keeps_its_own() -> None:
    net = Network([Centered()], 2, loss="mse", optimizer="gd", seed=[0, 1])
    net.train_step(np.stack([X, 2 * X]), np.stack([T, T]))
    np.testing.assert_array_equal(net.parameter("0.stats.mean"), [[[1, 2]], [[2, 4]]])


def test_the_proof_keeps_nothing() -> None:
    net = Network([Centered()], 2, loss="mse", optimizer="gd")
    prove_step(net, X, T)
    net.step()
    assert mean(net) == [0, 0]


class Proposes(Layer):
    """Proposes what its test wants."""

    what: str = "mean"
    shape: tuple[int, ...] = (1, 2)
    as32: bool = False

    def parameters(self, in_shape: Any) -> Any:
        return {"mean": Parameter((1, 2), trainable=False), "W": Parameter((1, 2))}

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        ctx.keep[self.what] = np.zeros(self.shape, np.float32 if self.as32 else x.dtype)
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["W"] = 0 * p["W"]
        return dy


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (Proposes("maen"), "layer 1 proposes to keep 'maen', which it does not declare"),
        (Proposes("W"), "layer 1 proposes to keep 'W', which it does not declare"),
        (Proposes(shape=(2,)), r"'mean' as float64\[2\]; the parameter is float64\[1, 2\]"),
        (Proposes(shape=(1, 1)), r"'mean' as float64\[1, 1\]"),
        (Proposes(as32=True), r"'mean' as float32\[1, 2\]"),
    ],
)
def test_a_proposal_that_fits_nothing_is_named(layer: Layer, said: str) -> None:
    net = Network(["tanh", layer], 2, loss="mse", optimizer="gd")
    with pytest.raises(ContractError, match=said):
        prove_step(net, X, T)
    with pytest.raises(ContractError, match=said):
        net.train_step(X, T)

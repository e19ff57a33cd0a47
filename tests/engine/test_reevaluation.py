"""Optimizers that look at the loss again: the same chance, a loss that fits its gradient."""

import math
from typing import Any, ClassVar

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import ContractError, NnplugError
from nnplug.core.optimizer import Evaluate, Optimizer
from nnplug.engine.network import Network
from nnplug.engine.updater import NonFiniteGradientError

X = np.random.default_rng(0).standard_normal((6, 2))
T = np.random.default_rng(1).standard_normal((6, 1))


class Once(Optimizer):
    """Gradient descent that asks for its gradient."""

    def step(self, evaluate: Evaluate, w: Any, lr: float, t: int) -> Any:
        return w - lr * evaluate(w)[1]


class Remembers(Optimizer):
    """Momentum that asks for its gradient, and works in place."""

    slots = ("v",)

    def step(self, evaluate: Evaluate, w: Any, lr: float, t: int, v: Any) -> Any:
        v *= 0.9
        v -= lr * evaluate(w)[1]
        w += v
        return w, v


class Looks(Optimizer):
    """Looks at several weights, notes what it saw, and stays where it is."""

    steps: tuple[float, ...] = (0.0, 0.0)
    seen: ClassVar[list[tuple[float, Any]]] = []

    def step(self, evaluate: Evaluate, w: Any, lr: float, t: int) -> Any:
        Looks.seen[:] = [evaluate(w + s) for s in self.steps]
        return w


class Backtracks(Optimizer):
    """Starts with a huge step and halves it until the loss falls."""

    def step(self, evaluate: Evaluate, w: Any, lr: float, t: int) -> Any:
        loss, g = evaluate(w)
        size = 1e200
        while evaluate(w - size * g)[0] >= loss:
            size /= 2
        return w - size * g


class Jumps(Optimizer):
    """Jumps out of the finite numbers."""

    def step(self, evaluate: Evaluate, w: Any, lr: float, t: int) -> Any:
        evaluate(w)
        return w * np.inf


class Partly(Optimizer):
    """Asks at weights of another shape."""

    def step(self, evaluate: Evaluate, w: Any, lr: float, t: int) -> Any:
        return evaluate(w[:1])


def network(
    optimizer: Any, layers: str = "linear:units=3 tanh linear:units=1", **o: Any
) -> Network:
    return Network(layers, 2, loss="mse", optimizer=optimizer, **o)


@pytest.mark.parametrize(
    ("looks", "updates"), [(Once(lr=0.1), "gd:lr=0.1"), (Remembers(lr=0.1), "momentum:lr=0.1")]
)
@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1, "clip": 0.5, "schedule": "cosine"}])
def test_asking_is_the_same_as_being_told(looks: Any, updates: str, options: Any) -> None:
    layers = "linear:units=3 dropout:p=0.3 tanh linear:units=1"
    asks, told = (network(one, layers, total=9, **options) for one in (looks, updates))
    weights = np.linspace(0, 2, 6)
    for _ in range(9):
        asks.train_step(X, T, weights)
        told.train_step(X, T, weights)
    np.testing.assert_array_equal(asks.w, told.w)
    assert asks.updater is not None
    assert asks.updater.t == 9


def test_every_look_has_the_same_chance() -> None:
    net = network(Looks(), "linear:units=9 dropout linear:units=1")
    net.train_step(X, T)
    (first, g), (second, h) = Looks.seen
    assert first == second
    np.testing.assert_array_equal(g, h)
    net.train_step(X, T)
    assert Looks.seen[0][0] != first, "and the next step has another"


def test_the_loss_is_what_the_gradient_is_of_decay_included() -> None:
    h = 1e-6
    net = network(Looks(steps=(0.0, h, -h)), weight_decay=0.7)
    net.w[...] = np.linspace(-1, 1, net.w.size)
    net.train_step(X, T)
    (_, g), (above, _), (below, _) = Looks.seen
    assert g.sum() == pytest.approx((above - below) / (2 * h), rel=1e-7)


def test_a_line_search_that_reaches_too_far_sees_an_infinite_loss() -> None:
    net = network(Backtracks())
    with np.errstate(all="ignore"):
        before = net.loss_value(net.forward(X), T)
        net.train_step(X, T)
    assert net.loss_value(net.forward(X), T) < before
    looks = network(Looks(steps=(0.0, 1e300)))
    with np.errstate(all="ignore"):
        looks.train_step(X, T)
    assert Looks.seen[1][0] == math.inf


def test_the_first_look_at_what_is_not_finite_moves_nothing() -> None:
    net = network(Once(), "linear:units=1")
    before = net.w.copy()
    with np.errstate(all="ignore"), pytest.raises(NonFiniteGradientError):
        net.train_step(X * 1e200, T)
    np.testing.assert_array_equal(net.w, before)


@pytest.mark.parametrize("optimizer", [Jumps, Once])
def test_what_is_not_finite_at_the_weights_of_now_is_a_divergence(optimizer: Any) -> None:
    scale = 1e200 if optimizer is Once else 1
    with pytest.raises(nnplug.DivergedError, match=r"diverged at epoch [01] ") as caught:
        nnplug.train(x=X * scale, y=T, optimizer=optimizer, activation="relu", epochs=3)
    assert np.isfinite(caught.value.result.network.w).all()


def test_it_trains_through_the_front_door() -> None:
    a, b = (
        nnplug.train(x=X, y=T, optimizer=one, epochs=20, batch_size=4)
        for one in (Once(lr=0.1), "gd:lr=0.1")
    )
    np.testing.assert_array_equal(a.network.w, b.network.w)


def test_its_slots_are_saved_and_restored(tmp_path: Any) -> None:
    net = network(Remembers())
    net.train_step(X, T)
    assert net.updater is not None
    assert net.updater.slots["v"].any()


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ContractError, match=r"'Partly' from .*: step asks for the loss at weights"):
        network(Partly()).train_step(X, T)


def test_step_alone_says_what_to_call() -> None:
    net = network(Once())
    net.backward(net.loss_gradient(net.forward(X), T))
    with pytest.raises(NnplugError, match="looks at the loss again") as caught:
        net.step()
    assert caught.value.hint == "call net.train_step(x, t), which lets it"

"""Divergence: the layer, the epoch, the likely cause, what to try, and the best weights."""

import math
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import DivergedError
from nnplug.engine.divergence import Origin, advice, find_origin
from nnplug.engine.network import Network

UNBOUNDED: dict[str, Any] = {
    "hidden": (9, 4),
    "activation": "none",
    "output": "none",
    "loss": "mse",
    "optimizer": "gd",
    "init": "normal",
    "lr": 0.2,
}
"""The setting of a lab report that ended in overflow, nan and 50 % accuracy."""


def diverge(**settings: Any) -> DivergedError:
    with pytest.raises(DivergedError) as caught:
        nnplug.train(**settings)
    return caught.value


def test_the_message_names_layer_epoch_cause_and_remedies() -> None:
    error = diverge(**UNBOUNDED)
    assert error.message == (
        "diverged at epoch 5 of 1000: the gradient of layer 4 (linear:units=1) is not finite "
        "(optimizer gd, lr 0.2)"
    )
    assert error.hint == (
        "likely cause: the learning rate 0.2 is too large, and without activation nothing bounds "
        "the outputs that the loss squares; try --lr 0.02, or --clip 1, or --init xavier, or "
        "--optimizer adam"
    )


@pytest.mark.parametrize(
    "remedy", [{"lr": 0.02}, {"clip": 1}, {"init": "xavier"}, {"optimizer": "adam", "lr": None}]
)
def test_every_remedy_helps(remedy: dict[str, Any]) -> None:
    result = nnplug.train(**{**UNBOUNDED, "epochs": 200, **remedy})
    assert result.reason == "epochs"
    assert math.isfinite(result.metrics["train"]["loss"])


def test_the_result_holds_the_best_weights_that_were_measured() -> None:
    result = diverge(**UNBOUNDED, log_interval=1).result
    assert result.reason == "diverged"
    assert result.epochs == 4
    assert np.isfinite(result.network.w).all()
    assert result.metrics["train"]["loss"] == min(result.history["loss"])
    assert np.isfinite(result.history["loss"]).all()
    assert np.isfinite(result.predict(result.train.x)).all()


def test_what_a_callback_kept_goes_before_the_best() -> None:
    class Keeps(nnplug.Callback):
        """Keeps the weights of the second epoch."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            if run.epoch == 2:
                run.keep_weights()
                run.notes["second"] = run.weights().tolist()

    result = diverge(**UNBOUNDED, callback=Keeps()).result
    np.testing.assert_array_equal(result.network.w, result.run.notes["second"])


@pytest.mark.parametrize("settings", [{}, {"test_split": 0.2}, {"dtype": "float32"}])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_nothing_warns_on_the_way(settings: dict[str, Any], batch_size: int | None) -> None:
    # Warnings are errors in these tests.
    error = diverge(**UNBOUNDED, batch_size=batch_size, **settings)
    assert "is not finite" in error.message
    assert "layer " in error.message


def test_inputs_that_are_too_large_are_the_likelier_cause() -> None:
    x = np.array([[1e200, 0.0], [0.0, 1e200], [1e200, 1e200]])
    error = diverge(x=x, y=[0.5, 1.5, 2.0], activation="relu")
    assert error.message.startswith(
        "diverged at epoch 0 of 1000: the gradient of layer 4 (linear:units=1)"
    )
    assert error.hint is not None
    assert error.hint.startswith("likely cause: inputs as large as 1e+200")
    assert error.result.epochs == 0


def test_the_last_epoch_can_be_the_one() -> None:
    # Epoch 4 leaves finite weights whose loss is not; among 1000 epochs nobody looks at it.
    error = diverge(**{**UNBOUNDED, "epochs": 4})
    assert error.message.startswith("diverged at epoch 4 of 4: the gradient of layer 4")
    assert error.result.epochs == 4


def test_a_rate_that_a_schedule_lowered_is_named() -> None:
    class Tiny(nnplug.Schedule):
        """A tenth of the rate."""

        def factor(self, step: int, total: int) -> float:
            return 0.1

    error = diverge(**{**UNBOUNDED, "lr": 2.0}, schedule=Tiny())
    assert "lr 0.2)" in error.message


X, T = np.ones((3, 2)), np.zeros((3, 1))


class Blows(nnplug.Layer):
    """Returns what is not finite, ahead or back."""

    ahead: bool = True

    def forward(self, x: Any, p: Any, ctx: nnplug.Context) -> Any:
        return x + (np.inf if self.ahead else 0.0), None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: nnplug.Context) -> Any:
        return dy * np.nan


class Steep(nnplug.Loss):
    """Has a slope that is not finite."""

    def value(self, z: Any, t: Any) -> Any:
        return z[..., 0]

    def gradient(self, z: Any, t: Any) -> Any:
        return z * np.inf


@pytest.mark.parametrize(
    ("layers", "loss", "origin"),
    [
        (["linear:units=2", Blows(), "linear:units=1"], "mse", Origin("output", 1)),
        (["linear:units=2", Blows(False), "linear:units=1"], "mse", Origin("gradient", 1)),
        (["linear:units=2", "relu", "linear:units=1"], Steep(), Origin("loss", 2)),
        (["linear:units=2", "relu", "linear:units=1"], "mse", Origin("loss", 2)),
    ],
)
def test_the_first_number_that_is_not_finite_is_found(
    layers: list[Any], loss: Any, origin: Origin
) -> None:
    net = Network(layers, 2, loss=loss)
    assert find_origin(net, X, T) == origin


def test_the_weights_gradient_is_looked_at_too() -> None:
    net = Network("linear:units=1 linear:units=1", 2, loss="mse")
    net.w[...] = [0, 0, 1e200, 1e150, 0]
    # z = 1e350 would overflow; with b = 1e200 and w = 1e150 the output of layer 1 does.
    assert find_origin(net, X, T) == Origin("output", 1)
    net.w[...] = [0, 0, 1e200, 1e100, 0]
    # dL/dz = 2e300 / 3 and dL/dW of layer 1 is 1e200 times as much.
    assert find_origin(net, X, T) == Origin("gradient", 1)


def test_a_gradient_that_decay_blew_up_is_found_where_it_stands() -> None:
    net = Network("linear:units=1 tanh linear:units=1", 2, loss="mse")
    net.g[:2] = np.inf
    assert find_origin(net, X, T) == Origin("gradient", 0)


def test_advice_leaves_out_what_is_there_already() -> None:
    net = Network("linear:units=3 tanh linear:units=1", 2, loss="bce", optimizer="adam")
    assert net.updater is not None
    net.updater.t = 1
    assert advice(net, X, 0.5, None, 1.0) == (
        "likely cause: the learning rate 0.5 is too large; try --lr 0.05"
    )


def test_before_any_step_the_learning_rate_is_not_blamed() -> None:
    net = Network("linear:units=3 tanh linear:units=1", 2, loss="bce", optimizer="adam")
    assert "before any step" in advice(net, X, 0.5, None, None)


def test_a_rate_that_is_not_finite_is_the_schedules() -> None:
    net = Network("linear:units=3 tanh linear:units=1", 2, loss="bce", optimizer="adam")
    assert net.updater is not None
    net.updater.t = 1
    assert "the schedule gave" in advice(net, X, float("nan"), None, None)

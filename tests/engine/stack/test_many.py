"""Many runs trained as one: bit for bit what each of them is alone."""

import re
from typing import Any

import numpy as np
import pytest

from nnplug.core import Activation, Array, Callback, Optimizer
from nnplug.core.errors import DivergedError
from nnplug.engine.settings import Settings
from nnplug.engine.stack.many import Finished, train_many
from nnplug.engine.stack.structure import CHUNK_BYTES

QUICK = {"epochs": 60, "hidden_dims": (6, 5)}


def sweep(*, stacked: bool, **settings: Any) -> list[Finished]:
    """Train settings whose lists are varied together, one entry a run."""
    varied = {name: value for name, value in settings.items() if isinstance(value, list)}
    runs = len(next(iter(varied.values())))
    wanted = [
        Settings(**{**QUICK, **settings, **{name: value[i] for name, value in varied.items()}})
        for i in range(runs)
    ]
    found = sorted(train_many(wanted, stacked=stacked), key=lambda one: one.index)
    assert [one.index for one in found] == list(range(runs))
    return found


def both(**settings: Any) -> tuple[list[Finished], list[Finished]]:
    return sweep(stacked=True, **settings), sweep(stacked=False, **settings)


def assert_same(stacked: list[Finished], alone: list[Finished]) -> None:
    for one, other in zip(stacked, alone, strict=True):
        assert one.result is not None
        assert other.result is not None
        assert other.together == 1
        a, b = one.result, other.result
        assert (a.reason, a.epochs, a.metrics) == (b.reason, b.epochs, b.metrics)
        assert a.settings == b.settings
        np.testing.assert_array_equal(a.network.w, b.network.w)
        assert list(a.history) == list(b.history)
        for series in a.history:
            np.testing.assert_array_equal(a.history[series], b.history[series])
            np.testing.assert_array_equal(a.history.epochs(series), b.history.epochs(series))
        assert a.network.updater is not None
        assert b.network.updater is not None
        assert a.network.updater.t == b.network.updater.t
        for name, slot in a.network.updater.slots.items():
            np.testing.assert_array_equal(slot, b.network.updater.slots[name])
        assert a.network.rng.random() == b.network.rng.random()
        assert a.shuffle.random() == b.shuffle.random()
        assert str(one.error) == str(other.error)


SEEDS = [0, 1, 2, 5]
ROUNDED = ("float64", 1e-11)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"activation": "relu", "loss": "mse", "optimizer": "momentum"},
        {"dataset": "moons:n=60", "test_split": 0.3, "batch_size": 16, "schedule": "cosine"},
        {"dataset": "blobs:n=50", "activation": "softmax", "weight_decay": 0.01, "clip": 0.2},
        {"dataset": "sine:n=40", "batch_size": 7, "optimizer": "nadam", "log_interval": 7},
        {"layers": "linear:units=6 dropout:p=0.3 tanh residual[linear:units=6 relu]"},
        {"layers": "linear:units=6 batch_norm prelu layer_norm", "optimizer": "adadelta"},
        {"optimizer": "muon", "schedule": "one_cycle", "batch_size": 5, "init": "orthogonal"},
        {"callback": ("early_stopping:patience=5", "stop_at:loss=0.6")},
        {"loss": "cross_entropy", "optimizer": "rmsprop", "threshold": 0.4},
    ],
    ids=str,
)
def test_seeds_are_bitwise_what_each_gives_alone(settings: dict[str, Any], dtype: str) -> None:
    stacked, alone = both(seed=SEEDS, dtype=dtype, **settings)
    assert {one.together for one in stacked} == {4}
    assert not any(one.note for one in stacked)
    assert_same(stacked, alone)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "optimizer",
    [
        *("gd", "sgd:momentum=0.9", "momentum", "nesterov", "adagrad", "adadelta"),
        *("rmsprop", "adam", "adamw", "nadam", "muon"),
    ],
)
def test_learning_rates_are_bitwise_what_each_gives_alone(optimizer: str, dtype: str) -> None:
    stacked, alone = both(lr=[0.001, 0.01, 0.02, 0.3], optimizer=optimizer, dtype=dtype)
    assert {one.together for one in stacked} == {4}
    assert_same(stacked, alone)


@pytest.mark.parametrize(
    "varied",
    [
        {"weight_decay": [0.0, 0.01, 0.1]},
        {"clip": [None, 0.01, 1.0]},
        {"schedule": ["constant", "cosine", "step:drop=0.3"]},
        {"init": ["normal:sigma=0.3", "he", "zeros"]},
        {"threshold": [None, 0.3, "median"]},
        {"callback": [(), ("stop_at:loss=0.65",), ("early_stopping:patience=3,every=4",)]},
        {"dataset": ["xor", "xor", "xor"], "seed": [3, 1, 3], "lr": [0.1, 0.1, 0.2]},
    ],
    ids=lambda varied: next(iter(varied)),
)
def test_what_the_engine_applies_is_bitwise_the_same(varied: dict[str, Any]) -> None:
    stacked, alone = both(**varied)
    assert {one.together for one in stacked} == {3}
    assert_same(stacked, alone)


@pytest.mark.parametrize(
    ("name", "specs", "dtype", "within"),
    [
        ("optimizer", ["adam:beta1=0.8", "adam", "adam:beta1=0.95,eps=1e-6"], "float64", 1e-11),
        ("optimizer", ["adam:beta1=0.8", "adam", "adam:beta1=0.95,eps=1e-6"], "float32", 1e-3),
        ("optimizer", ["momentum:momentum=0.5", "momentum", "momentum:lr=0.3"], "float64", 1e-11),
        ("optimizer", ["muon:momentum=0.8", "muon", "muon:momentum=0.9"], "float64", 0),
        ("activation", ["leaky_relu:slope=0.1", "leaky_relu", "leaky_relu:slope=0.3"], *ROUNDED),
        ("activation", ["elu:alpha=0.5", "elu", "elu:alpha=2.0"], *ROUNDED),
        ("loss", ["huber:delta=0.05", "huber:delta=0.1", "huber:delta=0.3"], *ROUNDED),
        ("layers", [f"linear:units=5 dropout:p={p} tanh" for p in (0.1, 0.3, 0.6)], *ROUNDED),
    ],
    ids=str,
)
def test_other_floats_agree_to_rounding(
    name: str, specs: list[str], dtype: str, within: float
) -> None:
    stacked, alone = both(**{name: specs}, dtype=dtype, epochs=40)
    assert {one.together for one in stacked} == {3}
    for one, other in zip(stacked, alone, strict=True):
        assert one.result is not None
        assert other.result is not None
        a, b = one.result.network.w, other.result.network.w
        assert np.abs(a - b).max() <= within * np.abs(b).max()
        assert not np.array_equal(a, stacked[one.index - 1].result.network.w)  # type: ignore[union-attr]


def test_a_run_that_diverges_leaves_and_its_neighbours_do_not_notice() -> None:
    rates = [0.1, 1e12, 0.5, 1e9]
    stacked, alone = both(lr=rates, optimizer="gd", loss="mse", output="identity", epochs=200)
    assert [isinstance(one.error, DivergedError) for one in stacked] == [False, True, False, True]
    assert {one.together for one in stacked} == {4}
    assert_same(stacked, alone)


@pytest.mark.parametrize("batch_size", [None, 8])
def test_one_that_diverges_between_two_measurements_has_the_epochs_that_it_has_alone(
    batch_size: int | None,
) -> None:
    options = {"loss": "mse", "output": "identity", "activation": "none", "optimizer": "momentum"}
    stacked, alone = both(lr=[0.01, 10.0, 20.0], epochs=1000, batch_size=batch_size, **options)
    epochs = [one.result.epochs for one in alone if one.result]
    assert epochs[0] == 1000
    assert all(epoch % 10 for epoch in epochs[1:])  # every tenth is measured
    for one, other in zip(stacked, alone, strict=True):
        assert one.result is not None
        assert other.result is not None
        assert one.result.run.batches == other.result.run.batches
    assert_same(stacked, alone)


def test_runs_that_stop_early_leave_and_their_neighbours_do_not_notice() -> None:
    stop = ("stop_at:accuracy=0.8", "early_stopping:patience=20")
    options = {"dataset": "moons:n=40", "test_split": 0.25, "batch_size": 8, "epochs": 300}
    stacked, alone = both(seed=[0, 1, 2, 3, 4], callback=stop, **options)
    assert len({one.result.epochs for one in stacked if one.result}) > 1
    assert_same(stacked, alone)


class OneBeta(Optimizer):
    """Adam's mean, which reads the first run's beta after the third step."""

    beta: float = 0.9
    slots = ("m",)

    def update(self, w: Array, g: Array, lr: float, t: int, m: Array) -> tuple[Array, Array]:
        beta: Any = self.beta
        if t > 3:
            beta = np.ravel(beta)[0]
        m *= beta
        m += (1 - beta) * g
        w -= lr * m
        return w, m


class WholeNorm(Activation):
    """z over the largest of all that it sees."""

    def forward(self, z: Array) -> Array:
        y: Array = z / np.abs(z).max()
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        slope: Array = np.ones_like(z) / np.abs(z).max()
        return slope


class Refuses(Activation):
    """Takes two axes alone."""

    def forward(self, z: Array) -> Array:
        rows, units = z.shape
        return z.reshape(rows, units)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.ones_like(z)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"optimizer": [OneBeta(), OneBeta(beta=0.5), OneBeta(beta=0.2)], "lr": 0.1},
            "the weights after step 4 are not those of the run alone",
        ),
        ({"activation": WholeNorm(), "seed": [1, 2, 3]}, "the weights after step 1 are not"),
        ({"activation": Refuses(), "seed": [1, 2, 3]}, "as a stack a component raised ValueError"),
    ],
    ids=["step 4", "step 1", "raises"],
)
def test_a_stack_that_is_wrong_is_given_up_and_said(settings: dict[str, Any], says: str) -> None:
    stacked, alone = both(**settings)
    assert all(one.together == 1 and says in one.note for one in stacked)
    assert_same(stacked, alone)


class Raises(Callback):
    """Raises in the middle of the runs whose loss is high."""

    limit: float = 0.0

    def on_epoch(self, run: Any) -> str | None:
        if run.epoch == 5 and run.metrics()["loss"] > self.limit:
            raise ValueError("too high")
        return None


def test_what_raises_is_told_for_its_own_run_alone() -> None:
    callback = [(), (Raises(),), (Raises(limit=99.0),)]
    found = sweep(stacked=True, callback=callback)
    assert [one.error is None for one in found] == [True, False, True]
    assert re.match(r"ValueError: too high \(in callback 'Raises' from .*\)", str(found[1].error))
    assert [one.result is None for one in found] == [False, True, False]


def test_what_does_not_fit_together_costs_its_own_run_alone() -> None:
    found = sweep(stacked=True, loss=["mse", "no_such_loss", "hinge"], seed=[1, 2, 3])
    assert [one.error is None for one in found] == [True, False, True]


def test_only_runs_of_one_structure_train_together() -> None:
    found = sweep(
        stacked=True,
        hidden_dims=[(4,), (4,), (4, 4), (4,), (4,), (4,)],
        activation=["relu", "relu", "relu", "tanh", "relu", "relu"],
        optimizer=["adam", "adam", "adam", "adam", "l_bfgs", "l_bfgs"],
    )
    assert [one.together for one in found] == [2, 2, 1, 1, 1, 1]


def test_wide_networks_train_in_chunks() -> None:
    # The widest temporary, 21 samples of 100 units, of at most CHUNK_BYTES: three runs at a time.
    assert CHUNK_BYTES // (21 * 100 * 8) == 3
    stacked, alone = both(seed=list(range(7)), hidden_dims=(100,), epochs=5)
    assert sorted(one.together for one in stacked) == [1, 3, 3, 3, 3, 3, 3]
    assert_same(stacked, alone)


def test_seconds_are_shared_out() -> None:
    found = sweep(stacked=True, seed=[1, 2, 3, 4])
    shares = [one.result.seconds for one in found if one.result]
    assert min(shares) > 0
    assert max(shares) < 1.5 * min(shares)


class OffFor(Optimizer):
    """Gradient descent that is wrong for runs of one k, from the third step on."""

    k: float = 0.0

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        k: Any = self.k
        if t >= 3 and np.ndim(k):
            lr = lr * (1 + (k > 2.9))
        return w - lr * g


def test_every_setting_of_a_large_stack_is_proved() -> None:
    stacked = sweep(
        stacked=True, optimizer=[OffFor(k=0.1 * i) for i in range(30)], lr=0.1, hidden_dims=(3,)
    )
    assert all("after step 4 are not those of the run alone" in one.note for one in stacked)


def test_a_run_that_ends_early_is_told_at_once() -> None:
    wanted = [Settings(epochs=50, lr=lr, optimizer="gd", loss="mse") for lr in (0.1, 1e12)]
    wanted = [one.but(output="identity") for one in wanted]
    first = next(train_many(wanted))
    assert (first.index, type(first.error)) == (1, DivergedError)

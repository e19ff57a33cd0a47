"""The loop: batches, what is recorded, callbacks, stopping, and going on after a stop."""

from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnplug
from nnplug.core.dataset import Data
from nnplug.core.errors import NnplugError
from nnplug.core.registry import default_registry
from nnplug.engine.chance import stream
from nnplug.engine.loop import train_run
from nnplug.engine.network import Network
from nnplug.engine.run import Part, Run
from nnplug.engine.training import POINTS, Silent, measured_epochs


class Batches(nnplug.Layer):
    """Passes its input on and notes every batch that it trains on, in a list of its test."""

    def forward(self, x: Any, p: Any, ctx: nnplug.Context) -> Any:
        if ctx.training:
            SEEN.append(x[:, 0].tolist())
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: nnplug.Context) -> Any:
        return dy


SEEN: list[list[float]] = []


def batches(n: int, epochs: int = 1, **settings: Any) -> list[list[float]]:
    SEEN.clear()
    x = np.arange(float(n))[:, None]
    nnplug.train(x=x, y=x**2 + 0.5, layers=[Batches()], epochs=epochs, **settings)
    return SEEN[1:]  # the first one is the proof


def test_by_default_the_whole_set_in_its_order_is_one_batch() -> None:
    assert batches(5, epochs=2) == [[0, 1, 2, 3, 4]] * 2
    assert batches(5, batch_size=5) == batches(5, batch_size=99) == [[0, 1, 2, 3, 4]]


@given(st.integers(1, 12), st.integers(1, 14), st.integers(0, 3))
def test_batches_cut_each_epoch_into_all_points(n: int, size: int, seed: int) -> None:
    seen = batches(n, epochs=2, batch_size=size, seed=seed)
    per_epoch = -(-n // size)
    assert len(seen) == 2 * per_epoch
    for epoch in (seen[:per_epoch], seen[per_epoch:]):
        assert sorted(chain(*epoch)) == list(range(n))
        assert [len(batch) for batch in epoch[:-1]] == [min(size, n)] * (per_epoch - 1)
        assert len(epoch[-1]) == n - min(size, n) * (per_epoch - 1)


def test_batches_are_shuffled_anew_in_every_epoch() -> None:
    first, second = batches(20, epochs=2, batch_size=10)[:2], batches(20, 2, batch_size=10)[2:]
    assert first != second
    expected = stream(0, "shuffle").permutation(20)
    assert [*chain(*first)] == expected.tolist()


def test_without_a_generator_batches_keep_their_order() -> None:
    run = bare_run()
    train_run(run, batch_size=2)
    assert run.network.updater is not None
    assert run.network.updater.t == 3 * 2


def bare_run(epochs: int = 3, test: bool = False, **options: Any) -> Run:
    net = Network("linear:units=1", 1, loss="mse", optimizer="gd", **options)
    x = np.array([[0.0], [1.0], [2.0]])
    part = Part.of(Data(x, 3 * x + 1, "regression"), net.loss, net.dtype)  # type: ignore[arg-type]
    return Run(net, part, part if test else None, epochs)


def test_a_run_needs_an_optimizer() -> None:
    run = bare_run()
    run.network.updater = None
    with pytest.raises(NnplugError, match="no optimizer"):
        train_run(run)


@given(st.integers(1, 2000), st.none() | st.integers(1, 3000))
def test_a_history_has_few_points_and_always_the_last(epochs: int, every: int | None) -> None:
    measured = measured_epochs(epochs, every)
    assert epochs in measured
    assert min(measured) >= 1
    assert max(measured) == epochs
    regular = len(range(every, epochs, every)) if every else 0
    assert len(measured) <= 2 * POINTS + regular
    assert every is None or set(range(every, epochs, every)) <= measured


@pytest.mark.parametrize(
    ("epochs", "every", "expected"),
    [
        (1, None, [0, 1]),
        (3, None, [0, 1, 2, 3]),
        (1000, None, [*range(0, 1001, 10)]),
        (250, 100, sorted({*range(0, 250, 2), 100, 200, 250})),
    ],
)
def test_points_of_a_history(epochs: int, every: int | None, expected: list[int]) -> None:
    result = nnplug.train(epochs=epochs, log_interval=every, test_split=0.2)
    np.testing.assert_array_equal(result.history["epoch"], expected)
    assert set(result.history) == {"epoch", "loss", "accuracy", "test_loss", "test_accuracy"}
    for name in result.history:
        np.testing.assert_array_equal(result.history.epochs(name), expected)


def test_the_first_point_is_before_the_first_step_and_the_last_after_the_last() -> None:
    run = bare_run()
    before = ((run.network.predict(run.train.x) - run.train.t) ** 2).mean()
    train_run(run)
    after = ((run.network.predict(run.train.x) - run.train.t) ** 2).mean()
    assert run.history["loss"][0] == pytest.approx(before)
    assert run.history["loss"][-1] == pytest.approx(after)
    assert run.history["loss"][-1] < run.history["loss"][0]


class Diary(nnplug.Callback):
    """Notes when it is called, and does what its test wants at one of the calls."""

    name: str = "a"
    stop: int = 0
    fail: str = ""

    def note(self, run: nnplug.RunView, what: str) -> None:
        run.notes.setdefault("diary", []).append(f"{self.name} {what} {run.epoch}")
        if self.fail == what:
            raise ZeroDivisionError(f"{self.name} {what}")

    def on_start(self, run: nnplug.RunView) -> None:
        self.note(run, "start")

    def on_epoch(self, run: nnplug.RunView) -> str | None:
        self.note(run, "epoch")
        return f"{self.name} has enough" if run.epoch == self.stop else None

    def on_end(self, run: nnplug.RunView) -> None:
        self.note(run, "end")


def diary(*callbacks: nnplug.Callback, run: Run | None = None, **options: Any) -> list[str]:
    run = run or bare_run()
    try:
        run.notes["reason"] = train_run(run, callbacks, **options)
    except ZeroDivisionError as error:
        run.notes["reason"] = str(error)
    return [*run.notes["diary"], run.notes["reason"]]


def test_callbacks_are_called_in_order() -> None:
    assert diary(Diary(name="a"), Diary(name="b", every=2)) == [
        "a start 0", "b start 0",
        "a epoch 1", "a epoch 2", "b epoch 2", "a epoch 3",
        "a end 3", "b end 3", "epochs",
    ]  # fmt: skip


def test_the_first_reason_stops_the_run_and_every_callback_has_looked() -> None:
    assert diary(Diary(name="a", stop=2), Diary(name="b", stop=2)) == [
        "a start 0", "b start 0", "a epoch 1", "b epoch 1", "a epoch 2", "b epoch 2",
        "a end 2", "b end 2", "a has enough",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("start", ["a start 0", "b start 0", "a end 0", "b end 0"]),
        (
            "epoch",
            [
                "a start 0",
                "b start 0",
                "c start 0",
                "a epoch 1",
                "b epoch 1",
                "a end 1",
                "b end 1",
                "c end 1",
            ],
        ),
        (
            "end",
            ["a start 0", "b start 0", "c start 0"]
            + [f"{name} epoch {epoch}" for epoch in (1, 2, 3) for name in "abc"]
            + ["a end 3", "b end 3", "c end 3"],
        ),
    ],
)
def test_every_callback_that_started_has_its_end(what: str, expected: list[str]) -> None:
    found = diary(Diary(name="a"), Diary(name="b", fail=what), Diary(name="c"))
    assert found == [*expected, f"b {what}"]


def test_callbacks_have_their_end_after_an_interrupt() -> None:
    class Impatient(Silent):
        def passed(self, run: Run) -> None:
            raise KeyboardInterrupt

    run = bare_run()
    with pytest.raises(KeyboardInterrupt):
        train_run(run, (Diary(),), watch=Impatient())
    assert run.notes["diary"][-1] == "a end 1"


def test_callbacks_have_their_end_after_a_divergence_with_the_best_weights() -> None:
    class Last(nnplug.Callback):
        """Notes the last weights."""

        def on_end(self, run: nnplug.RunView) -> None:
            run.notes["finite"] = bool(np.isfinite(run.weights()).all())
            run.notes["loss"] = run.metrics()["loss"]

    with pytest.raises(nnplug.DivergedError) as caught:
        nnplug.train(
            hidden=(9, 4), activation="none", output="none", loss="mse", optimizer="gd:lr=0.2",
            init="normal", callback=Last(),
        )  # fmt: skip
    result = caught.value.result
    assert result.run.notes == {"finite": True, "loss": result.metrics["train"]["loss"]}


class Stops(Silent):
    """Asks for a stop after some epochs."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.seen: list[int] = []

    def passed(self, run: Run) -> None:
        self.seen.append(run.epoch)
        self.stop = run.epoch >= self.after

    def measured(self, run: Run) -> None:
        self.seen.append(-run.epoch)


def test_a_watch_sees_every_epoch_and_stops_the_run() -> None:
    watch, run = Stops(4), bare_run(50)
    assert train_run(run, watch=watch) == "interrupted"
    assert run.epoch == 5
    assert watch.seen == [0, -1, 1, -2, 2, -3, 3, -4, 4, -5]
    assert run.history["epoch"].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_run_that_is_stopped_within_an_epoch_goes_on_within_it() -> None:
    whole, halves = bare_run(50), bare_run(50)
    streams = [stream(3, "shuffle") for _ in range(2)]
    train_run(whole, batch_size=1, shuffle=streams[0])
    assert train_run(halves, batch_size=1, shuffle=streams[1], watch=Stops(1)) == "interrupted"
    assert halves.network.updater is not None
    assert (halves.epoch, halves.batches, halves.network.updater.t) == (1, 1, 4)
    assert halves.history["epoch"].tolist() == [0, 1]
    assert train_run(halves, batch_size=1, shuffle=streams[1]) == "epochs"
    np.testing.assert_array_equal(halves.network.w, whole.network.w)
    for name in whole.history:
        np.testing.assert_array_equal(halves.history[name], whole.history[name])


def test_a_run_that_ends_between_two_points_records_its_last_epoch() -> None:
    run = bare_run(1000)
    train_run(run, (Diary(stop=13),))
    np.testing.assert_array_equal(run.history["epoch"], [0, 10, 13])


def test_early_stopping_restores_the_best_weights() -> None:
    # Nothing to learn from noise: the loss on the held-out points is soon at its best.
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((40, 5)), rng.standard_normal(40)
    settings = {
        "x": x,
        "y": y,
        "test_split": 0.5,
        "hidden": [30],
        "epochs": 2000,
        "log_interval": 1,
    }
    result = nnplug.train(**settings, callback="early_stopping:patience=20")
    best = int(np.argmin(result.history["test_loss"]))
    assert result.reason.startswith("test loss has not improved for 20 epochs")
    assert result.epochs == best + 20
    assert result.metrics["test"]["loss"] == result.history["test_loss"][best]
    assert result.run.notes["early_stopping_loss"]["epoch"] == best
    again = nnplug.train(**{**settings, "epochs": best})
    np.testing.assert_array_equal(again.network.w, result.network.w)
    # The history tells of the weights at the last epoch, and not of those put back.
    assert result.history["test_loss"][-1] > result.metrics["test"]["loss"]


def test_weights_that_were_kept_end_the_run_also_at_the_last_epoch() -> None:
    class Keeps(nnplug.Callback):
        """Keeps the weights of epoch 2."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            if run.epoch == 2:
                run.keep_weights()

    result = nnplug.train(epochs=9, callback=Keeps())
    np.testing.assert_array_equal(result.network.w, nnplug.train(epochs=2).network.w)


@pytest.mark.parametrize("settings", [{"epochs": 1}, {"batch_size": 1, "epochs": 2}])
def test_one_point_is_enough_to_train_on(settings: dict[str, Any]) -> None:
    result = nnplug.train(x=[[1.0, 2.0]], y=[0.5], **settings)
    assert result.epochs == settings["epochs"]
    assert result.metrics["train"]["r2"] == 0
    assert result.predict([[1, 2]]).shape == (1, 1)


@pytest.mark.parametrize(("n", "split", "held"), [(2, 0.5, 1), (21, 0.03, 1), (21, 0.97, 20)])
def test_the_smallest_splits(n: int, split: float, held: int) -> None:
    x = np.arange(float(n))
    result = nnplug.train(x=x, y=x + 0.5, test_split=split, epochs=2, batch_size=3)
    assert result.test is not None
    assert (len(result.train), len(result.test)) == (n - held, held)


def test_the_registry_of_a_run_is_the_default_one() -> None:
    assert nnplug.train(epochs=1).network.registry is default_registry()

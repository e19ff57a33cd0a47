"""The callbacks, on runs whose losses are typed out."""

import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from nnplug.core import Callback
from nnplug.core.errors import SettingsError, SpecError
from nnplug.plugins.callbacks.early_stopping import EarlyStopping
from nnplug.plugins.callbacks.stop_at import StopAt


class Run:
    """A run of given losses; keeps the epochs at which weights were kept."""

    def __init__(self, test: list[float] | None = None, train: list[float] | None = None) -> None:
        self.series = {"test": test, "train": train or [9.0 - i for i in range(len(test or []))]}
        self.metric = "loss"
        self.epoch = 0
        self.epochs = 100
        self.notes: MutableMapping[str, Any] = {}
        self.kept: list[int] = []

    def metrics(self, part: str = "train") -> dict[str, float]:
        series = self.series[part]
        assert series is not None
        return {self.metric: series[self.epoch - 1]}

    def has_test(self) -> bool:
        return self.series["test"] is not None

    def record(self, series: str, value: float) -> None:
        raise AssertionError

    def weights(self) -> Any:
        raise AssertionError

    def keep_weights(self) -> None:
        self.kept.append(self.epoch)

    def go(self, callback: Callback, epochs: int) -> str | None:
        """Run to the epoch, or to the first reason to stop."""
        while self.epoch < epochs:
            self.epoch += 1
            if self.epoch % callback.every == 0:
                reason = callback.on_epoch(self)
                if reason is not None:
                    return reason
        return None


def test_stops_after_patience_epochs_and_keeps_the_best_weights() -> None:
    run = Run(test=[5, 3, 4, 2.5, 2.75, 3, 3.5, 1])
    reason = run.go(EarlyStopping(patience=3), 8)
    assert run.epoch == 7
    assert run.kept == [1, 2, 4]
    assert reason == "test loss has not improved for 3 epochs; best 2.5 at epoch 4"


def test_goes_on_while_it_improves() -> None:
    run = Run(test=[5, 4, 3, 2, 1])
    assert run.go(EarlyStopping(patience=1), 5) is None
    assert run.kept == [1, 2, 3, 4, 5]


def test_the_training_loss_counts_where_nothing_is_held_out() -> None:
    run = Run(train=[5, 6, 7])
    reason = run.go(EarlyStopping(patience=2), 3)
    assert reason == "train loss has not improved for 2 epochs; best 5 at epoch 1"


def test_an_improvement_is_more_than_min_delta() -> None:
    run = Run(test=[5, 4.75, 4.5, 4.25])
    # 4.25 is the first that is more than 0.5 below 5; 4.5 is exactly 0.5 below.
    assert run.go(EarlyStopping(patience=10, min_delta=0.5), 4) is None
    assert run.kept == [1, 4]


def test_accuracy_improves_by_rising() -> None:
    run = Run(test=[0.5, 0.75, 0.625, 0.75])
    run.metric = "accuracy"
    reason = run.go(EarlyStopping(patience=2, monitor="accuracy"), 4)
    assert reason == "test accuracy has not improved for 2 epochs; best 0.75 at epoch 2"


def test_patience_counts_epochs_and_not_looks() -> None:
    run = Run(test=[5.0] * 20)
    assert run.go(EarlyStopping(patience=6, every=4), 20) is not None
    # Looks at 4 (the best), 8 (4 epochs later), 12 (8 epochs later).
    assert run.epoch == 12


def test_a_loss_that_is_no_number_is_no_improvement() -> None:
    run = Run(test=[5.0, float("nan"), float("nan")])
    assert run.go(EarlyStopping(patience=2), 3) is not None
    assert run.kept == [1]


def test_a_resumed_run_goes_on_where_it_was() -> None:
    losses = [5, 3, 4, 2.5, 2.75, 3, 3.5, 1]
    first = Run(test=losses)
    assert first.go(EarlyStopping(patience=3), 5) is None
    second = Run(test=losses)
    second.epoch, second.notes = 5, json.loads(json.dumps(dict(first.notes)))
    assert second.go(EarlyStopping(patience=3), 8) is not None
    assert second.epoch == 7


def test_a_run_without_the_monitored_metric_is_told_so() -> None:
    with pytest.raises(SettingsError, match="this run has no accuracy"):
        Run(test=[5.0]).go(EarlyStopping(monitor="accuracy"), 1)


@pytest.mark.parametrize("wrong", [{"patience": 0}, {"min_delta": -1.0}, {"monitor": "beauty"}])
def test_hyperparameters_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=next(iter(wrong))):
        EarlyStopping(**wrong)


def test_stop_at_the_first_epoch_whose_loss_is_low_enough() -> None:
    run = Run(train=[5, 3, 0.5, 0.25, 0.125])
    assert run.go(StopAt(loss=0.25), 5) == "loss 0.25 reached 0.25"
    assert run.epoch == 4
    assert run.kept == []
    assert run.notes == {}


class Scored(Run):
    """A run of given accuracies, and a loss of 0."""

    def metrics(self, part: str = "train") -> dict[str, float]:
        return {"loss": 0.0, "accuracy": super().metrics(part)["loss"]}


def test_stop_at_an_accuracy() -> None:
    run = Scored(train=[0.5, 0.75, 1.0, 1.0])
    assert run.go(StopAt(accuracy=1), 4) == "accuracy 1 reached 1"
    assert run.epoch == 3


def test_stop_at_goes_on_while_the_goal_is_not_reached() -> None:
    run = Run(train=[5, 3, float("nan"), 1])
    assert run.go(StopAt(loss=0.5), 4) is None


def test_stop_at_looks_at_the_training_points_alone() -> None:
    run = Run(test=[0.0, 0.0, 0.0], train=[3, 2, 1])
    assert run.go(StopAt(loss=1.5), 3) is not None
    assert run.epoch == 3


def test_stop_at_tells_a_run_without_accuracy_so() -> None:
    with pytest.raises(SettingsError, match="this run has no accuracy"):
        Run(train=[5.0]).go(StopAt(accuracy=0.9), 1)


def test_stop_at_takes_one_goal() -> None:
    with pytest.raises(SpecError, match="give one"):
        StopAt(loss=0.1, accuracy=0.9)
    with pytest.raises(SpecError, match="accuracy must be"):
        StopAt(accuracy=1.1)

"""What claims measure of a run."""

import math

import pytest

from nnplug.comparison.measures import bound_text, measure, measure_name, measure_text
from nnplug.comparison.records import Record


def record(*loss: float, **more: object) -> Record:
    curves = {"epoch": list(range(len(loss))), "loss": list(loss)}
    return Record(0, 0, curves=curves, **more)  # type: ignore[arg-type] - what more is differs


@pytest.mark.parametrize(
    ("loss", "share"),
    [
        ((4, 3, 2, 1), 0),
        ((1, 2, 1, 2, 1), 0.5),
        ((1, 1, 1, 2), 1 / 3),
        ((1, 1 + 1e-12, 1 + 1e-6), 0.5),  # rounding is no rise
    ],
)
def test_rises_are_a_share_of_the_recorded_steps(loss: tuple[float, ...], share: float) -> None:
    assert measure(record(*loss), "rises") == pytest.approx(share)


def test_what_diverged_or_has_no_curve_has_the_worst_there_is() -> None:
    assert measure(record(2, 1, status="diverged"), "rises") == math.inf
    assert measure(record(1), "rises") == math.inf
    assert measure(record(2, 1, goal_epoch=3, status="failed"), "goal_epoch") == math.inf
    assert measure(record(2, 1, metrics={"accuracy": 1.0}, status="diverged"), "accuracy") == (
        -math.inf
    )


def test_the_epoch_of_the_goal_and_the_metrics_at_the_end() -> None:
    assert measure(record(2, 1, goal_epoch=30), "goal_epoch") == 30
    assert measure(record(2, 1), "goal_epoch") == math.inf
    assert measure(record(2, 1, metrics={"test_loss": 0.25}), "test_loss") == 0.25


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("rises", 0.125, "12.50 %"),
        ("rises", math.inf, "diverged"),
        ("goal_epoch", 400.0, "400"),
        ("goal_epoch", math.inf, "never"),
        ("accuracy", 1.0, "100.00 %"),
        ("loss", 0.0125, "0.01250"),
    ],
)
def test_values_are_written_with_their_units(metric: str, value: float, text: str) -> None:
    assert measure_text(metric, value) == text


@pytest.mark.parametrize(
    ("metric", "bound", "text"),
    [
        ("accuracy", 1.0, "100 %"),
        ("test_accuracy", 0.335, "33.5 %"),
        ("rises", 0.05, "5 %"),
        ("loss", 1e-5, "1e-5"),
        ("loss", 10.0, "10"),
    ],
)
def test_bounds_are_written_as_one_would_type_them(metric: str, bound: float, text: str) -> None:
    assert bound_text(metric, bound) == text


def test_names_are_words() -> None:
    assert measure_name("test_loss") == "held-out loss"
    assert measure_name("rises") == "share of epochs at which the loss rises"

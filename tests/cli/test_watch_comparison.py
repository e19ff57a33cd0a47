"""What is shown while a comparison runs: how far it is, how much time is left, what came."""

import io
from typing import Any

import pytest

from nnplug.cli import watch_comparison
from nnplug.cli.watch_comparison import Bar, BarAndLines, Counter, Lines, say_time
from nnplug.comparison.plan import Plan, Prepared, prepare_plan
from nnplug.comparison.records import Record
from nnplug.comparison.vary import read_axis
from nnplug.core.registry import default_registry

EPOCHS = 10


@pytest.fixture
def asked() -> tuple[Plan, Prepared]:
    plan = Plan({"epochs": EPOCHS}, (read_axis("lr=0.1 1"),), seeds=2)
    return plan, prepare_plan(plan, default_registry())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Hold the time, which is told by its only element."""
    now = [0.0]
    monkeypatch.setattr(watch_comparison.time, "monotonic", lambda: now[0])
    return now


class Terminal(io.StringIO):
    """Shows a bar as a terminal would."""

    def isatty(self) -> bool:
        return True


def record(setting: int, seed: int, epochs: int = EPOCHS, loss: float = 0.5) -> Record:
    return Record(setting, seed, metrics={"loss": loss}, epochs=epochs)


def test_it_says_at_once_that_seeds_are_too_few_and_how_many_are_not(
    asked: tuple[Plan, Prepared], capsys: pytest.CaptureFixture[str]
) -> None:
    Lines(*asked).begin()
    # Of six differences all of one sign come in 2 of 64 cases; of five, in 2 of 32: 0.0625.
    assert capsys.readouterr().out.splitlines() == [
        "2 settings x 2 seeds, judged by loss",
        "2 seeds cannot show who wins; --seeds 6 could.",
        "",
    ]


def test_lines_tell_what_came_and_the_time_that_is_left(
    asked: tuple[Plan, Prepared], clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(*asked)
    for seed in (0, 1):
        lines.advance(EPOCHS)
        clock[0] += 30
        lines.finished(record(0, seed, loss=0.25))
    for seed in (0, 1):
        lines.advance(4)  # it ended early, and what it left out needs no time
        lines.finished(record(1, seed, epochs=4))
    assert capsys.readouterr().out.splitlines() == [
        "1/2  lr 0.1: median loss 0.2500  (1 min left)",
        "2/2  lr 1: median loss 0.5000",
    ]


def test_the_time_left_is_about_what_was_not_done_before(
    asked: tuple[Plan, Prepared], clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(*asked)
    lines.known([record(0, 0), record(0, 1)])
    assert "left" not in capsys.readouterr().out
    assert lines.total == 2 * EPOCHS
    lines.advance(EPOCHS)
    clock[0] += 8
    assert lines.left() == "  (8 s left)"


def test_the_tuning_counts_too(asked: tuple[Plan, Prepared]) -> None:
    plan = Plan(
        {"epochs": EPOCHS},
        (read_axis("optimizer=gd adam"),),
        seeds=3,
        tune=read_axis("lr=0.1 1 10"),
        tuning_seeds=2,
    )
    prepared = prepare_plan(plan, default_registry())
    assert Counter(plan, prepared).total == 2 * (3 + 3 * 2) * EPOCHS


@pytest.mark.parametrize("kind", [Bar, BarAndLines])
def test_a_bar_ends_where_all_runs_have_ended(
    asked: tuple[Plan, Prepared], kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(watch_comparison.sys, "stderr", terminal)
    bar = kind(*asked)
    bar.begin()
    bar.known([record(0, 0)])
    for setting, seed in ((0, 1), (1, 0), (1, 1)):
        bar.advance(3)
        bar.finished(record(setting, seed, epochs=3))
    bar.close()
    assert "0%" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.1, "1 s"), (59, "59 s"), (59.6, "1 min"), (3590, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_a_time_is_said_as_one_says_it(seconds: float, said: str) -> None:
    assert say_time(seconds) == said


def test_a_bar_is_above_nothing_for_programs(
    asked: tuple[Plan, Prepared], capsys: pytest.CaptureFixture[str]
) -> None:
    bar = Bar(*asked)
    bar.begin()
    bar.finished(record(0, 0))
    bar.finished(record(0, 1))
    bar.close()
    assert capsys.readouterr().out == ""

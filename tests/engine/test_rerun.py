"""A run done again: equal to the bit, or how far apart, and what differs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import DivergedError, RunFileError
from nnplug.engine import differences as module
from nnplug.engine.apart import Apart
from nnplug.engine.differences import Difference, differences
from stopped_runs import assembled, contents, go_on, train

SETTINGS: dict[str, Any] = {
    "dataset": "moons:n=24",
    "test_split": 0.25,
    "layers": "linear:units=4 batch_norm dropout tanh",
    "batch_size": 7,
    "epochs": 12,
    "schedule": "cosine",
    "callback": "early_stopping:patience=4",
    "track": True,
}


def test_it_is_the_same_run(tmp_path: Path) -> None:
    saved = nnplug.train(**SETTINGS, save=tmp_path / "run")
    before = contents(tmp_path / "run")
    again = nnplug.rerun(tmp_path / "run")
    assert again.equal
    assert again.known
    assert list(again.differs) == []
    assert again.epochs == saved.epochs
    assert set(again.curves) == set(saved.history) - {"epoch"}
    assert all(curve == Apart(len(saved.history[name])) for name, curve in again.curves.items())
    assert again.weights == Apart(saved.network.w.size)
    assert contents(tmp_path / "run") == before


@pytest.mark.parametrize("place", [(0, 1), (3, 0), (5, 2)])
def test_a_run_that_was_interrupted_is_done_as_far(place: tuple[int, int], tmp_path: Path) -> None:
    train(assembled(**SETTINGS), tmp_path / "run", place)
    again = nnplug.rerun(tmp_path / "run")
    assert again.equal
    assert again.epochs == place[0]
    (tmp_path / "run" / "machine.json").unlink()
    assert not nnplug.rerun(tmp_path / "run").known


def test_a_state_that_was_kept_in_passing_is_done_as_far(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "import nnplug\n"
        "class Ends(nnplug.Callback):\n"
        "    'Raises.'\n"
        "    def on_epoch(self, run):\n"
        "        if run.epoch == 9: raise ZeroDivisionError\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks(): return {'ends': Ends}\n"
    )
    registry = nnplug.Registry(extra=[str(plugin)])
    with pytest.raises(ZeroDivisionError):
        nnplug.train(
            **{**SETTINGS, "callback": ["early_stopping", "ends"]},
            save=tmp_path / "run",
            checkpoint_every=4,
            registry=registry,
        )
    again = nnplug.rerun(tmp_path / "run", registry=registry)
    assert again.equal
    assert again.epochs == 8


def test_legs_are_done_leg_by_leg(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(assembled(**{**SETTINGS, "callback": "stop_at:loss=0.68", "lr": 0.01}), folder, (5, 1))
    go_on(folder, (8, 2), epochs=15, extend=True)
    go_on(folder, epochs=18, extend=True)
    again = nnplug.rerun(folder)
    assert again.equal
    assert again.epochs == nnplug.load(folder).epoch


def test_a_run_that_went_on_after_its_callback_had_ended_it(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    settings = {**SETTINGS, "epochs": 60, "callback": "early_stopping:patience=2", "lr": 0.1}
    stopped = train(assembled(**settings), folder)
    assert stopped.epochs < 60
    go_on(folder, extend=True, epochs=70)
    assert nnplug.load(folder).epoch == 70
    assert nnplug.rerun(folder).equal


def test_a_run_that_diverged_diverges_again(tmp_path: Path) -> None:
    with pytest.raises(DivergedError):
        nnplug.train(
            optimizer="gd:lr=1e10",
            loss="mse",
            output="none",
            activation="identity",
            epochs=300,
            save=tmp_path / "run",
        )
    again = nnplug.rerun(tmp_path / "run")
    assert again.equal
    assert again.result.reason == "diverged"


def test_arrays_are_given_again(tmp_path: Path) -> None:
    x, y = np.random.default_rng(0).random((2, 20, 3))
    nnplug.train(x=x, y=y, hidden=[3], epochs=5, save=tmp_path / "run")
    with pytest.raises(RunFileError, match="was trained on arrays") as caught:
        nnplug.rerun(tmp_path / "run")
    assert "nnplug.rerun(" in str(caught.value.hint)
    assert nnplug.rerun(tmp_path / "run", x=x, y=y).equal
    other = nnplug.rerun(tmp_path / "run", x=x, y=y + 1e-9)
    assert not other.equal
    (points,) = other.differs
    assert points.what == "train points"
    assert len(points.then) == len(points.now) == 12
    assert points.then != points.now
    loss = other.curves["loss"]
    assert (loss.points, loss.first) == (6, 0)
    assert 0 < loss.most < 1e-8


def test_what_does_not_repeat_itself_is_found(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    text = (
        "import nnplug\n"
        "class Drifts(nnplug.Schedule):\n"
        "    'A factor.'\n"
        "    def factor(self, step, total): return 1.0 + (FACTOR if step > 3 else 0.0)\n"
        "FACTOR = 0.0\n"
        "@nnplug.hookimpl\n"
        "def nnplug_schedules(): return {'drifts': Drifts}\n"
    )
    plugin.write_text(text)
    registry = nnplug.Registry(extra=[str(plugin)])
    saved = nnplug.train(
        hidden=[3], epochs=10, schedule="drifts", save=tmp_path / "run", registry=registry
    )
    plugin.write_text(text.replace("FACTOR = 0.0", "FACTOR = 1e-3"))
    changed = nnplug.Registry(extra=[str(plugin)])
    again = nnplug.rerun(tmp_path / "run", registry=changed)
    assert not again.equal
    assert list(again.differs) == []
    loss = again.curves["loss"]
    assert (loss.points, loss.differing, loss.first, loss.missing) == (11, 6, 5, 0)
    apart = np.abs(saved.history["loss"] - again.result.history["loss"])
    assert loss.most == apart.max()
    assert loss.share == (apart / saved.history["loss"]).max() < 0.1
    assert again.weights.differing == saved.network.w.size


def test_what_nothing_was_kept_of_cannot_be_compared(tmp_path: Path) -> None:
    train(assembled(**SETTINGS), tmp_path / "run")
    (tmp_path / "run" / "model.npz").unlink()
    with pytest.raises(RunFileError, match=r"run has no model.npz") as caught:
        nnplug.rerun(tmp_path / "run")
    assert caught.value.hint == f"nnplug train --resume {tmp_path / 'run'}"


def test_versions_and_machine_are_compared() -> None:
    then = {
        "nnplug": "0.1.0",
        "numpy": "2.0.0",
        "blas_threads": None,
        "cores": 2,
        "packages": {"a": "1", "b": "2", "c": ""},
    }
    now = {"nnplug": "0.1.0", "numpy": "2.1.0", "blas_threads": 4, "cores": 8}
    assert differences(then, then) == []
    assert differences(then, {**now, "packages": {"a": "1", "b": "3", "d": "4"}}) == [
        Difference("NumPy", "2.0.0", "2.1.0"),
        Difference("b", "2", "3"),
        Difference("c", "without a version", "not there"),
        Difference("d", "not there", "4"),
    ]
    assert str(Difference("BLAS threads", "2", "1")) == "BLAS threads 2 -> 1"
    (said,) = differences({"cpu": "\x1b[31m" + "x" * 500}, {"cpu": "y"})
    assert said.then.startswith("?[31mx")
    assert len(said.then) == 100
    assert set(module.NAMES) <= set(nnplug.engine.machine.machine_facts())

"""Comparisons come back from their folders, finished or not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplug.comparison.compare import run_plan
from nnplug.comparison.execute import InProcess
from nnplug.comparison.load import load_comparison
from nnplug.comparison.plan import prepare_plan
from nnplug.comparison.plan_file import plan_data, plan_of
from nnplug.comparison.records import Comparison, Record
from nnplug.comparison.store import RUNS, Store
from nnplug.core.errors import RunFileError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine.machine import MACHINE, read_machine

CLAIM = {"says": "adam is better", "better": {"optimizer": "adam"}, "than": {"optimizer": "gd"}}


def compared(folder: Path, *, claims: Any = (), **asked: Any) -> Comparison:
    """Run a small comparison into a folder."""
    plan = plan_of({"base": {"epochs": 5}, "vary": "optimizer=gd adam", "seeds": 3, **asked})
    registry = default_registry()
    store = Store(folder)
    store.write_plan({**plan_data(plan), "claims": list(claims)})
    return run_plan(plan, prepare_plan(plan, registry), InProcess(registry), store=store)


def test_a_finished_comparison_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = compared(tmp_path, claims=[CLAIM], tune="0.01 0.1")
    monkeypatch.setattr("nnplug.engine.network.Network.train_step", pytest.fail)
    loaded = load_comparison(tmp_path, default_registry())
    found = loaded.comparison
    assert loaded.missing == 0
    assert found.complete()
    assert found.settings == ran.settings
    assert found.records == ran.records
    assert found.tuned == ran.tuned
    assert (found.metric, found.goal, found.task) == (ran.metric, ran.goal, ran.task)
    np.testing.assert_array_equal(found.points[0].x, ran.points[0].x)
    assert loaded.given == [CLAIM]
    assert [claim.pairs for claim in loaded.claims] == [((1, 0),)]


def test_what_is_missing_is_counted_and_the_rest_is_there(tmp_path: Path) -> None:
    compared(tmp_path)
    path = tmp_path / RUNS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:4]) + lines[4][:30])
    loaded = load_comparison(tmp_path, default_registry())
    assert loaded.missing == 2
    assert len(loaded.comparison.records) == 4
    assert not loaded.comparison.complete()


def test_a_comparison_that_was_ended_while_it_tuned_has_no_rates(tmp_path: Path) -> None:
    compared(tmp_path, tune="0.01 0.1", tuning_seeds=2)
    path = tmp_path / RUNS
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    loaded = load_comparison(tmp_path, default_registry())
    assert loaded.missing == 2 * 2 * 2 + 2 * 3 - 3
    assert loaded.comparison.tuned == {}
    assert loaded.comparison.records == []


def test_nothing_but_a_plan_is_a_comparison_without_runs(tmp_path: Path) -> None:
    compared(tmp_path)
    (tmp_path / RUNS).unlink()
    assert load_comparison(tmp_path, default_registry()).missing == 6


def test_of_a_run_that_was_tried_again_the_last_line_counts(tmp_path: Path) -> None:
    compared(tmp_path)
    store = Store(tmp_path)
    first = next(store.records())
    store.append(Record(first.setting, first.seed, status="failed", error="it broke"))
    found = load_comparison(tmp_path, default_registry()).comparison
    assert [one.status for one in found.of(first.setting)].count("failed") == 1
    store.append(first)
    found = load_comparison(tmp_path, default_registry()).comparison
    assert "failed" not in [one.status for one in found.of(first.setting)]


def test_the_machine_is_kept_once_and_only_where_something_is_trained(tmp_path: Path) -> None:
    compared(tmp_path)
    machines, _ = read_machine(tmp_path)
    assert len(machines) == 1
    assert machines[0]["workers"] == 1
    assert machines[0]["packages"] == {}
    (tmp_path / MACHINE).unlink()
    compared(tmp_path)  # all of whose runs are there
    assert not (tmp_path / MACHINE).exists()


def test_a_folder_of_something_else_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match="name the folder of a comparison"):
        load_comparison(tmp_path, default_registry())


def test_a_claim_that_does_not_fit_is_told_when_it_is_read(tmp_path: Path) -> None:
    compared(tmp_path, claims=[{"says": "x", "setting": {"lr": 1}, "at_least": 1}])
    with pytest.raises(SettingsError, match="claim 'x': lr is not varied"):
        load_comparison(tmp_path, default_registry())

"""Runs that are made longer: when that is one longer run, and when it takes leave."""

from pathlib import Path

import pytest

from nnplug.core.errors import SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine import agreement as module
from nnplug.engine.resume import where_it_stood
from stopped_runs import EVERYTHING, SMALL, assembled, go_on, names, same_weights, train

TOTALS = (12, 20)
"""The totals of a run and of the one that it is extended to."""


@pytest.mark.parametrize("schedule", names("schedule"))
def test_a_longer_run_is_one_run_unless_the_schedule_knows_the_total(
    schedule: str, tmp_path: Path
) -> None:
    settings = {**SMALL, "schedule": schedule, "dataset": "circles:n=20", "batch_size": 5}
    short, long = TOTALS
    train(assembled(**{**settings, "epochs": short}), tmp_path / "run")
    whole = train(assembled(**{**settings, "epochs": long}), tmp_path / "whole")
    if schedule == "constant":
        assert same_weights(go_on(tmp_path / "run", epochs=long), whole)
        return
    with pytest.raises(SettingsError, match=f"schedule {schedule} knows the total") as caught:
        go_on(tmp_path / "run", epochs=long)
    assert caught.value.hint == "--extend goes on by the new total from here"
    extended = go_on(tmp_path / "run", epochs=long, extend=True)
    assert extended.epochs == long
    assert not same_weights(extended, whole)


def test_what_a_schedule_does_after_where_it_stands_is_no_difference(tmp_path: Path) -> None:
    # Until a quarter of the run, both totals have the factor 1.
    settings = {**SMALL, "schedule": "step:at=(0.5)"}
    short, long = TOTALS
    train(assembled(**{**settings, "epochs": short}), tmp_path / "run", (3, 0))
    whole = train(assembled(**{**settings, "epochs": long}), tmp_path / "whole")
    assert same_weights(go_on(tmp_path / "run", epochs=long), whole)
    for stopped, differs in ((6, False), (7, True)):
        folder = tmp_path / f"{stopped}"
        train(assembled(**{**settings, "epochs": short}), folder, (stopped, 0))
        if differs:
            with pytest.raises(SettingsError, match="at step 6 of the 7 that are done its factor"):
                go_on(folder, epochs=long)
        else:
            assert same_weights(go_on(folder, epochs=long), whole)


def test_of_very_many_steps_some_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKS", 4)
    train(assembled(**SMALL, schedule="step:at=(0.5)"), tmp_path / "run")
    with pytest.raises(SettingsError, match="at step 6 of the 10 that are done"):
        go_on(tmp_path / "run", epochs=20)


def test_the_best_weights_of_a_longer_run_may_be_others(tmp_path: Path) -> None:
    settings = {"hidden_dims": (3,), "restore_best": True, "epochs": 150}
    train(assembled(**settings), tmp_path / "run", (140, 0))
    with pytest.raises(SettingsError, match="140 of the 140 that are done, and 70 in one run"):
        go_on(tmp_path / "run", epochs=250)
    assert go_on(tmp_path / "run", epochs=250, extend=True).epochs == 250
    few = {**settings, "epochs": 60}
    train(assembled(**few), tmp_path / "few")
    whole = train(assembled(**{**few, "epochs": 90}), tmp_path / "whole")
    assert same_weights(go_on(tmp_path / "few", epochs=90), whole)


def test_a_run_that_a_callback_ended_goes_on_with_leave(tmp_path: Path) -> None:
    settings = {**SMALL, "optimizer": "gd", "lr": 0.3}
    whole = train(assembled(**{**settings, "epochs": 30}), tmp_path / "whole")
    stopping = {**settings, "epochs": 20, "callback": "stop_at:loss=0.7"}
    stopped = train(assembled(**stopping), tmp_path / "run")
    assert 0 < stopped.epochs < 20
    with pytest.raises(SettingsError, match=r"was ended by stop_at:loss=0.7: loss 0\.6") as caught:
        go_on(tmp_path / "run")
    assert "--extend goes on from its last step" in str(caught.value.hint)
    found = where_it_stood(tmp_path / "run", default_registry(), extend=True, epochs=30)
    assert found.said[1:] == ("callback stop_at:loss=0.7 no longer ends it",)
    # Interrupted once more, it still may not end it.
    go_on(tmp_path / "run", (25, 0), extend=True, epochs=30)
    extended = go_on(tmp_path / "run")
    assert (extended.epochs, extended.reason) == (30, "epochs")
    assert same_weights(extended, whole)


def test_what_a_callback_kept_before_it_was_overruled_stays_the_best(tmp_path: Path) -> None:
    settings = {**EVERYTHING, "epochs": 40, "callback": "early_stopping:patience=3", "lr": 0.1}
    stopped = train(assembled(**settings), tmp_path / "run")
    assert stopped.epochs < 40
    extended = go_on(tmp_path / "run", extend=True)
    assert extended.epochs == 40
    best = extended.run.notes["early_stopping_loss"]
    assert extended.metrics["test"]["loss"] == best["best"] <= stopped.metrics["test"]["loss"]


def test_more_epochs_in_the_file_of_settings_are_more_epochs(tmp_path: Path) -> None:
    train(assembled(**SMALL), tmp_path / "run")
    config = tmp_path / "run" / "config.toml"
    config.write_text(config.read_text().replace("epochs = 10", "epochs = 13"))
    assert go_on(tmp_path / "run").epochs == 13

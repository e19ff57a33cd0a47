"""A run that the page saves is a run like any other: it is shown, done again, and gone on with."""

import json
from pathlib import Path

import numpy as np
import pytest

import nnplug
from nnplug.cli.main import run

SMALL = {"dataset": {"name": "circles", "n": 40}, "test_split": 0.25, "batch_size": 8, "epochs": 12}
POINTS = {
    "added": [{"x": [0.1, 1 / 3], "y": 1, "part": "train"}],
    "removed": [["train", 0], ["test", 2]],
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def steps(session, epochs):
    while session.live.state == "ready" and session.live.run.epoch < epochs:
        session.live.step()
    return session


def saved(session):
    folder = session.save()
    assert folder.parent == Path("runs")
    np.testing.assert_array_equal(nnplug.load(folder).network.w, session.live.run.network.w)
    return str(folder)


def said(capsys, *words):
    """Return the exit code of `nnplug words`, and what it printed."""
    capsys.readouterr()
    code = run(list(words))
    return code, "".join(capsys.readouterr())


@pytest.mark.parametrize("epochs", [5, 12], ids=["in between", "at the end"])
@pytest.mark.parametrize("points", [None, POINTS], ids=["as they are", "edited"])
def test_a_saved_run_is_done_again_to_the_bit(session, capsys, points, epochs):
    folder = saved(steps(session({**SMALL, "points": points}), epochs))
    code, text = said(capsys, "rerun", folder)
    assert code == 0, text
    assert text.startswith(f"{folder}: {epochs} epochs again")
    assert "weights  equal to the bit" in text


def test_a_saved_run_is_listed_and_shown(session, capsys):
    folder = saved(steps(session({**SMALL, "lr": 0.125}), 12))
    code, text = said(capsys, "runs")
    assert code == 0
    assert Path(folder).name in text
    code, text = said(capsys, "runs", folder, "--json")
    row = json.loads(text)
    assert code == 0
    assert row["settings"]["lr"] == 0.125
    assert row["epochs"] == 12
    assert (Path(folder) / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("points", [None, POINTS], ids=["as they are", "edited"])
def test_one_goes_on_with_a_saved_run_as_the_page_does(session, capsys, points):
    mine = steps(session({**SMALL, "points": points}), 5)
    folder = saved(mine)
    code, text = said(capsys, "train", "--resume", folder, "--quiet")
    assert code == 0, text
    steps(mine, 12)
    np.testing.assert_array_equal(nnplug.load(folder).network.w, mine.live.run.network.w)
    code, text = said(capsys, "train", "--resume", folder, "--epochs", "24", "--extend", "--quiet")
    assert code == 0, text
    mine.live.extend()
    steps(mine, 24)
    np.testing.assert_array_equal(nnplug.load(folder).network.w, mine.live.run.network.w)


def test_a_run_that_was_played_past_its_end_is_done_again_leg_by_leg(session, capsys):
    mine = steps(session({**SMALL, "schedule": {"name": "cosine"}}), 12)
    mine.live.extend()
    folder = saved(steps(mine, 20))
    code, text = said(capsys, "rerun", folder)
    assert "weights  equal to the bit" in text
    assert "by hand" not in text
    assert code == 0


def test_a_saved_table_goes_along_and_the_run_needs_no_other_file(session, capsys, here):
    table = here / "mine.csv"
    table.write_text("a,b,kind\n" + "".join(f"{i % 7},{i % 5},{'uv'[i % 2]}\n" for i in range(20)))
    setup = {"dataset": {"table": "mine.csv", "target": "kind"}, "epochs": 9}
    folder = saved(steps(session(setup, {"mine.csv": table}), 9))
    text = table.read_text()
    table.unlink()
    assert (Path(folder) / "mine.csv").read_text() == text
    code, text = said(capsys, "rerun", folder)
    assert code == 0, text


def test_saving_ends_an_epoch_and_training_goes_on_as_if_nothing_had_been_saved(session):
    mine, other = session(SMALL), session(SMALL)
    mine.live.step()
    folder = saved(mine)
    assert (mine.live.run.epoch, mine.live.run.batches) == (1, 0)
    assert mine.live.run.ended == ""
    assert nnplug.load(folder).epoch == 1
    steps(mine, 12)
    assert mine.live.state == "done"
    np.testing.assert_array_equal(mine.live.run.network.w, steps(other, 12).live.run.network.w)
    assert saved(mine) != folder


def test_what_was_changed_by_hand_is_kept_and_rerun_says_that_it_is_not_done_again(session, capsys):
    mine = steps(session(SMALL), 5)
    mine.live.set_weight("0.W", [0, 1], 2.0)
    mine.change(lr=0.5)
    folder = saved(steps(mine, 12))
    code, text = said(capsys, "rerun", folder)
    assert code == 1
    assert "differs  by hand epoch 5: learning rate to 0.5 -> not done again" in text
    assert "differs  by hand epoch 5: weight 0.W[0, 1] from" in text
    assert "A component may not repeat itself" not in text


def test_a_diverged_run_is_saved_and_diverges_again(session, capsys):
    mine = steps(
        session({"optimizer": {"name": "gd"}, "dataset": {"name": "plane"}, "lr": 10.0}), 1000
    )
    assert mine.live.state == "diverged"
    code, text = said(capsys, "rerun", saved(mine))
    assert code == 0, text


def test_where_no_folder_can_be_made_it_is_said_and_training_goes_on(session, here):
    (here / "runs").write_text("a file")
    mine = steps(session(SMALL), 2)
    with pytest.raises(nnplug.NnplugError, match="cannot write"):
        mine.save()
    assert steps(mine, 12).live.state == "done"

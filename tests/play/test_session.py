"""What the page is given to take elsewhere does the same there: to the bit, in another process."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnplug
from nnplug.play.server import ONE_THREAD
from play_setups import rows

PROGRAM = Path(sys.executable).with_name("nnplug")

TABLE = (
    "height,width,species\n"
    + "".join(f"{i * 7 % 11 / 3},{i * 5 % 13 / 7},{'ab'[i * i % 3 == 1]}\n" for i in range(40))
).encode()


def run(folder, *words):
    """Run the installed `nnplug` in a folder."""
    return subprocess.run(
        [str(PROGRAM), *words],
        cwd=folder,
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        timeout=60,
    )


def weights(folder, *words):
    """Return what `nnplug train` with these words ends with."""
    done = run(folder, "train", *words, "--quiet", "--save", "run")
    assert done.returncode == 0, done.stderr
    return nnplug.load(folder / "run").network.w


def played(session):
    """Play a session to its last epoch, with looks in between."""
    while session.live.state == "ready":
        session.live.step()
        session.frame(True, 0.0)
    return session.live.run.network.w


def words_of(told):
    program, train, *words = shlex.split(told["command"])
    assert (program, train) == ("nnplug", "train")
    return words


POINTS = "points of two classes"

SETUPS = {
    "plain": {"epochs": 40},
    "every setting": {
        "dataset": {"name": "circles", "n": 60, "noise": 0.1},
        "hidden": [*rows("relu", 6), {"layer": {"name": "dropout", "p": 0.3}}, *rows("gelu", 3)],
        "output": {"name": "sigmoid"},
        "loss": {"name": "bce"},
        "optimizer": {"name": "momentum", "momentum": 0.8},
        "init": {"name": "he"},
        "schedule": {"name": "cosine"},
        "lr": 0.05,
        "weight_decay": 0.01,
        "clip": 0.5,
        "batch_size": 7,
        "epochs": 12,
        "test_split": 0.3,
        "scale": "minmax",
        "seed": 4,
        "dtype": "float32",
    },
    POINTS: {
        "dataset": {"name": "circles", "n": 40},
        "test_split": 0.25,
        "batch_size": 8,
        "epochs": 15,
        "scale": "standard",
        "points": {
            "added": [
                {"x": [0.1, 1 / 3], "y": 1, "part": "train"},
                {"x": [-2.5, 0.2], "y": 0, "part": "train"},
                {"x": [0.3, 0.3], "y": 0, "part": "test"},
            ],
            "removed": [["train", 0], ["train", 7], ["test", 2]],
        },
    },
    "points of many classes": {
        "dataset": {"name": "blobs", "classes": 4, "n": 40},
        "epochs": 15,
        "points": {"added": [{"x": [0.1, 0.2], "y": 3, "part": "train"}]},
    },
    "points of a regression": {
        "dataset": {"name": "sine", "n": 30},
        "test_split": 0.2,
        "epochs": 15,
        "points": {
            "added": [{"x": [0.7], "y": -1.5, "part": "train"}],
            "removed": [["test", 0]],
        },
    },
}


@pytest.mark.parametrize(
    ("name", "form"),
    [*((name, "command") for name in SETUPS), ("every setting", "toml"), (POINTS, "toml")],
)
def test_command_and_toml_do_the_same_to_the_bit(session, tmp_path, name, form):
    setup = SETUPS[name]
    mine = session(setup)
    told = mine.elsewhere()
    by_name = {one["name"]: one["text"] for one in mine.files()}
    for name in told["files"]:
        (tmp_path / name).write_text(by_name[name], encoding="utf-8", newline="")
    (tmp_path / "this.toml").write_text(told["toml"], encoding="utf-8")
    words = words_of(told) if form == "command" else ["--config", "this.toml"]
    np.testing.assert_array_equal(played(mine), weights(tmp_path, *words))
    assert mine.frame(False, 0.0)[0]["changed"] == []


def test_edits_change_what_is_learned(session):
    setup = dict(SETUPS[POINTS])
    edited = played(session(setup))
    setup.pop("points")
    assert (edited != played(session(setup))).any()


@pytest.mark.parametrize("points", [None, {"removed": [["train", 3]]}], ids=["as it is", "edited"])
def test_a_table_of_the_users_own_does_the_same(session, tmp_path, points):
    sent = tmp_path / "sent"
    sent.mkdir()
    table = sent / "my flowers.csv"
    table.write_bytes(TABLE)
    setup = {
        "dataset": {"table": table.name, "target": "species"},
        "test_split": 0.25,
        "epochs": 15,
        "points": points,
    }
    mine = session(setup, {table.name: table})
    told = mine.elsewhere()
    if points is None:
        assert told["files"] == [table.name]
        (tmp_path / table.name).write_bytes(TABLE)
    else:
        for one in mine.files():
            (tmp_path / one["name"]).write_text(one["text"], encoding="utf-8", newline="")
    table.unlink()
    np.testing.assert_array_equal(played(mine), weights(tmp_path, *words_of(told)))


def test_playing_past_the_end_is_in_the_command(session, tmp_path):
    mine = session({"epochs": 10})
    played(mine)
    mine.live.extend()
    ended = played(mine).copy()
    told = mine.elsewhere()
    assert told["command"] == "nnplug train --epochs 20"
    np.testing.assert_array_equal(ended, weights(tmp_path, *words_of(told)))


def test_a_rate_of_before_the_first_step_is_in_the_command(session, tmp_path):
    mine = session({"epochs": 10, "optimizer": {"name": "gd", "lr": 0.01}})
    mine.change(lr=0.7, weight_decay=0.01)
    told = mine.elsewhere()
    ended = played(mine)
    assert mine.frame(False, 0.0)[0]["changed"] == []
    assert mine.setup.given["lr"] == 0.7
    np.testing.assert_array_equal(ended, weights(tmp_path, *words_of(told)))
    history = nnplug.load(tmp_path / "run").history
    for name, series in mine.live.run.history.items():
        np.testing.assert_array_equal(series, history[name])


def by_rate(mine):
    mine.change(lr=0.5)
    return "epoch 3: learning rate to 0.5"


def by_decay(mine):
    mine.change(weight_decay=0.25)
    return "epoch 3: weight decay to 0.25"


def by_weight(mine):
    before = mine.live.run.network.parameter("0.W")[0, 1]
    mine.live.set_weight("0.W", [0, 1], 2.0)
    return f"epoch 3: weight 0.W[0, 1] from {before:.4g} to 2"


def by_points(mine):
    mine.edit({"removed": [["train", 1]]})
    return "epoch 3: points added or removed"


@pytest.mark.parametrize("by", [by_rate, by_decay, by_weight, by_points])
def test_what_is_changed_in_between_is_said_since_no_command_does_it(session, tmp_path, by):
    mine = session({"epochs": 10})
    for _ in range(3):
        mine.live.step()
    line = by(mine)
    told = mine.elsewhere()
    if by is by_points:
        for one in mine.files():
            (tmp_path / one["name"]).write_text(one["text"], encoding="utf-8", newline="")
    ended = played(mine)
    assert mine.frame(False, 0.0)[0]["changed"] == [line]
    assert (ended != weights(tmp_path, *words_of(told))).any()


def test_another_plane_is_looked_at_and_one_that_is_not_there_changes_nothing(session, tmp_path):
    table = tmp_path / "four.csv"
    lines = [f"{i},{i * i % 7},{i % 3},{i % 5},{i % 2}\n" for i in range(30)]
    table.write_text("a,b,c,d,y\n" + "".join(lines))
    mine = session({"dataset": {"table": "four.csv", "target": "y"}}, {"four.csv": table})
    first = mine.built()[0]["view"]
    assert first["plane"] == "components"
    mine.look([0, 2])
    view = mine.built()[0]["view"]
    assert view["plane"] == [0, 2]
    assert view["axes"] == ["a", "c"]
    with pytest.raises(nnplug.NnplugError):
        mine.look([0, 9])
    assert mine.built()[0]["view"] == view
    assert mine.frame(False, 0.0)[1]["surface"].ndim == 2


def test_edits_while_it_trains_keep_the_weights_and_an_empty_edit_gives_the_points_back(session):
    mine = session({"dataset": {"name": "circles", "n": 30}, "epochs": 10})
    mine.live.step()
    before = mine.live.run.network.w.copy()
    mine.edit({"added": [{"x": [0.0, 3.0], "y": 1, "part": "train"}], "removed": [["train", 0]]})
    np.testing.assert_array_equal(mine.live.run.network.w, before)
    header, arrays = mine.built()
    assert header["counts"]["train"] == 30
    np.testing.assert_array_equal(arrays["train_x"][-1], [0.0, 3.0])
    assert mine.live.step()
    assert (mine.live.run.network.w != before).any()
    mine.edit(None)
    np.testing.assert_array_equal(
        mine.built()[1]["train_x"], session(dict(mine.setup.given)).built()[1]["train_x"]
    )

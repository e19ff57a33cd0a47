"""What is taken away does the same as the page, to the last bit: commands, TOML, files, folders."""

import shlex
import subprocess
import sys

import numpy as np
import pytest

import nnplug

EDITS = {
    "added": [
        {"x": [0.25, 0.75], "y": 0, "part": "train"},
        {"x": [0.5, 0.9], "y": 1, "part": "test"},
    ],
    "removed": [["train", 0], ["train", 3]],
}

SETUPS = {
    "defaults": {},
    "everything": {
        "dataset": {"name": "moons", "n": 60, "noise": 0.2},
        "hidden": [
            {"layer": {"name": "linear", "units": 6}, "activation": {"name": "relu"}},
            {"layer": {"name": "dropout", "p": 0.25}, "activation": None},
            {"layer": {"name": "linear", "units": 4}, "activation": {"name": "silu"}},
        ],
        "optimizer": {"name": "momentum", "momentum": 0.8},
        "init": {"name": "orthogonal"},
        "schedule": {"name": "cosine"},
        "lr": 0.05,
        "weight_decay": 0.001,
        "clip": 1.0,
        "batch_size": 16,
        "test_split": 0.25,
        "scale": "minmax",
        "seed": 3,
    },
    "float32": {"dtype": "float32", "dataset": {"name": "blobs", "classes": 3}},
    "a curve": {"dataset": {"name": "sine"}, "test_split": 0.2},
    "edited points": {"dataset": {"name": "circles", "n": 50}, "test_split": 0.3, "points": EDITS},
}


def typed(folder, words):
    """Run a command in a folder as a user would, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def trained(found):
    """Train a session to its end and return its weights."""
    live = found.live
    while live.state == "ready":
        live.step()
    assert live.state == "done"
    return live.run.network.w


def weights(run):
    return nnplug.load(run).network.w


@pytest.mark.parametrize("name", SETUPS)
@pytest.mark.parametrize("form", ["command", "toml"])
def test_the_command_and_the_toml_give_the_same_weights(session, tmp_path, name, form):
    found = session({"epochs": 12, **SETUPS[name]})
    built, _ = found.built()
    for file in found.files() if built["files"] else ():
        (tmp_path / file["name"]).write_text(file["text"])
    words = shlex.split(built["command"])
    if form == "toml":
        (tmp_path / "mine.toml").write_text(built["toml"])
        words = ["nnplug", "train", "--config", "mine.toml"]
    typed(tmp_path, [*words, "--quiet", "--save", "run"])
    np.testing.assert_array_equal(weights(tmp_path / "run"), trained(found))


def test_an_own_table_gives_the_same_weights(session, tmp_path):
    table = tmp_path / "mine.csv"
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(40, 3))
    lines = [f"{a!r},{b!r},{c!r},{['no', 'yes'][a > b]}" for a, b, c in rows.tolist()]
    table.write_text("\n".join(["a,b,c,kind", *lines]) + "\n")
    setup = {"epochs": 12, "dataset": {"table": "mine.csv", "target": "kind"}, "test_split": 0.2}
    found = session(setup, {"mine.csv": table})
    built, _ = found.built()
    assert built["command"].startswith("nnplug train --data mine.csv --target kind")
    typed(tmp_path, [*shlex.split(built["command"]), "--quiet", "--save", "run"])
    np.testing.assert_array_equal(weights(tmp_path / "run"), trained(found))


def test_a_learning_rate_that_was_changed_is_in_the_command_and_the_difference_is_told(session):
    found = session({"epochs": 12})
    found.live.step()
    found.change(lr=0.5)
    assert "--lr 0.5" in found.elsewhere()["command"]
    (line,) = found.frame(False, 0.0)[0]["changed"]
    assert line == "epoch 1: learning rate to 0.5"


@pytest.fixture
def saved(session, tmp_path, monkeypatch):
    """A session after ten of twenty epochs, and the folder that it was saved into."""
    monkeypatch.chdir(tmp_path)
    found = session({"epochs": 20, "dataset": {"name": "moons", "n": 60}, "batch_size": 16})
    for _ in range(10):
        found.live.step()
        found.live.finish_epoch()
    return found, tmp_path / found.save()


def test_a_saved_run_is_a_run_like_any_other(saved, tmp_path):
    found, folder = saved
    assert folder.parent == tmp_path / "runs"
    assert folder.name in typed(tmp_path, ["nnplug", "runs"])
    assert "equal" in typed(tmp_path, ["nnplug", "rerun", str(folder)])
    np.testing.assert_array_equal(weights(folder), found.live.run.network.w)


def test_a_saved_run_goes_on_as_the_page_does(saved, tmp_path):
    found, folder = saved
    typed(tmp_path, ["nnplug", "train", "--resume", str(folder), "--quiet"])
    np.testing.assert_array_equal(weights(folder), trained(found))


def test_another_plane_is_looked_at(session, tmp_path):
    table = tmp_path / "four.csv"
    rows = np.random.default_rng(1).normal(size=(30, 4)).tolist()
    lines = [",".join(map(repr, row)) + f",{'ab'[row[0] > 0]}" for row in rows]
    table.write_text("\n".join(["p,q,r,s,kind", *lines]) + "\n")
    setup = {"dataset": {"table": "four.csv", "target": "kind"}}
    found = session(setup, {"four.csv": table})
    assert found.built()[0]["view"]["projected"]
    found.look([0, 2])
    header, arrays = found.built()
    assert header["view"]["axes"] == ["p", "r"]
    np.testing.assert_allclose(arrays["train_x"][:, 0], np.array(rows)[:, 0], rtol=1e-6)
    assert {label["label"] for label in header["view"]["planes"]} >= {"p and q", "r and s"}

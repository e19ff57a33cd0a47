"""`nnplug runs`: a table of runs, and one run."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug as package

Nnplug = Any


@pytest.fixture
def several(nnplug: Nnplug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make some runs of every kind below `runs/`, and what is none; it is 2001, in Greenwich."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    folder = tmp_path / "runs"
    package.train(epochs=20, save="runs/a")
    package.train(epochs=20, dataset="sine:n=30", test_split=0.3, save="runs/b")
    package.train(
        epochs=90,
        callback="early_stopping:patience=2",
        lr=1.0,
        layers="linear:units=3 tanh dropout",
        save="runs/c",
    )
    package.train(epochs=20, save="runs/d")
    (folder / "d" / "model.npz").unlink()
    package.train(epochs=20, save="runs/e")
    (folder / "e" / "model.npz").write_bytes(b"damaged")
    (folder / "f").mkdir()
    (folder / "g").mkdir()
    (folder / "g" / "comparison.json").touch()
    for i, name in enumerate("abcdefg"):
        for path in (folder / name).glob("*"):
            os.utime(path, (1e9 + i, 1e9 + i))
        os.utime(folder / name, (1e9 + i, 1e9 + i))
    yield folder
    monkeypatch.undo()
    time.tzset()


def test_the_runs_stand_in_a_table(nnplug: Nnplug, several: Path) -> None:
    found = nnplug("runs")
    assert found.code == 0
    rows = [re.split(r"  +", line) for line in found.lines]
    assert rows[0] == [
        "run", "data", "layers", "optimizer", "epochs", "loss", "score", "ended", "when"
    ]  # fmt: skip
    assert rows[1][:5] == ["runs/a", "xor", "10 10 tanh", "adam", "20"]
    assert rows[1][6].startswith("accuracy ")
    assert rows[1][7:] == ["done", "2001-09-09 01:46"]
    assert rows[2][:2] == ["runs/b", "sine:n=30"]
    assert rows[2][6].startswith("r2 ")
    assert rows[3][2] == "linear:units=3 tanh dropout"
    assert re.fullmatch(r"\d+ of 90", rows[3][4])
    assert rows[3][7] == "train loss has not improved for 2 epo..."
    assert rows[4][:5] == ["runs/d", "xor", "10 10 tanh", "adam", "0 of 20"]
    assert rows[4][5] == "ended before a state of it was kept"
    assert found.lines[5:] == [
        "",
        "runs/e: runs/e/model.npz is damaged, or no nnplug file: its members are not those of an "
        "nnplug file",
        "runs/f: no run",
        "runs/g: a comparison",
    ]


def test_as_json_there_is_an_object_for_each(nnplug: Nnplug, several: Path) -> None:
    rows = json.loads(nnplug("runs --json").out)
    assert [Path(row["folder"]).name for row in rows] == list("abcdefg")
    assert [row["run"] for row in rows] == [True, True, True, True, False, False, False]
    assert rows[0]["settings"]["epochs"] == rows[0]["epoch"] == 20
    assert set(rows[1]["metrics"]) == {"train", "test"}
    assert rows[0]["changed"] == "2001-09-09T01:46:40"


def test_other_folders_are_looked_at_too(nnplug: Nnplug, several: Path) -> None:
    assert len(nnplug("runs runs/a runs/b").lines) == 3
    assert nnplug("runs runs").out == nnplug("runs").out
    found = nnplug("runs nowhere")
    assert found.code == 1
    assert "nowhere: No such file or directory" in found.err


def test_without_runs_it_says_so(nnplug: Nnplug, tmp_path: Path) -> None:
    assert nnplug("runs").out == "no runs: there is no folder runs/ here\n"
    assert nnplug("runs --json").out == "[]\n"
    (tmp_path / "runs").mkdir()
    assert nnplug("runs").out == "no runs\n"


def test_one_run_is_shown_whole(nnplug: Nnplug, several: Path) -> None:
    found = nnplug("runs runs/c")
    assert found.code == 0
    for line in (
        r"run       runs/c: binary of 0, 1",
        r"          \d+ of 90 epochs in .* s, train loss has not improved for 2 epochs; best .*",
        r"layers    0  linear:units=3  2 -> 3  9  nnplug 0.1.0",
        r"          2  dropout:p=0.5   3 -> 3     nnplug 0.1.0",
        r"          13 parameters",
        r"weights   0.W  2x3  mean .*, deviation .*",
        r"made by   loss bce  nnplug 0.1.0",
        r"          optimizer adam:lr=1.0,beta1=0.9,beta2=0.999,eps=1e-08  nnplug 0.1.0",
        r"          seed 0",
        r"machine   nnplug 0.1.0, numpy .*",
    ):
        assert re.search(f"^{line}$", found.out, re.M), line
    row = json.loads(nnplug("runs runs/c --json").out)
    assert [layer["name"] for layer in row["layers"]] == ["linear", "tanh", "dropout", "linear"]
    weights = row["layers"][0]["parameters"]
    assert [(one["name"], one["shape"]) for one in weights] == [("0.W", [2, 3]), ("0.b", [1, 3])]
    assert row["settings"]["callback"] == ["early_stopping:patience=2"]
    assert row["missing"] == row["notes"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("d", "runs/d: ended before a state of it was kept"),
        ("e", "runs/e/model.npz is damaged"),
    ],
)
def test_one_that_cannot_be_read_is_told(
    name: str, said: str, nnplug: Nnplug, several: Path
) -> None:
    found = nnplug(f"runs runs/{name}")
    assert found.code == 1
    assert said in found.err


CUBE = (
    "import nnplug\n"
    "class Cube(nnplug.Activation):\n"
    "    'z^3'\n"
    "    def forward(self, z): return z**3\n"
    "    def derivative(self, z, y): return 3 * z * z\n"
    "@nnplug.hookimpl\n"
    "def nnplug_activations(): return {'cube': Cube}\n"
)


def test_weights_are_listed_where_a_plugin_is_missing(nnplug: Nnplug, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CUBE)
    nnplug("train --plugin ./mine.py --activation cube --lr 1e-3 --epochs 5 --save run --quiet")
    assert "missing" not in nnplug("runs run --plugin ./mine.py").out
    found = nnplug("runs run")
    assert found.code == 0
    assert "1  cube             10 -> 10       mine.py" in found.out
    assert re.search(r"^weights   0.W  2x10 ", found.out, re.M)
    assert (
        "missing   needs activation 'cube' of mine.py; no package gave it: put it into a file, and "
        "name that with --plugin FILE"
    ) in found.lines


def test_what_a_file_says_does_not_command_the_terminal(nnplug: Nnplug, tmp_path: Path) -> None:
    x = np.arange(8.0)[:, None]
    package.train(x=x, y=["\x1b[31mred", "blue\x07"] * 4, hidden=[2], epochs=2, save="run")
    found = nnplug("runs run")
    assert "\x1b" not in found.out
    assert "binary of ?[31mred, blue?" in found.out

"""`nnplug rerun`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Nnplug = Any


def test_an_equal_run_is_said_to_be(nnplug: Nnplug) -> None:
    nnplug("train --epochs 20 --save run --quiet --test-split 0.3")
    found = nnplug("rerun run")
    assert found.code == 0
    assert found.lines[0].startswith("run: 20 epochs again, in ")
    assert found.lines[2:] == [
        "curve    loss, accuracy, test_loss, test_accuracy: equal to the bit",
        "weights  equal to the bit",
        "differs  nothing: versions, machine and data are as they were",
    ]
    row = json.loads(nnplug("rerun run --json").out)
    assert row["equal"] is True
    assert row["differs"] == []
    assert row["curves"]["loss"] == {
        "points": 21, "differing": 0, "first": None, "most": 0.0, "share": 0.0, "missing": 0
    }  # fmt: skip


def test_what_differs_is_named(
    nnplug: Nnplug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"{i % 7},{i % 3},{i % 5}.5" for i in range(30)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,y", *lines, ""]))
    nnplug("train --data t.csv --target y --epochs 20 --save run --quiet")
    (tmp_path / "t.csv").write_text("\n".join(["a,b,y", *lines[:-1], "1,1,7.5", ""]))
    monkeypatch.setattr(np, "__version__", "99.0")
    found = nnplug("rerun run")
    assert found.code == 1
    assert "curve    loss: 21 of 21 differ, from epoch 0 on, by up to " in found.out
    assert "\nweights  49 of 151 differ" not in found.out
    assert "\ndiffers  train points " in found.out
    assert " -> 99.0" in found.out
    row = json.loads(nnplug("rerun run --json").out)
    assert row["equal"] is False
    assert {one["what"] for one in row["differs"]} == {"train points", "NumPy"}


def test_where_nothing_differs_a_component_is_suspected(nnplug: Nnplug, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import random, nnplug\n"
        "class Dice(nnplug.Schedule):\n"
        "    'A factor.'\n"
        "    def factor(self, step, total): return random.random()\n"
        "@nnplug.hookimpl\n"
        "def nnplug_schedules(): return {'dice': Dice}\n"
    )
    nnplug("train --plugin ./mine.py --schedule dice --epochs 20 --save run --quiet")
    found = nnplug("rerun run --plugin ./mine.py")
    assert found.code == 1
    assert found.lines[-1] == "A component may not repeat itself; nnplug check NAME finds out."


@pytest.mark.parametrize(
    ("folder", "said"),
    [("nowhere", "nowhere does not exist"), (".", ". is no folder of a run")],
)
def test_what_is_no_run_is_told(folder: str, said: str, nnplug: Nnplug) -> None:
    found = nnplug(f"rerun {folder}")
    assert found.code == 1
    assert found.err == f"nnplug: error: {said}\n  nnplug runs lists those in runs/\n"


def test_a_plugin_that_is_missing_is_told(nnplug: Nnplug, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import nnplug\n"
        "class Cube(nnplug.Activation):\n"
        "    'z^3'\n"
        "    def forward(self, z): return z**3\n"
        "    def derivative(self, z, y): return 3 * z * z\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations(): return {'cube': Cube}\n"
    )
    nnplug("train --plugin ./mine.py --activation cube --lr 1e-3 --epochs 5 --save run --quiet")
    for words in ("rerun run", "train --resume run --epochs 10"):
        found = nnplug(words)
        assert found.code == 1
        assert "nnplug: error: run: no activation is called 'cube'" in found.err
        assert "  name its file again: --plugin mine.py\n" in found.err

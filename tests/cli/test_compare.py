"""`nnplug compare`: settings over seeds, from what is typed to what is printed and kept."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from nnplug.cli.main import INTERRUPTED
from nnplug.comparison.records import Record
from nnplug.comparison.store import Store

QUICK = ("--seeds", "3", "--epochs", "20")
VARY = ("--vary", "optimizer=gd adam:lr=0.05,beta1=0.8", "--vary", "hidden-dims=4 3,3")


def test_a_table_and_a_verdict(nnplug: Any) -> None:
    done = nnplug("compare", *VARY, *QUICK, "--no-save")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0] == "4 settings x 3 seeds, judged by loss"
    for label in ("gd, hidden-dims 4", "gd, hidden-dims 3,3", "adam:lr=0.05,beta1=0.8, hidden"):
        assert any(line.startswith(label) for line in done.lines)
    assert "Judged by the loss on the points trained on, over 3 seeds" in done.out
    assert not list(Path().iterdir())


def test_what_it_leaves_in_its_folder(nnplug: Any) -> None:
    done = nnplug("compare", *VARY, *QUICK, "--save", "here")
    assert done.lines[-1] == "saved in here"
    names = {path.name for path in Path("here").iterdir()}
    assert {"comparison.json", "runs.jsonl", "runs.csv", "table.md", "curves.png"} <= names
    assert len(list(Store(Path("here")).records())) == 12
    again = nnplug("compare", *VARY, *QUICK, "--save", "here")
    assert again.code == 1
    assert "here exists already" in again.err


def test_forms_for_programs(nnplug: Any) -> None:
    words = ("compare", *VARY, *QUICK, "--no-save")
    found = json.loads(nnplug(*words, "--json").out)
    assert len(found["settings"]) == 4
    rows = list(csv.DictReader(io.StringIO(nnplug(*words, "--csv").out)))
    assert len(rows) == 12
    assert nnplug(*words, "--markdown").out.startswith("| ")
    assert r"\begin{tabular}" in nnplug(*words, "--latex").out


def test_an_experiment_in_a_file_and_flags_that_win(nnplug: Any) -> None:
    Path("try.toml").write_text(
        "epochs = 500\n[compare]\nseeds = 9\n[compare.vary]\nlr = [0.1, 1.0]\n"
    )
    done = nnplug("compare", "try.toml", "--epochs", "10", "--seeds", "2", "--no-save", "--json")
    runs = json.loads(done.out)["runs"]
    assert len(runs) == 4
    assert {run["epochs"] for run in runs} == {10}


def test_tuning_is_said(nnplug: Any) -> None:
    done = nnplug(
        *("compare", "--vary", "optimizer=gd adam", "--tune", "lr=0.01..1:log3"),
        *(*QUICK, "--tuning-seeds", "2", "--no-save"),
    )
    assert done.lines[0].endswith("lr: the best of 3 on 2 other seeds")
    assert "lr was chosen on 2 other seeds" in done.out


def test_workers_give_the_same_verdict(nnplug: Any) -> None:
    words = ("compare", *VARY, *QUICK, "--no-save", "--csv")
    drop = ("seconds", "together")

    def rows(*more: str) -> list[dict[str, str]]:
        found = csv.DictReader(io.StringIO(nnplug(*words, *more).out))
        return [{k: v for k, v in row.items() if k not in drop} for row in found]

    assert rows("--workers", "2") == rows()


def test_a_comparison_that_was_interrupted_goes_on(
    nnplug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Store.append

    def interrupted(store: Store, record: Record) -> None:
        if len(list(store.records())) == 5:
            raise KeyboardInterrupt
        append(store, record)

    with monkeypatch.context() as context:
        context.setattr(Store, "append", interrupted)
        done = nnplug("compare", *VARY, *QUICK, "--save", "half")
    assert done.code == INTERRUPTED
    assert "to go on: nnplug compare --resume half" in done.err
    assert len(list(Store(Path("half")).records())) == 5
    rest = nnplug("compare", "--resume", "half", "--csv")
    whole = nnplug("compare", *VARY, *QUICK, "--no-save", "--csv")
    assert rest.code == 0
    keep = ("setting", "seed", "loss")
    first, second = (
        [[row[k] for k in keep if k in row] for row in csv.DictReader(io.StringIO(one.out))]
        for one in (rest, whole)
    )
    assert first == second


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("compare", 'say what to compare: --vary "optimizer=gd adam", or a FILE'),
        ("compare --vary optimizer=gd,adam", '--vary "optimizer=gd adam"'),
        ("compare --vary optimizer=gd --resume x", "drop --vary"),
        ("compare --resume x --epochs 3", "drop --epochs"),
        ("compare --resume nowhere", "name the folder of a comparison"),
        ("compare --vary lr=0.1 --save x --no-save", "contradict each other"),
        ("compare --vary optimizer=adma", "did you mean"),
        ("compare nowhere.toml", "No such file"),
        ("compare --vary lr=0.1 --json --csv", "--json and --csv contradict each other"),
        ("compare --vary lr=0.1 --metric test_loss", "these runs have no test_loss"),
        ("compare --vary lr=0.1 --layers relu --activation relu", "layers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(nnplug: Any, words: str, says: str) -> None:
    done = nnplug(words)
    assert done.code != 0
    assert says in done.err
    assert "Traceback" not in done.err
    assert not list(Path().glob("runs/*/*"))


def test_runs_that_fail_are_told_and_the_others_judged(nnplug: Any) -> None:
    Path("mine.py").write_text(
        "import nnplug\n"
        "class Fails(nnplug.Callback):\n"
        '    """Raises for one seed\'s data."""\n'
        "    def on_epoch(self, run):\n"
        "        if run.epoch == 3 and run.metrics()['loss'] > 0:\n"
        "            raise ValueError('no more')\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks():\n"
        "    return {'fails': Fails}\n"
    )
    done = nnplug(
        *("compare", "--plugin", "./mine.py", "--vary", "callback=none fails"),
        *(*QUICK, "--no-save"),
    )
    assert done.code == 1
    assert "3 of 6 runs failed; the first, callback fails with seed 0: ValueError: no more" in (
        done.err
    )
    assert "in callback 'fails' from " in done.err
    assert any(line.startswith("callback none") for line in done.lines)


def test_a_stack_that_is_not_right_is_said(nnplug: Any) -> None:
    Path("mine.py").write_text(
        "import numpy as np, nnplug\n"
        "class Whole(nnplug.Activation):\n"
        '    """z over the largest of all that it sees."""\n'
        "    def forward(self, z):\n"
        "        return z / np.abs(z).max()\n"
        "    def derivative(self, z, y):\n"
        "        return np.ones_like(z) / np.abs(z).max()\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations():\n"
        "    return {'whole': Whole}\n"
    )
    done = nnplug(
        *("compare", "--plugin", "./mine.py", "--vary", "activation=whole tanh"),
        *(*QUICK, "--no-save"),
    )
    assert done.code == 0
    (line,) = done.err.splitlines()
    assert line.startswith("nnplug: note: trained one by one, for as a stack the weights after")

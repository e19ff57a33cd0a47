"""`nnplug predict`: CSV in, CSV out, or JSON."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug as library

TABLE = """\
name,age,city,buys
Ann,31,Ulm,yes
Bob,41,Berlin,no
Cid,25,Ulm,no
Dan,61,Bonn,yes
"""


@pytest.fixture
def run(nnplug: Any) -> Any:
    Path("table.csv").write_text(TABLE)
    done = nnplug(
        "train --data table.csv --target buys --ignore name --epochs 20 --save run --quiet"
    )
    assert done.code == 0, done.err
    return nnplug


def test_it_prints_csv_that_can_be_piped(run: Any) -> None:
    done = run("predict run table.csv --proba --keep name")
    assert done.code == 0
    assert done.err == ""
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["name"] for row in rows] == ["Ann", "Bob", "Cid", "Dan"]
    frame = {"age": [31, 41, 25, 61], "city": ["Ulm", "Berlin", "Ulm", "Bonn"]}
    likely = library.load("run").predict(frame)[:, 0].tolist()
    assert [float(row["p_yes"]) for row in rows] == likely
    assert [row["buys"] for row in rows] == ["yes" if p >= 0.5 else "no" for p in likely]


def test_it_writes_a_file_and_says_how_many(run: Any) -> None:
    done = run("predict run table.csv -o out.csv")
    assert done.out == "4 predictions in out.csv\n"
    assert Path("out.csv").read_text() == run("predict run table.csv").out


def test_json_is_an_object_a_row(run: Any) -> None:
    lines = run("predict run table.csv --json --keep-all").lines
    assert len(lines) == 4
    first = json.loads(lines[0])
    assert list(first) == ["name", "age", "city", "buys", "predicted_buys"]
    assert first["age"] == 31


def test_the_best_weights_can_predict(run: Any) -> None:
    best = run("predict run table.csv --proba --best")
    assert best.code == 0
    assert [line.count(",") for line in best.lines] == [2] * 5


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        ("predict run nowhere.csv", "nowhere.csv", ""),
        ("predict nowhere table.csv", "nowhere", ""),
        ("predict run bad.csv", "city is 'Paris' in row 1", "it has Berlin, Bonn, Ulm"),
        ("predict run lacking.csv", "no column 'city'", "the model takes age, city"),
        ("predict run table.csv --keep nmae", "did you mean 'name'?", "its columns"),
        ("predict run table.csv -o no/such/folder.csv", "no/such", ""),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(run: Any, words: str, said: str, hint: str) -> None:
    Path("bad.csv").write_text("age,city\n31,Paris\n")
    Path("lacking.csv").write_text("age\n31\n")
    done = run(words)
    assert done.code == 1
    first, *rest = done.err.splitlines()
    assert first.startswith("nnplug: error: ")
    assert said in first
    assert hint in "".join(rest)
    assert len(rest) <= 1


def test_unknown_categories_can_be_ignored(run: Any) -> None:
    Path("bad.csv").write_text("age,city\n31,Paris\n")
    assert len(run("predict run bad.csv --unknown ignore").lines) == 2


def test_packages_of_other_versions_are_told_beside_the_predictions(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = library.load("run")
    model.notes = ["nnplug-mish 0.2 is installed, and it was trained with 0.1"]
    monkeypatch.setattr("nnplug.engine.train.load", lambda *_, **__: model)
    done = run("predict run table.csv")
    assert done.err == "nnplug: note: nnplug-mish 0.2 is installed, and it was trained with 0.1\n"
    assert len(done.lines) == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--dataset bumps:n=40", "--proba, and a regression has no classes"),
        ("--dataset moons:n=40 --loss hinge", "--proba, and this model scores classes without"),
    ],
)
def test_what_predicts_no_probabilities_is_not_asked_for_them(
    words: str, said: str, nnplug: Any
) -> None:
    nnplug(f"train {words} --epochs 2 --save run --quiet")
    Path("new.csv").write_text("x1,x2\n1,2\n3,4\n")
    assert nnplug("predict run new.csv").code == 0
    done = nnplug("predict run new.csv --proba")
    assert done.code == 1
    assert done.err.startswith(f"nnplug: error: {said}")


def test_how_training_was_read_is_no_matter_for_what_is_no_text(nnplug: Any) -> None:
    rows = ["a;b;kind", "0;1;x", "1;?;y", "2;2;x", "3;1;y"]
    Path("table.csv").write_text("\n".join(rows) + "\n", encoding="utf-16")
    x, kinds = np.array([[0.0, 1], [1, 1], [2, 2], [3, 1]]), np.array(["x", "y", "x", "y"])
    np.savez("new.npz", a=x[:, 0], b=x[:, 1], kind=kinds)
    words = "--delimiter ; --header --encoding utf-16 --missing ? --impute median --target kind"
    words = f"train --data table.csv --test-data new.npz {words} --epochs 2 --save run --quiet"
    assert nnplug(words).code == 0
    done = nnplug("predict run new.npz")
    assert (done.code, done.out) == (0, nnplug("predict run table.csv").out)
    assert nnplug("evaluate run new.npz").lines[0] == "new.npz: 4 rows, binary"
    done = nnplug("predict run new.npz --delimiter ,")
    said = "nnplug: error: --delimiter is for files of text; new.npz says it itself\n"
    assert (done.code, done.err) == (1, said)


@pytest.mark.parametrize("name", ["table.csv", "./table.csv", "run/model.npz"])
def test_neither_the_table_nor_the_model_is_written_over(name: str, run: Any) -> None:
    before = Path(name).read_bytes()
    done = run(f"predict run table.csv -o {name}")
    written_over = str(Path(name))
    said = f"nnplug: error: -o {name} would write over {written_over}\n"
    assert (done.code, done.err) == (1, said)
    assert Path(name).read_bytes() == before


def test_text_is_not_called_what_it_is_not(run: Any) -> None:
    for words, name in (("", "new.csv"), ("--json", "new.json")):
        done = run(f"predict run table.csv -o new.Parquet {words}")
        assert done.code == 1
        assert done.err.splitlines()[1] == f"  call it {name}"
        assert not Path("new.Parquet").exists()


@pytest.mark.parametrize("name", [".", "run"])
def test_a_folder_is_not_written_over(name: str, run: Any) -> None:
    done = run(f"predict run table.csv -o {name}")
    assert (done.code, done.err) == (1, f"nnplug: error: cannot write {name}: it is a folder\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_said_in_one_line(run: Any) -> None:
    command = Path(sys.executable).parent / "nnplug"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [command, "predict", "run", "table.csv"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "nnplug: error: cannot write the output: No space left on device\n"

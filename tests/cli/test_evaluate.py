"""`nnplug evaluate`: a table of numbers, on other points or on a run's own."""

import json
from pathlib import Path
from typing import Any

import pytest

TABLE = "a,b,kind\n0,1,x\n1,0,y\n2,2,x\n3,1,y\n0,3,x\n1,2,y\n"


@pytest.fixture
def run(nnplug: Any) -> Any:
    Path("table.csv").write_text(TABLE)
    words = "train --data table.csv --target kind --epochs 200 --save run --quiet --lr 0.05"
    assert nnplug(words).code == 0
    return nnplug


def test_it_prints_what_the_field_has_for_it(run: Any) -> None:
    done = run("evaluate run table.csv")
    assert done.code == 0
    assert (
        done.out
        == """\
table.csv: 6 rows, binary

accuracy  100.00 %
log loss  {loss}
ROC AUC   1
loss      {loss}

true \\ predicted  x  y
x                 3  0
y                 0  3

class  precision    recall  F1  ROC AUC  rows
x       100.00 %  100.00 %   1        1     3
y       100.00 %  100.00 %   1        1     3
""".format(loss=done.lines[3].split()[-1])
    )
    assert float(done.lines[3].split()[-1]) < 0.1


def test_texts_that_the_training_part_does_not_have_are_counted(nnplug: Any) -> None:
    Path("table.csv").write_text("city,y\nUlm,0\nBonn,1\nUlm,0\nBonn,1\n")
    Path("new.csv").write_text("city,y\nUlm,0\nJena,1\nUmm,0\n")
    nnplug("train --data table.csv --target y --epochs 3 --save run --quiet")
    done = nnplug("evaluate run new.csv")
    note = "city of 2 rows is in no training row: of none of its categories"
    assert done.lines[:3] == ["new.csv: 3 rows, binary", note, ""]
    assert json.loads(nnplug("evaluate run new.csv --json").out)["notes"] == [note]


def test_several_targets_are_found_by_their_names(nnplug: Any) -> None:
    rows = [f"{i},{2 * i},{40 - 3 * i}" for i in range(12)]
    Path("table.csv").write_text("\n".join(["a,u,v", *rows]) + "\n")
    nnplug("train --data table.csv --target u,v --epochs 5 --save run --quiet")
    own = nnplug("evaluate run table.csv").out
    assert nnplug("evaluate run table.csv --target v,u").out == own
    assert nnplug("evaluate run table.csv --target v --target u").out == own
    Path("new.csv").write_text(Path("table.csv").read_text().replace("u,v", "s,t"))
    assert nnplug("evaluate run new.csv --target s,t").out == own.replace("table.csv", "new.csv")
    said = "nnplug: error: the model predicts 2 columns, u, v; 1 are given as targets\n"
    assert nnplug("evaluate run table.csv --target v").err == said


def test_json_has_all_digits(run: Any) -> None:
    found = json.loads(run("evaluate run table.csv --json").out)
    assert found["confusion"] == [[3.0, 0.0], [0.0, 3.0]]
    assert found["loss"] == pytest.approx(found["log_loss"], rel=1e-9)
    assert found["source"] == "table.csv"


def test_a_target_of_another_name_and_weights(run: Any) -> None:
    Path("new.csv").write_text("b;sort;a;w\n1;x;0;2.5\n0;y;1;0.5\n")
    done = run("evaluate run new.csv --target sort --weight-column w")
    assert "x       100.00 %  100.00 %   1        1  2.50" in done.out
    assert run("evaluate run new.csv").err.startswith("nnplug: error: new.csv has no column 'kind'")


def test_without_a_table_it_takes_the_points_held_out(nnplug: Any) -> None:
    nnplug("train --dataset bumps:n=90 --test-split 0.3 --epochs 5 --save run --quiet")
    done = nnplug("evaluate run")
    assert done.lines[0] == "the points held out from bumps:n=90: 27 rows, regression"
    assert [line.split()[0] for line in done.lines[2:]] == ["R2", "MAE", "RMSE", "loss"]
    assert "that it was trained on" in nnplug("evaluate run --part train").lines[0]


def test_several_targets_have_a_row_each(nnplug: Any) -> None:
    rows = [f"{i},{i * i},{7 - i}" for i in range(20)]
    Path("table.csv").write_text("\n".join(["x,u,v", *rows]))
    nnplug("train --data table.csv --target u,v --epochs 5 --save run --quiet")
    lines = nnplug("evaluate run table.csv").lines
    assert lines[-3].split() == ["target", "R2", "MAE", "RMSE"]
    assert [line.split()[0] for line in lines[-2:]] == ["u", "v"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("evaluate run table.csv --part train", "--part goes without TABLE"),
        ("evaluate run --target kind", "--target goes with a TABLE"),
        ("evaluate run", "run held no points out"),
        ("evaluate run other.csv", "holds 'z', in 1 of 2 rows"),
    ],
)
def test_what_does_not_fit_is_said(run: Any, words: str, said: str) -> None:
    Path("other.csv").write_text("a,b,kind\n1,2,x\n1,2,z\n")
    done = run(words)
    assert done.code in (1, 2)
    assert said in done.err

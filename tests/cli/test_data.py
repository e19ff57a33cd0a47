"""`nnplug train --data`: tables of one's own through the command."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug as package

PEOPLE = """age,city,grade,bought
25,Ulm,1,yes
52,Bonn,2,no
37.5,Ulm,3,yes
61,Jena,1,no
44,Bonn,2,yes
29,Jena,3,no
33,Ulm,2,yes
58,Bonn,1,no
"""
QUICK = "--epochs 5 --hidden-dims 4"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_it_says_what_it_found_and_trains(nnplug: Any, people: Path) -> None:
    outcome = nnplug(f"train --data people.csv --target bought --no-save --test-split 0.25 {QUICK}")
    assert outcome.code == 0, outcome.err
    head = outcome.lines[:5]
    assert head[0].startswith("data      people.csv: binary, 8 rows of 3 features, classes no: 4, ")
    assert head[0].endswith("6 to train on, 2 to test on")
    assert head[1].strip() == "read with commas between cells, names in the first line"
    assert head[2].strip() == "task binary: bought holds 2 different texts; --task sets another"
    assert head[3].strip() == "categories, a feature each: city as 3"
    assert "linear:units=4  5 -> 4" in head[4]
    assert "scale standard" in outcome.out


def test_a_run_of_a_table_is_repeated_from_its_folder(nnplug: Any, people: Path) -> None:
    line = f"train --data people.csv --target bought --categorical grade --impute mean {QUICK}"
    assert nnplug(f"{line} --save first --test-split 0.25").code == 0
    config = tomllib.loads(Path("first/config.toml").read_text())
    assert (config["data"], config["target"], config["scale"]) == (
        "people.csv",
        ["bought"],
        "standard",
    )
    assert "dataset" not in config
    assert nnplug("train --config first/config.toml --save second").code == 0
    first, second = package.load("first"), package.load("second")
    np.testing.assert_array_equal(first.network.w, second.network.w)
    # Flags win: another table with these columns, a dataset instead, a table to hold out.
    (people.parent / "other.csv").write_text(PEOPLE.replace("44", "45"))
    for flags in (
        "--data other.csv",
        "--dataset xor --scale none",
        "--test-data other.csv",
        "--target age --ignore bought --task regression --loss mse",
        "--no-header --help",
    ):
        outcome = nnplug(f"train --config first/config.toml --no-save --quiet {flags}")
        assert outcome.code == 0, outcome.err


def test_the_dataset_component_says_the_same(nnplug: Any, people: Path) -> None:
    line = f"train --quiet --seed 3 {QUICK} --save"
    assert nnplug(f"{line} a --data people.csv --target bought").code == 0
    assert nnplug(f"{line} b --dataset table:path=people.csv,target=bought").code == 0
    a, b = package.load("a"), package.load("b")
    np.testing.assert_array_equal(a.network.w, b.network.w)
    texts = [Path(name, "config.toml").read_text() for name in ("a", "b")]
    assert texts[0] == texts[1]


def test_names_are_given_several_times_or_between_commas(nnplug: Any, people: Path) -> None:
    for flags in ("--target age --target grade", "--target age,grade"):
        printed = nnplug(f"train --data people.csv {flags} --ignore city,bought --print-config")
        assert printed.code == 1, "no column is left"
        assert "no column left to predict age, grade from" in printed.err
        outcome = nnplug(f"train --data people.csv {flags} --features city --no-save {QUICK}")
        assert "people.csv: regression, 8 rows of 1 features" in outcome.out


def test_flags_of_reading(nnplug: Any, tmp_path: Path) -> None:
    rows = "1,5;?;é;0\n2;3;b;1\n7,5;4;é;1\n1;1;b;0\n"
    (tmp_path / "rows.txt").write_bytes(rows.encode("latin-1"))
    line = f"train --data rows.txt --target c4 --encoding latin-1 --impute median --no-save {QUICK}"
    outcome = nnplug(*line.split(), "--missing", "?", "--delimiter", ";", "--no-header")
    assert outcome.code == 0, outcome.err
    assert "no names in the first line, columns c1 to c4, decimal commas, latin-1" in outcome.out
    assert "1 missing values filled in" in outcome.out


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("", "which column of people.csv is to be predicted?", "--target NAME says it"),
        ("--target Bought", "has no column 'Bought' (target); did you mean 'bought'?", "age, city"),
        ("--target bought --ignore name", "has no column 'name' (ignore)", "its columns: age"),
        ("--target bought --dataset xor", "both a dataset and data are given", "give one"),
        ("--target bought --test-split 0.2 --test-data x.csv", "test_data and test_split", "one"),
        ("--target bought --test-data x.csv", "x.csv: No such file or directory", ""),
        ("--target bought --task ranking", "--task takes one of binary, multiclass", ""),
        ("--target bought --impute most", "--impute takes one of mean, median", ""),
        ("--target age --task binary", "a binary task has 2 classes, not 8 (age)", ""),
        ("--target bought --scale big", "--scale takes one of auto, standard", ""),
        ("--target age --class-weight balanced --task regression", "a regression has no", ""),
    ],
)
def test_a_mistake_is_one_line(
    nnplug: Any, people: Path, tmp_path: Path, line: str, said: str, hint: str
) -> None:
    outcome = nnplug(f"train --data people.csv {line}")
    assert outcome.code == 1
    error = outcome.err.splitlines()
    assert said in error[0]
    assert "nnplug: error: " in error[0]
    assert hint in "".join(error[1:])
    assert len(error) <= 2
    assert not (tmp_path / "runs").exists()


def test_the_name_of_what_reads_tables_is_not_in_the_way(nnplug: Any, tmp_path: Path) -> None:
    outcome = nnplug("train --data nothing.csv --target y")
    assert outcome.err == "nnplug: error: nothing.csv: No such file or directory\n"


def test_without_pandas_one_line_says_what_to_install(
    nnplug: Any, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    outcome = nnplug("train --data people.csv --target bought")
    assert outcome.code == 1
    assert "which pandas reads, and it is not installed" in outcome.err
    assert outcome.err.splitlines()[1].strip() == "type: pip install 'nnplug[data]'"
    np.savez("people.npz", x=np.random.default_rng(0).random((9, 2)), y=np.arange(9) % 2)
    outcome = nnplug(f"train --data people.npz --target y --no-save {QUICK}")
    assert outcome.code == 0, outcome.err


def test_predictions_are_printed_for_a_table_of_texts(nnplug: Any, people: Path) -> None:
    outcome = nnplug(
        f"train --data people.csv --target city --show-predictions --no-save --quiet {QUICK}"
    )
    rows = [line for line in outcome.lines if line.startswith("Iter")]
    assert len(rows) == 8
    assert "Ground truth: Ulm" in rows[0]


def test_a_comparison_of_tables(nnplug: Any, people: Path) -> None:
    outcome = nnplug(
        "compare",
        *["--data", "people.csv", "--target", "bought", "--vary"],
        "scale=standard none",
        *["--seeds", "2", "--no-save", "--quiet"],
        *QUICK.split(),
    )
    assert outcome.code == 0, outcome.err
    assert "scale standard" in outcome.out


def test_a_picture_of_a_table_is_in_its_own_units(nnplug: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(50, 10, (40, 2))
    rows = [f"{a},{b},{int(a > b)}" for a, b in x]
    (tmp_path / "two.csv").write_text("height,weight,y\n" + "\n".join(rows) + "\n")
    outcome = nnplug(f"train --data two.csv --target y --no-save --plot p.svg {QUICK}")
    assert outcome.code == 0, outcome.err
    picture = (tmp_path / "p.svg").read_text()
    for text in ("height", "weight", "50"):
        assert f">{text}<" in picture or f"<!-- {text} -->" in picture

"""Models of tables: scaling, categories and missing values go with them, into either form."""

import csv
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.export.program import program
from nnplug.export.write import feeds

TRAIN = """\
age,city,income,level,constant,buys
31,Ulm,20.5,1,5,yes
41,Berlin,,2,5,no
25,Ulm,1e3,10,5,no
61,Köln,33,,5,yes
35,,31,2,5,yes
22,Berlin,12,10,5,no
"""
NEW = """\
city,income,age,constant,level,more
Ulm,1000000.25,31,7,10,a
Berlin,,,5,2,b
Köln,-3,44,5,1,c
,0,0,5,,d
"""


def of_csv(tmp_path: Path, **settings: Any) -> Any:
    table = tmp_path / "train.csv"
    table.write_text(TRAIN, encoding="utf-8")
    folder = tmp_path / "run"
    nnplug.train(
        data=str(table),
        target="buys",
        impute="median",
        hidden=[3],
        epochs=20,
        save=folder,
        **settings,
    )
    return nnplug.load(folder)


def new_rows() -> list[list[str | None]]:
    """Return the rows of NEW in the order of the model's columns."""
    order = ("age", "city", "income", "level", "constant")
    return [[row[name] or None for name in order] for row in csv.DictReader(io.StringIO(NEW))]


@pytest.mark.parametrize("scale", ["standard", "minmax", "none"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_program_prepares_the_rows_of_a_table(tmp_path: Path, scale: str, dtype: str) -> None:
    model = of_csv(tmp_path, scale=scale, dtype=dtype, categorical=("level",))
    (tmp_path / "predict.py").write_text(program(model), encoding="utf-8")
    (tmp_path / "new.csv").write_text(NEW, encoding="utf-8-sig")
    done = subprocess.run(
        [sys.executable, "-W", "error", "predict.py", "new.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    (tmp_path / "again.csv").write_text(NEW, encoding="utf-8")
    from nnplug.engine.predicting import predict_table

    expected = predict_table(model, tmp_path / "again.csv", proba=True).columns
    assert [row["class"] for row in found] == expected["buys"]
    assert [float(row["p_yes"]) for row in found] == expected["p_yes"]


def run_on(text: str, folder: Path, *words: str) -> Any:
    return subprocess.run(
        [sys.executable, "-W", "error", "predict.py", *words],
        input=text,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_program_reads_other_delimiters_and_what_stands_for_a_missing_value(
    tmp_path: Path,
) -> None:
    model = of_csv(tmp_path, missing=("?",))
    (tmp_path / "predict.py").write_text(program(model), encoding="utf-8")
    plain = run_on(NEW, tmp_path)
    assert (plain.returncode, plain.stderr) == (0, "")
    for delimiter in ";\t|":
        assert run_on(NEW.replace(",", delimiter), tmp_path).stdout == plain.stdout
    for text in ("NA", "nan", "?"):
        gaps = NEW.replace("Berlin,,,5", f"Berlin,{text},{text},5")
        assert run_on(gaps, tmp_path).stdout == plain.stdout


def test_a_program_reads_decimal_commas_quotes_and_the_delimiter_of_training(
    tmp_path: Path,
) -> None:
    model = of_csv(tmp_path)
    (tmp_path / "predict.py").write_text(program(model), encoding="utf-8")
    plain = run_on(NEW, tmp_path).stdout
    german = NEW.replace(",", ";").replace(".", ",")
    assert ";1000000,25;" in german
    assert run_on(german, tmp_path).stdout == plain
    quoted = german.replace("more", '"a, b, c, d, e, f, g"')
    assert run_on(quoted, tmp_path).stdout == plain
    colons = tmp_path / "colons.csv"
    colons.write_text(TRAIN.replace(",", ":"), encoding="utf-8")
    nnplug.train(
        data=colons, target="buys", impute="median", delimiter=":", epochs=1, save=tmp_path / "c"
    )
    (tmp_path / "predict.py").write_text(program(nnplug.load(tmp_path / "c")), encoding="utf-8")
    done = run_on(NEW.replace(",", ":"), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert run_on(NEW, tmp_path).stdout == done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "31,Ulm,20.5\n",
            "3 cells in a row without names, "
            "for columns ('age', 'city', 'income', 'level', 'constant')",
        ),
        (NEW.replace("Ulm", "Umm"), "city has no category 'Umm': ('Berlin', 'Köln', 'Ulm')"),
        (NEW.replace("44", "old"), "could not convert string to float: 'old'"),
        (NEW.replace("city", "town"), "there is no column 'city'"),
        (NEW + "Ulm,3\n", "the rows are not of one length"),
        (NEW.splitlines()[0], "there are no rows"),
        ("", "there are no rows"),
    ],
)
def test_a_program_says_what_is_wrong_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "predict.py").write_text(program(of_csv(tmp_path)), encoding="utf-8")
    done = run_on(text, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"predict.py: {said}\n"
    done = run_on("", tmp_path, "nowhere.csv")
    assert done.stderr.startswith("predict.py: [Errno 2]")
    assert len(done.stderr.splitlines()) == 1


def test_a_program_takes_rows_from_python_and_names_what_is_strange(
    tmp_path: Path, run_program: Callable[[Any], dict[str, Any]]
) -> None:
    model = of_csv(tmp_path, categorical=("level",))
    names = run_program(model)
    likely = names["predict"]([[31, "Ulm", 20.5, 10.0, 5], [None, "", float("nan"), "10", 5]])
    frame = {
        "age": [31, None],
        "city": ["Ulm", None],
        "income": [20.5, None],
        "level": [10.0, 10.0],
        "constant": [5, 5],
    }
    np.testing.assert_array_equal(likely, model.predict(frame))
    with pytest.raises(ValueError, match="city has no category 'Bonn'"):
        names["predict"]([[31, "Bonn", 20.5, 10, 5]])


def test_a_program_without_fills_refuses_what_is_missing(
    trained: Callable[..., Any], run_program: Callable[[Any], dict[str, Any]]
) -> None:
    frame = {"a": [1.0, 2, 3, 4], "b": ["x", "y", "x", "y"], "c": [0, 1, 1, 0]}
    names = run_program(trained(hidden_dims=[2], data=frame, target="c", dataset=None))
    with pytest.raises(ValueError, match="b is missing"):
        names["predict"]([[1, None]])


def test_numbers_alone_are_filled_and_scaled(
    trained: Callable[..., Any], run_program: Callable[[Any], dict[str, Any]]
) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(1e6, 3, (40, 3))
    x[rng.random(x.shape) < 0.2] = np.nan
    y = rng.integers(0, 2, 40)
    model = trained(hidden_dims=[3], x=x, y=y, impute="mean", scale="standard", dataset=None)
    names = run_program(model)
    np.testing.assert_array_equal(names["predict"](x), model.predict(x))
    with pytest.raises(ValueError, match="rows of shape"):
        names["predict"](x[:, :2])


@pytest.mark.parametrize("scale", ["standard", "minmax", "none"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_onnx_takes_the_columns_of_a_table_by_their_names(
    tmp_path: Path, scale: str, dtype: str
) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnplug[onnx]'")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime reads what is written")
    from nnplug.export.onnx.model import onnx_model

    model = of_csv(tmp_path, scale=scale, dtype=dtype, categorical=("level",))
    session = runtime.InferenceSession(onnx_model(model).SerializeToString())
    assert [(one.name, one.type) for one in session.get_inputs()] == [
        ("age", "tensor(double)"),
        ("city", "tensor(string)"),
        ("income", "tensor(double)"),
        ("level", "tensor(string)"),
        ("constant", "tensor(double)"),
    ]
    rows = [
        [float(c) if j in (0, 2, 4) and c is not None else c for j, c in enumerate(row)]
        for row in new_rows()
    ]
    (found,) = session.run(None, feeds(model, rows))
    expected = model.predict(np.array(rows, object))
    rounding = {"float64": 1e-12, "float32": 1e-6}[dtype]
    np.testing.assert_allclose(found, expected, rounding, rounding)


def test_onnx_scales_large_numbers_before_it_rounds_them(trained: Callable[..., Any]) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnplug[onnx]'")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime reads what is written")
    from nnplug.export.onnx.model import onnx_model

    rng = np.random.default_rng(0)
    x = rng.normal(1e9, 3, (40, 2))
    x[3, 1] = np.nan
    y = np.nan_to_num(x[:, 0] - 1e9)
    model = trained(
        hidden_dims=[3], x=x, y=y, scale="standard", impute="mean", dtype="float32", dataset=None
    )
    session = runtime.InferenceSession(onnx_model(model).SerializeToString())
    (found,) = session.run(None, {"x": x})
    np.testing.assert_allclose(found, model.predict(x), 1e-6, 1e-6)

"""Predictions for tables: columns by name, kept ones beside, unknown texts by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import DataError
from nnplug.engine.predicting import predict_table

ROWS = """\
id,age,city,buys
007,31,Ulm,yes
008,41,Berlin,no
009,,Ulm,no
010,61,Bonn,yes
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(ROWS)
    return path


@pytest.fixture
def model(tmp_path: Path, table: Path) -> Any:
    folder = tmp_path / "run"
    nnplug.train(
        data=str(table),
        target="buys",
        ignore="id",
        impute="mean",
        hidden=[3],
        epochs=30,
        save=folder,
    )
    return nnplug.load(folder)


def test_a_class_stands_under_the_name_of_its_target(model: Any, table: Path) -> None:
    found = predict_table(model, table, proba=True)
    assert list(found.columns) == ["buys", "p_no", "p_yes"]
    frame = {"city": ["Ulm", "Berlin", "Ulm", "Bonn"], "age": [31, 41, None, 61]}
    likely = model.predict(frame)[:, 0]
    assert found.columns["p_yes"] == likely.tolist()
    assert found.columns["p_no"] == (1 - likely).tolist()
    assert found.columns["buys"] == ["yes" if p >= 0.5 else "no" for p in likely]
    assert predict_table(model, frame).columns == {"buys": found.columns["buys"]}


def test_columns_that_are_kept_stay_as_they_stand(model: Any, table: Path) -> None:
    found = predict_table(model, table, keep=["id"])
    assert found.columns["id"] == ["007", "008", "009", "010"]
    lines = predict_table(model, table, keep_all=True).as_csv().splitlines()
    assert lines[0] == "id,age,city,buys,predicted_buys"
    assert [line.rpartition(",")[0] for line in lines[1:]] == ROWS.splitlines()[1:]
    with pytest.raises(DataError, match=r"no column 'idd'.*did you mean 'id'"):
        predict_table(model, table, keep=["idd"])


def test_lines_of_json_have_the_types_of_their_values(model: Any, table: Path) -> None:
    found = predict_table(model, table, keep=["city", "age"])
    lines = found.as_json_lines().splitlines()
    assert lines[2] == f'{{"city": "Ulm", "age": null, "buys": "{found.columns["buys"][2]}"}}'


def test_what_is_absent_or_unknown_is_named(model: Any, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("age,city\n31,Ulm\n5,Ulmm\n")
    with pytest.raises(DataError, match="city is 'Ulmm' in row 2") as error:
        predict_table(model, new)
    assert "Berlin, Bonn, Ulm" in (error.value.hint or "")
    assert len(predict_table(model, new, unknown="ignore").columns["buys"]) == 2
    new.write_text("agee,city\n31,Ulm\n")
    with pytest.raises(DataError, match="no column 'age'; did you mean 'agee'"):
        predict_table(model, new)


def test_a_table_is_read_as_that_of_training_was(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_text("1:2:a\n3:?:b\n2:1:a\n4:4:b\n")
    folder = tmp_path / "run"
    nnplug.train(
        data=str(path),
        target="c3",
        delimiter="colon",
        missing=("?",),
        header=False,
        impute="median",
        hidden=[2],
        epochs=5,
        save=folder,
    )
    model = nnplug.load(folder)
    assert len(predict_table(model, path).columns["c3"]) == 4
    other = tmp_path / "other.csv"
    other.write_text("c1,c2\n1,5\n")
    found = predict_table(model, other, delimiter="comma", header=True)
    assert len(found.columns["c3"]) == 1


def test_values_and_several_of_them_stand_under_their_names(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = {"a": rng.random(20), "b": rng.random(20), "u": rng.random(20), "v": rng.random(20)}
    for target in (["u"], ["u", "v"]):
        folder = tmp_path / "-".join(target)
        nnplug.train(data=frame, target=target, features=["a", "b"], epochs=3, save=folder)
        model = nnplug.load(folder)
        found = predict_table(model, frame)
        assert list(found.columns) == target
        expected = model.predict(frame)
        np.testing.assert_array_equal(np.array(list(found.columns.values())).T, expected)


def test_a_model_of_arrays_takes_columns_by_their_order(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((30, 3))
    folder = tmp_path / "run"
    nnplug.train(x=x, y=x[:, 0] > 0.5, epochs=5, save=folder)
    model = nnplug.load(folder)
    path = tmp_path / "new.csv"
    np.savetxt(path, x[:4], delimiter=",")
    found = predict_table(model, path, proba=True)
    assert list(found.columns) == ["class", "p_False", "p_True"]
    np.testing.assert_array_equal(found.columns["p_True"], model.predict(x[:4])[:, 0])


def test_images_are_predicted_from_npz(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((20, 3, 2))
    folder = tmp_path / "run"
    nnplug.train(x=x, y=x[:, 0, 0] > 0.5, epochs=3, save=folder)
    np.savez(tmp_path / "new.npz", x=x)
    model = nnplug.load(folder)
    found = predict_table(model, tmp_path / "new.npz", proba=True)
    np.testing.assert_array_equal(found.columns["p_True"], model.predict(x)[:, 0])


def test_in_python_a_file_stands_where_its_table_does(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("age;city;y\n31,5;Ulm;0\n41;Bonn;1\n25;Ulm;0\n61;Bonn;1\n")
    result = nnplug.train(data=path, target="y", epochs=3, save=tmp_path / "run")
    frame = {"age": [31.5, 41, 25, 61], "city": ["Ulm", "Bonn", "Ulm", "Bonn"]}
    for model in (result, nnplug.load(tmp_path / "run")):
        expected = model.predict(frame)
        np.testing.assert_array_equal(model.predict(path), expected)
        np.testing.assert_array_equal(model.predict(str(path)), expected)

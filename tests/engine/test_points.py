"""From a table to a trained network and back: files, data frames, held-out tables, weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine.alike import points_alike
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare

QUICK: dict[str, Any] = {"epochs": 5, "hidden": 4}


def frame(n: int = 80, seed: int = 0) -> dict[str, Any]:
    """Return a table with numbers, texts, numbers that are names, a constant and weights."""
    rng = np.random.default_rng(seed)
    age = rng.normal(40, 10, n).round(1)
    city = rng.choice(["Bonn", "Jena", "Ulm"], n)
    return {
        "age": age,
        "city": city,
        "grade": rng.integers(1, 4, n),
        "const": np.full(n, 7.0),
        "w": rng.integers(1, 4, n),
        "bought": np.where((age > 40) ^ (city == "Ulm"), "yes", "no"),
    }


def write(table: dict[str, Any], path: Path) -> str:
    lines = [",".join(table)]
    lines += [",".join(map(str, row)) for row in zip(*table.values(), strict=True)]
    path.write_text("\n".join(lines).replace("None", "").replace("nan", "") + "\n")
    return str(path)


@pytest.fixture
def csv(tmp_path: Path) -> str:
    return write(frame(), tmp_path / "people.csv")


def test_a_file_and_a_data_frame_are_the_same_run(csv: str) -> None:
    pd = pytest.importorskip("pandas")
    options = {**QUICK, "target": "bought", "test_split": 0.25, "batch_size": 16}
    first = nnplug.train(data=csv, **options)
    for other in (Path(csv), frame(), pd.DataFrame(frame()), pd.read_csv(csv)):
        again = nnplug.train(data=other, **options)
        np.testing.assert_array_equal(again.network.w, first.network.w)
    assert first.settings["data"] == csv
    assert first.settings["scale"] == "standard"
    assert first.train.columns == ("age", "city", "grade", "const", "w")
    assert first.preparation.features[1:4] == ("city=Bonn", "city=Jena", "city=Ulm")


def test_a_model_takes_raw_tables(csv: str, tmp_path: Path) -> None:
    result = nnplug.train(data=csv, target="bought", ignore="w", **QUICK)
    model = nnplug.load(result.save(tmp_path / "run"))
    table = frame()
    expected = result.predict(table)
    np.testing.assert_array_equal(model.predict(table), expected)
    rows = list(zip(*(table[name] for name in model.columns), strict=True))
    np.testing.assert_array_equal(model.predict(rows), expected)
    np.testing.assert_array_equal(result.predict_points(result.train.x), expected)
    assert (model.columns, model.targets) == (("age", "city", "grade", "const"), ("bought",))
    assert (model.task, model.names) == ("binary", ("no", "yes"))
    with pytest.raises(DataError, match="city is 'Rom' in row 1, and unknown in 79 more"):
        model.predict({**table, "city": ["Rom"] * 80})


def test_scaling_is_of_tables_and_not_of_arrays() -> None:
    pd = pytest.importorskip("pandas")
    x = np.column_stack([frame()["age"], frame()["grade"]])
    y = frame()["bought"]
    plain = nnplug.train(x=x, y=y, **QUICK)
    assert plain.settings["scale"] == "none"
    scaled = nnplug.train(x=pd.DataFrame(x, columns=["a", "b"]), y=pd.Series(y), **QUICK)
    assert scaled.settings["scale"] == "standard"
    asked = nnplug.train(x=x, y=y, scale="standard", **QUICK)
    np.testing.assert_array_equal(asked.network.w, scaled.network.w)
    np.testing.assert_allclose(asked.run.train.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_array_equal(asked.train.x, x)
    np.testing.assert_array_equal(
        asked.predict(x), scaled.predict(pd.DataFrame({"b": x[:, 1], "a": x[:, 0]}))
    )


def test_what_is_scaled_is_what_the_training_part_says(csv: str) -> None:
    result = nnplug.train(data=csv, target="bought", test_split=0.25, **QUICK)
    ages = result.train.x[:, 0]
    assert result.test is not None
    np.testing.assert_allclose(result.run.train.x[:, 0], (ages - ages.mean()) / ages.std())
    held = (result.test.x[:, 0] - ages.mean()) / ages.std()
    assert result.run.test is not None
    np.testing.assert_allclose(result.run.test.x[:, 0], held)
    # The points themselves stay as they are, for pictures and for people.
    assert {*result.train.x[:, 0], *result.test.x[:, 0]} == {*frame()["age"]}


def test_missing_values_are_an_error_that_counts_them(csv: str, tmp_path: Path) -> None:
    table = {**frame(), "age": [None, None, *frame()["age"][2:]]}
    table["city"] = [*table["city"][:-1], ""]
    path = write(table, tmp_path / "gaps.csv")
    with pytest.raises(DataError) as caught:
        nnplug.train(data=path, target="bought", **QUICK)
    assert caught.value.message == "3 values are missing in 80 rows: age 2, city 1"
    assert "--impute mean, median or most_frequent" in str(caught.value.hint)
    result = nnplug.train(data=path, target="bought", impute="median", test_split=0.5, **QUICK)
    ages = result.run.train.data.x[:, 0]
    known = [a for a in ages if a in set(frame()["age"])]
    assert result.preparation.fill is not None
    assert result.preparation.fill[0] == pytest.approx(np.median(known))
    assert np.isfinite(ages).all()
    assert result.predict({**frame(), "age": np.full(80, np.nan)}).shape == (80, 1)


def test_a_table_of_its_own_is_held_out(csv: str, tmp_path: Path) -> None:
    other = {**frame(30, 1), "city": ["Rom", *frame(30, 1)["city"][1:]]}
    other = {name: other[name] for name in reversed(other)}  # in another order
    path = write(other, tmp_path / "test.csv")
    result = nnplug.train(data=csv, target="bought", test_data=path, **QUICK)
    again = nnplug.train(data=frame(), target="bought", test_data=other, **QUICK)
    assert result.test is not None
    assert (len(result.train), len(result.test)) == (80, 30)
    assert result.metrics == again.metrics
    np.testing.assert_array_equal(result.test.x[:, 0], other["age"])
    assert result.test.x[0, 1] == -1, "a city that no training row has"
    with pytest.raises(SettingsError, match="test_data and test_split are both given"):
        nnplug.train(data=csv, target="bought", test_data=path, test_split=0.2, **QUICK)
    wrong = write({**other, "bought": ["maybe"] * 30}, tmp_path / "wrong.csv")
    with pytest.raises(DataError, match="bought holds 'maybe', in 30 of 30 rows"):
        nnplug.train(data=csv, target="bought", test_data=wrong, **QUICK)


def test_a_held_out_table_is_read_like_the_other(tmp_path: Path) -> None:
    for name in ("train", "test"):
        (tmp_path / f"{name}.txt").write_text("1:?:2:no\n3:4:1:yes\n5:6:1:no\n")
    table = {
        "name": "table",
        "path": str(tmp_path / "train.txt"),
        "target": ["c4"],
        "delimiter": ":",
        "missing": ["?"],
        "weight_column": "c3",
    }
    test = str(tmp_path / "test.txt")
    result = nnplug.train(dataset=table, test_data=test, impute="mean", **QUICK)
    assert result.test is not None
    np.testing.assert_array_equal(result.test.x, result.train.x)
    np.testing.assert_array_equal(result.test.weights, [2, 1, 1])


def test_a_held_out_table_may_have_one_class_alone(csv: str, tmp_path: Path) -> None:
    table = frame()
    chosen = table["bought"] == "yes"
    path = write({name: v[chosen] for name, v in table.items()}, tmp_path / "yes.csv")
    result = nnplug.train(data=csv, target="bought", test_data=path, **QUICK)
    assert result.test is not None
    assert result.test.y.min() == 1


def test_the_points_of_a_saved_model_s_kind(csv: str, tmp_path: Path) -> None:
    result = nnplug.train(data=csv, target="bought", ignore="w", **QUICK)
    model = nnplug.load(result.save(tmp_path / "run"))
    data = points_alike(csv, model.preparation, model, weight_column="w")
    np.testing.assert_array_equal(data.y, result.train.y)
    np.testing.assert_array_equal(data.weights, frame()["w"])
    np.testing.assert_array_equal(model.predict(data), result.predict(frame()))


def test_weights_of_a_column_and_of_classes(csv: str) -> None:
    by_column = nnplug.train(data=csv, target="bought", weight_column="w", **QUICK)
    weights = frame()["w"]
    assert by_column.run.train.weights is not None
    np.testing.assert_allclose(by_column.run.train.weights, weights / weights.mean())
    assert "w" not in by_column.train.columns
    # A row of weight 2 is two rows.
    twice = {name: np.repeat(column, weights) for name, column in frame().items()}
    repeated = nnplug.train(data=twice, target="bought", ignore="w", scale="none", **QUICK)
    unscaled = nnplug.train(data=csv, target="bought", weight_column="w", scale="none", **QUICK)
    assert unscaled.metrics["train"]["loss"] == pytest.approx(repeated.metrics["train"]["loss"])
    balanced = nnplug.train(data=csv, target="bought", class_weight="balanced", **QUICK)
    assert balanced.run.train.weights is not None
    yes = balanced.train.y[:, 0] == 1
    sums = [balanced.run.train.weights[part].sum() for part in (yes, ~yes)]
    assert sums[0] == pytest.approx(sums[1])
    assert balanced.train.weights is None, "scores are of rows as they are"


def test_several_targets_and_a_task_that_is_said(csv: str) -> None:
    both = nnplug.train(data=csv, target=["age", "grade"], ignore="bought", **QUICK)
    assert (both.train.task, both.train.names) == ("regression", ("age", "grade"))
    assert both.predict(frame()).shape == (80, 2)
    assert nnplug.train(data=csv, target="grade", **QUICK).train.task == "multiclass"
    assert nnplug.train(data=csv, target="grade", task="regression", **QUICK).train.y.max() == 3
    assert nnplug.train(data=frame(), target="grade", task="regression", **QUICK).train.y.max() == 3


def test_numbers_that_are_names(csv: str) -> None:
    result = nnplug.train(data=csv, target="bought", categorical="grade", **QUICK)
    assert result.train.categories[2] == ("1", "2", "3")
    np.testing.assert_array_equal(
        result.predict(frame()), result.predict({**frame(), "grade": frame()["grade"].astype(str)})
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": "a.csv", "dataset": "xor"}, "both a dataset and data are given"),
        ({"data": frame(), "dataset": "xor"}, "data is given beside x and y or a dataset"),
        ({"data": frame(), "x": [[1]], "y": [1]}, "data is given beside x and y"),
        ({"data": 3}, "give a file's name or a data frame"),
        ({"data": np.zeros((3, 2))}, "give a file's name or a data frame, or x and y"),
        ({"target": "a"}, "--target is given without a table"),
        ({"delimiter": ";"}, "--delimiter is given without a table"),
        ({"x": [[1]] * 3, "y": [0, 1, 1], "target": "a"}, "target is given with x and y"),
        ({"task": "binary"}, "task is given without x and y"),
        ({"class_weight": "balanced", "dataset": "sine"}, "a regression has no classes"),
        ({"test_data": "a.csv"}, "test_data is given without a table to train on"),
        ({"x": [[1]] * 3, "y": [0, 1, 1], "test_data": "a.csv"}, "without a table to train on"),
        ({"scale": "both"}, "scale takes one of auto, standard, minmax, none"),
    ],
)
def test_what_contradicts_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        nnplug.train(**given, **QUICK)


def test_decisions_are_told(csv: str, tmp_path: Path) -> None:
    table = {
        **frame(),
        "age": [None, *frame()["age"][1:]],
        "bought": ["maybe", *frame()["bought"][1:]],
    }
    path = write(table, tmp_path / "told.csv")
    wanted = Settings(data=path, target="bought", impute="mean", test_split=0.25)
    notes = prepare(wanted, default_registry()).points.notes
    assert notes == [
        "read with commas between cells, names in the first line",
        "task multiclass: bought holds 3 different texts; --task sets another",
        "categories, a feature each: city as 3",
        "1 missing values filled in by what the training part has",
        "the same in every training row, and so left at 0: const",
        "no held-out point is of class 'maybe'",
    ]
    far = Settings(data=path, target="age", ignore="bought", missing="nothing")
    with pytest.raises(DataError, match="target age has no value in 1 of 80 rows"):
        prepare(far, default_registry())
    price = {"a": range(9), "price": np.linspace(1e5, 9e5, 9)}
    path = write(price, tmp_path / "price.csv")
    told = prepare(Settings(data=path, target="price"), default_registry()).points.notes
    assert told[-1].startswith("price lies around 5e+05 and spreads by 2.58e+05, and fresh")


def test_data_of_a_dataset_may_have_texts_and_gaps() -> None:
    class Survey(nnplug.Dataset):
        """Answers of few people."""

        fixed = True

        def load(self, rng: Any) -> Data:
            x = np.array([[0, 20], [1, np.nan], [0, 40], [1, 50.0]])
            y = np.array([[0], [1], [0], [1.0]])
            columns = ("city", "age")
            return Data(
                x, y, "binary", columns=columns, categories=(("Bonn", "Ulm"), ()), missing=True
            )

    with pytest.raises(DataError, match="1 value is missing in 4 rows: age 1"):
        nnplug.train(dataset=Survey(), **QUICK)
    result = nnplug.train(dataset=Survey(), impute="mean", **QUICK)
    assert result.preparation.features == ("city=Bonn", "city=Ulm", "age")
    assert result.settings["scale"] == "none"
    np.testing.assert_allclose(result.run.train.x[1], [0, 1, 110 / 3])
    assert result.predict({"city": ["Ulm"], "age": [30]}).shape == (1, 1)

"""Columns and their roles: what is a number, a category, a target, and what is none of these."""

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.errors import DataError
from nnplug.tables.column import column_of, text_of
from nnplug.tables.points import data_of, refuse_unusable
from nnplug.tables.roles import Roles, Wanted, near, roles_of
from nnplug.tables.table import from_frame, is_frame
from nnplug.tables.targets import encode, guess_task


@pytest.mark.parametrize(
    ("given", "values", "texts"),
    [
        ([1, 2, 3], [1, 2, 3], None),
        ([1.5, np.nan], [1.5, np.nan], None),
        ([True, False], [1, 0], None),
        (np.array([1, None, 2.5], object), [1, np.nan, 2.5], None),
        (np.array([True, None, False], object), [1, np.nan, 0], None),
        (np.array([2**70, 1], object), [2.0**70, 1], None),
        (np.array([Decimal("1.5"), 2], object), [1.5, 2], None),
        (["b", "a", "b"], [1, 0, 1], ("a", "b")),
        ([" b", "a ", "b"], [1, 0, 1], ("a", "b")),
        (np.array(["b", None, np.nan, ""], object), [0, np.nan, np.nan, np.nan], ("b",)),
        (np.array([b"b", b"a"]), [1, 0], ("a", "b")),
        (np.array(["b", 1, 2.0, 2.5], object), [3, 0, 1, 2], ("1", "2", "2.5", "b")),
        (np.array([None, None], object), [np.nan, np.nan], None),
    ],
)
def test_a_column_is_numbers_or_texts(given: Any, values: Any, texts: Any) -> None:
    column = column_of("a", given)
    np.testing.assert_array_equal(column.floats(), values)
    assert column.texts == texts
    np.testing.assert_array_equal(column.missing, np.isnan(values))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.array(["2026-01-01"], "datetime64[D]"), "column 'a' holds dates"),
        (np.array([datetime.date(2026, 1, 1)], object), "column 'a' holds dates"),
        (np.array([datetime.datetime(2026, 1, 1), None], object), "column 'a' holds dates"),
        (np.array([[1], [2]]), r"a has the shape \(2, 1\)"),
        (np.array([1j]), "a holds complex128"),
        (np.array([[1], [2, 3]], object), "column 'a' holds list objects"),
        (np.array([object()], object), "column 'a' holds object objects"),
    ],
)
def test_what_is_no_column_is_refused(given: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        column_of("a", given)


@given(st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_reads_back(value: Any) -> None:
    assert type(value)(text_of(value)) == value
    if isinstance(value, float) and value.is_integer():
        assert text_of(value) == text_of(int(value)), "a column of 1 and of 1.0 has one category"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["1", "2", "?", "3"], r"holds numbers, and in 1 of 4 rows texts: '\?' in 1\n  --missing"),
        (["2026-01-31", "2026-02-01"], "holds dates"),
        (["31.1.2026 10:00", "1.2.2026 11:30"], "holds dates"),
        (["1/31/26", "2/1/26"], "holds dates"),
        ([f"name {i}" for i in range(30)], "has 30 different texts in 30 rows"),
        ([f"code {i % 1001}" for i in range(9000)], "has 1,001 different texts in 9,000 rows"),
        ([None, None], "has no value in any row"),
        ([1.0, np.inf], "is infinite in 1 of 2 rows"),
    ],
)
def test_what_is_no_feature_is_refused_with_advice(given: Any, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        refuse_unusable(column_of("a b", np.array(given, object)))
    assert "'a b'" in str(caught.value)
    assert "--" in str(caught.value.hint)


def test_what_is_few_enough_is_a_feature() -> None:
    for texts in (["1", "x", "y"], [f"{i}" for i in range(20)], ["1-2", "2026-01-01"]):
        refuse_unusable(column_of("a", np.array(texts, object)))
    refuse_unusable(column_of("a", ["1", "?", "3", "4"]), as_texts=True)


@pytest.mark.parametrize(
    ("y", "task", "said"),
    [
        (["u", "v"], "binary", "y holds 2 different texts"),
        (["u", "v", "w"], "multiclass", "y holds 3 different texts"),
        ([True, False], "binary", "y is true or false"),
        ([7, 3], "binary", "y holds 2 different whole numbers in 2 rows"),
        (list(range(20)) * 2, "multiclass", "y holds 20 different whole numbers in 40 rows"),
        (list(range(21)) * 9, "regression", "y holds 21 different whole numbers in 189 rows"),
        (list(range(8)), "regression", "y holds 8 different whole numbers in 8 rows"),
        ([0.0, 1.0], "binary", "y holds 0 and 1 alone"),
        ([1.0, 2.0], "regression", "y holds numbers"),
    ],
)
def test_the_task_is_guessed_and_said(y: Any, task: str, said: str) -> None:
    assert guess_task([column_of("y", y)]) == (task, said)


def test_several_targets_are_values_or_one_hot() -> None:
    def guess(*columns: Any) -> str:
        return guess_task([column_of(f"y{i}", one) for i, one in enumerate(columns)])[0]

    assert guess([1, 2], [3, 4]) == "regression"
    assert guess([1, 0], [0, 1]) == "multiclass"
    assert guess([1, 0], [1, 1]) == "regression"
    with pytest.raises(DataError, match="y0 and y1 are several targets, and y1 holds texts"):
        guess([1, 2], ["u", "v"])


@pytest.mark.parametrize(
    ("y", "task", "names", "encoded"),
    [
        (["v", "u", "v"], "binary", ("u", "v"), [[1], [0], [1]]),
        ([10, 9, 10], "binary", ("9", "10"), [[1], [0], [1]]),
        ([2.5, 1.0, 2.5], "multiclass", ("1", "2.5"), [[0, 1], [1, 0], [0, 1]]),
        ([True, False, True], "multiclass", ("False", "True"), [[0, 1], [1, 0], [0, 1]]),
        ([3, 1, 2], "regression", (), [[3], [1], [2]]),
    ],
)
def test_targets_are_encoded(y: Any, task: str, names: Any, encoded: Any) -> None:
    found, classes = encode([column_of("y", y)], task)
    np.testing.assert_array_equal(found, encoded)
    assert classes == names
    if names:
        # A table that has only some of the classes, in an order of its own, means the same ones.
        again, _ = encode([column_of("y", y[:1])], task, names)
        np.testing.assert_array_equal(again, encoded[:1])


@pytest.mark.parametrize(
    ("y", "task", "names", "said"),
    [
        (["u", None], "binary", None, "y has no value in 1 of 2 rows"),
        ([1.0, np.inf], "regression", None, "y holds values that are not finite"),
        (["u", "u"], "binary", None, "all labels of y are 'u': there is nothing to learn"),
        (["u", "v", "w"], "binary", None, "a binary task has 2 classes, not 3"),
        (["u", "v"], "regression", None, "a regression has numbers as targets, and y holds texts"),
        (["u", "x", "x"], "binary", ("u", "v"), "y holds 'x', in 2 of 3 rows, .* no such class"),
        (list(range(1001)), "multiclass", None, "1001 different labels in 1001 rows, too many"),
        (["u", "v"], "ranking", None, "a task is one of"),
    ],
)
def test_targets_that_a_task_cannot_have(y: Any, task: str, names: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        encode([column_of("y", np.array(y, object))], task, names)


FRAME: dict[str, Any] = {
    "a": [1, 2, 3],
    "b, c": [4, 5, 6],
    "w": [1, 0, 2],
    "y": ["u", "v", "u"],
}


def roles(**wanted: Any) -> Roles:
    return roles_of(from_frame(FRAME), Wanted(**{"target": ("y",), **wanted}))


def test_roles_of_columns() -> None:
    assert roles().features == ("a", "b, c", "w")
    assert roles(weight_column="w").features == ("a", "b, c")
    assert roles(features=("b, c", "a")).features == ("b, c", "a")
    assert roles(ignore=("a,w",)).features == ("b, c",)
    assert roles(target=("y,a",)).target == ("y", "a")
    assert roles(categorical=("a",)).categorical == {"a"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"target": ()}, r"which column of the data frame is to be predicted\?\n  --target NAME"),
        ({"target": ("Y ",)}, r"no column 'Y' \(target\); did you mean 'y'\?"),
        ({"ignore": ("b c",)}, r"no column 'b c' \(ignore\); did you mean 'b, c'\?"),
        ({"features": ("a", "y")}, "'y' is a feature, and target"),
        ({"weight_column": "weight"}, r"no column 'weight' \(weight column\)"),
        ({"ignore": ("a,w", "b, c")}, "no column left to predict y from"),
    ],
)
def test_names_that_are_not_there_or_contradict(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        roles(**wanted)


def test_near_names_ignore_case_and_signs() -> None:
    assert near("petal_width", ["Petal Width", "Petal Length"]) == "; did you mean 'Petal Width'?"
    assert near("zzz", ["a"]) == ""


def test_weights_and_what_is_no_weight() -> None:
    def weights(w: Any) -> Any:
        table = from_frame({**FRAME, "w": w})
        return data_of(table, roles_of(table, Wanted(("y",), weight_column="w"))).weights

    np.testing.assert_array_equal(weights([1, 0, 2.5]), [1, 0, 2.5])
    for wrong in ([1, -1, 1], [0, 0, 0], ["1", "x", "2"], [1, None, 1]):
        with pytest.raises(DataError, match="weight column 'w'"):
            weights(np.array(wrong, object))


def test_data_frames_of_every_library() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(FRAME)
    frames = [FRAME, frame, frame.to_records(index=False), frame.set_index("a").reset_index()]
    pa = pytest.importorskip("pyarrow")
    frames.append(pa.Table.from_pandas(frame))
    for one in frames:
        assert is_frame(one)
        table = from_frame(one)
        data = data_of(table, roles_of(table, Wanted(("y",))))
        np.testing.assert_array_equal(data.x, [[1, 4, 1], [2, 5, 0], [3, 6, 2]])
        assert data.columns == ("a", "b, c", "w")
    for other in ([1], np.zeros((2, 2)), "a,b", None):
        assert not is_frame(other)


def test_frames_that_are_no_tables() -> None:
    pd = pytest.importorskip("pandas")
    with pytest.raises(DataError, match="the data frame has columns of 1, 2 rows"):
        from_frame({"a": [1], "b": [1, 2]})
    with pytest.raises(DataError, match="several columns called 'a'"):
        from_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]))

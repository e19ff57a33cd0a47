"""Data from what users have: guesses, encodings, names, data frames, refusals, splits."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.engine.chance import stream
from nnplug.engine.data import as_data, balanced, class_of, domain_of, fingerprint, lonely, split

ROWS: Any = [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("y", "task", "names", "encoded"),
    [
        ([0, 1, 0], "binary", ("0", "1"), [[0], [1], [0]]),
        ([3, 8, 3], "binary", ("3", "8"), [[0], [1], [0]]),
        ([0.0, 1.0, 0.0], "binary", ("0", "1"), [[0], [1], [0]]),
        ([True, False, True], "binary", ("False", "True"), [[1], [0], [1]]),
        (["no", "yes", "no"], "binary", ("no", "yes"), [[0], [1], [0]]),
        ([[1], [0], [1]], "binary", ("0", "1"), [[1], [0], [1]]),
        ([2, 0, 7], "regression", (), [[2], [0], [7]]),
        (["b", "c", "a"], "multiclass", ("a", "b", "c"), [[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
        ([[0, 1], [1, 0], [1, 0]], "multiclass", (), [[0, 1], [1, 0], [1, 0]]),
        ([[False, True], [True, False], [True, False]], "multiclass", (), [[0, 1], [1, 0], [1, 0]]),
        ([0.5, 1.0, 0.0], "regression", (), [[0.5], [1], [0]]),
        ([1.0, 1.0, 1.0], "regression", (), [[1], [1], [1]]),
        ([[1, 2], [3, 4], [5, 6]], "regression", (), [[1, 2], [3, 4], [5, 6]]),
        ([[1, 1], [1, 0], [0, 1]], "regression", (), [[1, 1], [1, 0], [0, 1]]),
        (np.array([0.5, 2, 1], object), "regression", (), [[0.5], [2], [1]]),
        (np.array([0, 1, 1], object), "binary", ("0", "1"), [[0], [1], [1]]),
        (np.array(["x", "y", "x"], object), "binary", ("x", "y"), [[0], [1], [0]]),
    ],
)
def test_the_task_is_guessed(y: Any, task: str, names: Any, encoded: Any) -> None:
    data = as_data(ROWS, y)
    assert (data.task, data.names) == (task, names)
    np.testing.assert_array_equal(data.y, encoded)
    assert data.x.dtype == data.y.dtype == np.float64


@pytest.mark.parametrize(
    ("y", "task", "names", "encoded"),
    [
        ([1, 2, 3], "regression", (), [[1], [2], [3]]),
        ([0, 1, 0], "regression", (), [[0], [1], [0]]),
        ([0, 1, 0], "multiclass", ("0", "1"), [[1, 0], [0, 1], [1, 0]]),
        ([0.5, 1.5, 0.5], "binary", ("0.5", "1.5"), [[0], [1], [0]]),
        ([0.25, 1.0, 0.5], "multiclass", ("0.25", "0.5", "1"), np.eye(3)[[0, 2, 1]]),
    ],
)
def test_the_task_is_what_one_says(y: Any, task: str, names: Any, encoded: Any) -> None:
    data = as_data(ROWS, y, task=task)
    assert (data.task, data.names) == (task, names)
    np.testing.assert_array_equal(data.y, encoded)


def test_one_feature_and_images() -> None:
    assert as_data([1, 2, 3], [0, 1, 1]).x.shape == (3, 1)
    images = as_data(np.zeros((3, 4, 4, 1)), [0, 1, 1])
    assert images.x.shape == (3, 4, 4, 1)
    assert images.domain == ()


def test_names_weights_and_domain() -> None:
    data = as_data(ROWS, [0, 1, 0], names=("no", "yes"), columns=["a", "b"], weights=[1, 2, 3])
    assert (data.names, data.columns) == (("no", "yes"), ("a", "b"))
    np.testing.assert_array_equal(data.weights, [1, 2, 3])
    # A twentieth of the width beyond the points; of constant features, of 1.
    np.testing.assert_allclose(data.domain, [(0.8, 5.2), (1.8, 6.2)])
    np.testing.assert_allclose(domain_of(np.array([[7.0], [7.0]])), [(6.95, 7.05)])
    assert as_data(ROWS, [0.5, 1.5, 2.5], names=["price"]).names == ("price",)


class Frame:
    """Looks like a data frame: columns with names."""

    def __init__(self, **columns: Any) -> None:
        self.columns = list(columns)
        self.values = columns

    def __getitem__(self, name: str) -> Any:
        return Series(*self.values[name])


class Series:
    """Looks like a column of a data frame."""

    def __init__(self, *values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self.values, dtype=object)

    def __len__(self) -> int:
        return len(self.values)


def test_data_frames_by_their_looks() -> None:
    data = as_data(Frame(height=[1.5, 2.5, 3.5], age=[30, 40, 50]), Series("a", "b", "a"))
    assert data.columns == ("height", "age")
    np.testing.assert_array_equal(data.x, [[1.5, 30], [2.5, 40], [3.5, 50]])
    assert (data.task, data.names) == ("binary", ("a", "b"))
    assert as_data(ROWS, Series(0.5, 1.5, 3.0)).task == "regression"
    several = as_data(ROWS, Frame(p=[0.5, 1.5, 3.0], q=[1.0, 2.0, 3.0]))
    assert (several.y.shape, several.names) == ((3, 2), ("p", "q"))
    texts = as_data(Frame(city=["Ulm", None, "Bonn"], age=[30, 40, 50]), [0, 1, 1])
    assert (texts.categories, texts.missing) == ((("Bonn", "Ulm"), ()), True)
    np.testing.assert_array_equal(texts.x, [[1, 30], [math.nan, 40], [0, 50]])
    names = as_data(Frame(grade=[1, 2, 1]), [0, 1, 1], categorical=["grade"])
    assert names.categories == (("1", "2"),)


def test_missing_numbers_of_an_array_are_marked() -> None:
    data = as_data([[1, math.nan], [3, 4], [5, 6]], [0, 1, 0])
    assert data.missing
    assert data.domain == ()
    assert not as_data(ROWS, [0, 1, 0]).missing


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (ROWS, [0, 1], "x has 3 samples and y has 2"),
        (5, [0, 1], "one entry a sample"),
        (ROWS, 1, "one entry a sample"),
        ([], [], r"without samples or without features: x \(0, 1\)"),
        (np.zeros((3, 0)), [0, 1, 1], r"without features: x \(3, 0\)"),
        ([["a", 1], ["b", 2], ["c", 3]], [0, 1, 1], "x holds something that is no number"),
        (np.array([["1", 2.0]] * 3, object), [0, 1, 1], "x holds something that is no number"),
        ([[1, None]] * 3, [0, 1, 1], "x holds something that is no number"),
        ([[1j, 2]] * 3, [0, 1, 1], "x holds something that is no number"),
        ([[1, 2], [3], [4, 5]], [0, 1, 1], "x holds something that is no number"),
        (np.array(["2026-01-01"] * 3, "datetime64[D]"), [0, 1, 1], "x holds something that is no"),
        (np.full((3, 2, 2), math.nan), [0, 1, 1], "not finite"),
        ([[1, math.inf]] * 3, [0, 1, 1], "not finite"),
        (ROWS, [0.0, 1.0, math.nan], "target y has no value in 1 of 3 rows"),
        (ROWS, [0.0, 1.0, math.inf], "not finite"),
        (ROWS, [1, 1, 1], "all labels of y are '1': there is nothing to learn"),
        (ROWS, ["a", "a", "a"], "all labels of y are 'a'"),
        (ROWS, ["a", None, "b"], "target y has no value in 1 of 3 rows"),
        (ROWS, [object()] * 3, "column 'y' holds object objects"),
        (ROWS, [[1], [2, 3], [4]], "y has rows of different lengths"),
        (ROWS, np.zeros((3, 2, 2)), r"y has the shape \(3, 2, 2\)"),
        (ROWS, [["a", "b"]] * 3, "y1 and y2 are several targets, and y1 holds texts"),
        (Frame(a=[1, 2, 3], day=np.array(["2026-01-01"] * 3, "M8[D]")), [0, 1, 1], "holds dates"),
    ],
)
def test_what_is_no_table_is_refused(x: Any, y: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        as_data(x, y)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": "clustering"}, "a task is one of regression, binary, multiclass"),
        ({"task": "binary", "y": [0, 1, 2]}, "a binary task has 2 classes, not 3"),
        ({"task": "binary", "y": [[0, 1]] * 3}, "one column of labels, not 2"),
        ({"task": "multiclass", "y": [[0.5, 0.5]] * 3}, "one-hot rows"),
        ({"names": ["a", "b", "c"]}, "3 names for 2 classes or columns of y"),
        ({"names": ["a"], "task": "regression", "y": [[1, 2]] * 3}, "1 names for 2"),
        ({"weights": [1, 2]}, r"weights are \(samples,\)"),
        ({"weights": [1, 2, -1]}, "weights are"),
        ({"weights": [0, 0, 0]}, "weights are"),
        ({"weights": [1, math.nan, 1]}, "weights are"),
        ({"weights": ["a", "b", "c"]}, "weights holds something that is no number"),
    ],
)
def test_what_contradicts_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        as_data(**{"x": ROWS, "y": [0, 1, 0], **options})


def points(n: int) -> Data:
    x = np.arange(float(n))[:, None]
    return Data(x, 10 * x, "regression", weights=100 * x[:, 0] + 1)


@given(st.integers(2, 60), st.floats(0, 1, exclude_max=True), st.integers(0, 5))
def test_a_split_deals_out_every_point_once(n: int, fraction: float, seed: int) -> None:
    whole = points(n)
    held = round(n * fraction)
    if fraction > 0 and not 0 < held < n:
        with pytest.raises(SettingsError, match="both need at least one"):
            split(whole, fraction, stream(seed, "split"))
        return
    train, test = split(whole, fraction, stream(seed, "split"))
    parts = [train] if test is None else [train, test]
    assert len(parts) == (1 if fraction == 0 else 2)
    assert [len(part) for part in parts][1:] == ([] if test is None else [held])
    assert sorted(np.concatenate([part.x for part in parts])[:, 0]) == list(range(n))
    for part in parts:
        np.testing.assert_array_equal(part.y, 10 * part.x)
        np.testing.assert_array_equal(part.weights, 100 * part.x[:, 0] + 1)
        assert (np.diff(part.x[:, 0]) > 0).all(), "in the order of the whole"


def test_a_split_says_what_it_would_leave() -> None:
    with pytest.raises(SettingsError, match="leaves 21 of 21 points to train on and 0 to test on"):
        split(points(21), 0.01, stream(0, "split"))
    with pytest.raises(SettingsError, match="leaves 0 of 21 points to train on and 21 to test on"):
        split(points(21), 0.999, stream(0, "split"))


def labelled(counts: list[int], seed: int = 0) -> Data:
    """Return points of so many of each class, in an order of chance."""
    labels = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(seed).shuffle(labels)
    x = np.arange(float(len(labels)))[:, None]
    if len(counts) == 2:
        return Data(x, labels[:, None].astype(float), "binary")
    return Data(x, np.eye(len(counts))[labels], "multiclass")


@given(
    st.lists(st.integers(1, 30), min_size=2, max_size=6),
    st.floats(0.01, 0.99),
    st.integers(0, 5),
)
def test_a_split_holds_out_of_each_class_its_share(
    counts: list[int], fraction: float, seed: int
) -> None:
    whole, n = labelled(counts, seed), sum(counts)
    held = round(n * fraction)
    if not 0 < held <= n - len(counts):
        with pytest.raises(SettingsError):
            split(whole, fraction, stream(seed, "split"))
        return
    train, test = split(whole, fraction, stream(seed, "split"))
    assert test is not None
    assert len(test) == held
    assert sorted(np.concatenate([train.x, test.x])[:, 0]) == list(range(n))
    left, out = (np.bincount(class_of(part), minlength=len(counts)) for part in (train, test))
    assert (left >= 1).all(), "every class can be learned"
    exact = np.array(counts) * held / n
    if (exact <= np.array(counts) - 1).all():
        assert (np.abs(out - exact) < 1).all(), "to rounding"
    again, _ = split(whole, fraction, stream(seed, "split"))
    np.testing.assert_array_equal(again.x, train.x)


def test_another_seed_holds_out_other_points() -> None:
    whole = labelled([50, 50])
    first, second = (split(whole, 0.3, stream(seed, "split"))[0] for seed in (0, 1))
    assert not np.array_equal(first.x, second.x)


def test_a_class_of_one_point_is_learned_and_not_tested() -> None:
    train, test = split(labelled([10, 9, 1]), 0.2, stream(0, "split"))
    assert test is not None
    assert np.bincount(class_of(train)).tolist() == [8, 7, 1]
    assert lonely(train, test) == ["no held-out point is of class '2'"]
    assert lonely(train, train) == []
    with pytest.raises(SettingsError, match="leaves a class without points to train on"):
        split(labelled([10, 9, 1]), 0.9, stream(0, "split"))


def test_balanced_classes_count_alike() -> None:
    train = labelled([6, 3, 1])
    weights = balanced(train, train)
    sums = [weights[class_of(train) == c].sum() for c in range(3)]
    np.testing.assert_allclose(sums, 10 / 3)
    # Those that the points have count on.
    own = Data(train.x, train.y, train.task, weights=train.x[:, 0] + 1)
    weights = balanced(own, own)
    sums = [weights[class_of(own) == c].sum() for c in range(3)]
    np.testing.assert_allclose(sums, 55 / 3)
    first, second = np.flatnonzero(class_of(own) == 0)[:2]
    assert weights[second] / weights[first] == pytest.approx((second + 1) / (first + 1))
    with pytest.raises(SettingsError, match="a regression has no classes"):
        balanced(points(3), points(3))


def test_held_out_points_are_weighted_as_those_to_train_on() -> None:
    train, test = labelled([6, 2]), labelled([1, 1])
    weights = balanced(train, test)
    np.testing.assert_allclose(weights[np.argsort(class_of(test))], [8 / 12, 8 / 4])


@pytest.mark.parametrize(
    "change",
    [
        {"x": np.array([[1.0], [2.0000000000000004]])},
        {"y": np.array([[1.0], [1.0]])},
        {"weights": np.array([1.0, 1.0])},
        {"names": ("u", "w")},
        {"columns": ("b",)},
        {"x": np.array([[1.0, 2.0]]).reshape(2, 1, 1), "columns": ()},
    ],
    ids=repr,
)
def test_a_fingerprint_tells_data_apart(change: dict[str, Any]) -> None:
    whole: dict[str, Any] = {
        "x": np.array([[1.0], [2.0]]),
        "y": np.array([[0.0], [1.0]]),
        "task": "binary",
        "names": ("u", "v"),
        "columns": ("a",),
    }
    one = fingerprint(Data(**whole))
    assert one == fingerprint(Data(**{**whole, "x": np.asfortranarray(whole["x"])}))
    assert len(one) == 64
    assert one != fingerprint(Data(**{**whole, **change}))


def test_a_fingerprint_tells_tasks_apart() -> None:
    x, y = np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]])
    assert fingerprint(Data(x, y, "binary")) != fingerprint(Data(x, y, "regression"))


@pytest.mark.parametrize(
    ("y", "task", "names", "said"),
    [
        ([[0.0], [1.0]], "binary", ("u",), "1 names for 2 classes"),
        ([[0.0], [1.0]], "binary", ("u", "v", "w"), "3 names for 2 classes"),
        ([[0.0], [1.0]], "regression", ("u", "v"), "2 names for 1 classes or columns of y"),
        ([[0.0, 1, 0], [1, 0, 0]], "multiclass", ("u", "v"), "2 names for 3 classes"),
    ],
)
def test_as_many_names_as_there_are_classes(y: Any, task: str, names: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Data(np.zeros((2, 1)), np.array(y), task, names=names)


def test_no_category_stands_twice() -> None:
    with pytest.raises(DataError, match="column 0 of x has a category twice"):
        Data(np.zeros((2, 1)), np.zeros((2, 1)), "regression", categories=(("u", "v", "u"),))

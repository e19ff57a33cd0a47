"""Preparation: by the training part alone, to numbers from elsewhere, there and back as JSON."""

import json
import statistics
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, RunFileError, ShapeError
from nnplug.engine.preparation import Preparation

COLUMNS = ("age", "city", "fare")
CITIES = ("Bonn", "Jena", "Ulm")
NAN = np.nan


def people(rows: Any, categories: Any = ((), CITIES, ())) -> Data:
    x = np.array(rows, float)
    y = (np.arange(len(x)) % 2.0)[:, None]
    return Data(x, y, "binary", columns=COLUMNS, categories=categories, missing=True)


TRAIN = people([[20, 0, 1.5], [30, 2, 2.5], [40, 0, 3.5], [50, 0, 4.5]])
GAPS = people([[20, 0, NAN], [NAN, 2, 2], [44, NAN, 3], [26, 2, 3]])


def test_texts_are_one_column_a_category_of_the_training_part() -> None:
    found = Preparation.fit(TRAIN)
    # Jena is a city of the whole table, and of no training row.
    assert found.features == ("age", "city=Bonn", "city=Ulm", "fare")
    assert found.out_shape == (4,)
    expected = [[20, 1, 0, 1.5], [30, 0, 1, 2.5], [40, 1, 0, 3.5], [50, 1, 0, 4.5]]
    np.testing.assert_array_equal(found.apply(TRAIN), expected)


def test_standard_and_minmax_by_hand() -> None:
    standard = Preparation.fit(TRAIN, "standard").apply(TRAIN)
    # mean 35, squares 225 25 25 225 of mean 125; mean 3, squares 2.25 .25 .25 2.25 of mean 1.25
    np.testing.assert_allclose(standard[:, 0], np.array([-15, -5, 5, 15]) / 125**0.5)
    np.testing.assert_allclose(standard[:, 3], np.array([-1.5, -0.5, 0.5, 1.5]) / 1.25**0.5)
    minmax = Preparation.fit(TRAIN, "minmax").apply(TRAIN)
    np.testing.assert_allclose(minmax[:, 0], [0, 1 / 3, 2 / 3, 1])
    for found in (standard, minmax):
        np.testing.assert_array_equal(found[:, 1:3], [[1, 0], [0, 1], [1, 0], [1, 0]])


@pytest.mark.parametrize(
    ("impute", "filled"),
    [
        # ages 20 44 26, fares 2 3 3, cities Bonn once and Ulm twice
        ("mean", [30, 8 / 3]),
        ("median", [26, 3]),
        ("most_frequent", [20, 3]),
    ],
)
def test_gaps_are_filled(impute: str, filled: list[float]) -> None:
    found = Preparation.fit(GAPS, impute=impute)
    x = found.apply(GAPS)
    assert (x[1, 0], x[0, 3]) == pytest.approx(tuple(filled))
    np.testing.assert_array_equal(x[2, 1:3], [0, 1])
    plain = found.filled(GAPS)
    assert not plain.missing
    np.testing.assert_array_equal(plain.x[2], [44, 1, 3])


def test_the_training_part_alone_decides() -> None:
    found = Preparation.fit(GAPS, "standard", "mean")
    other = people([[1000, 1, NAN], [NAN, 0, -5]])
    x = found.apply(other, unknown="ignore")
    ages = [20, 44, 26, 30]  # filled with their mean
    fares = [8 / 3, 2, 3, 3]
    assert x[0, 0] == pytest.approx((1000 - 30) / statistics.pstdev(ages))
    assert x[1, 0] == pytest.approx(0)
    assert x[1, 3] == pytest.approx((-5 - 8 / 3) / statistics.pstdev(fares))
    np.testing.assert_array_equal(x[:, 1:3], [[0, 0], [1, 0]])  # of none, and Bonn


def test_what_never_changes_becomes_0_and_stays_it() -> None:
    train = people([[7, 0, 0.1], [7, 1, 0.1], [7, 2, 0.1]])
    for scale in ("standard", "minmax"):
        found = Preparation.fit(train, scale)
        assert found.constant() == ("age", "fare")
        x = found.apply(people([[8, 0, 0.1], [-3, 0, 1e300]]))
        np.testing.assert_array_equal(x[:, [0, 4]], 0)
    assert Preparation.fit(train).constant() == ()


@pytest.mark.parametrize("size", [1e300, 1e-300, 1e160, 1.0])
def test_numbers_of_any_size_are_scaled_alike(size: float) -> None:
    x = np.array([[1.0], [2.0], [4.0]]) * size
    data = Data(x, x / size, "regression", columns=("a",))
    scaled = Preparation.fit(data, "standard").apply(data)
    np.testing.assert_allclose(scaled[:, 0], [(v - 7 / 3) / (14 / 9) ** 0.5 for v in (1, 2, 4)])
    minmax = Preparation.fit(data, "minmax").apply(data)
    np.testing.assert_allclose(minmax[:, 0], [0, 1 / 3, 1])
    gaps = Data(np.vstack([x, [[NAN]]]), np.ones((4, 1)), "regression", missing=True)
    assert Preparation.fit(gaps, impute="mean").filled(gaps).x[3, 0] == pytest.approx(7 / 3 * size)


def test_images_are_scaled_pixel_by_pixel() -> None:
    x = np.arange(24.0).reshape(3, 2, 4)
    data = Data(x, np.ones((3, 1)), "regression")
    scaled = Preparation.fit(data, "standard").apply(x)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(scaled.std(axis=0), 1)


def test_without_anything_to_do_features_stay_themselves() -> None:
    x = np.random.default_rng(0).random((4, 3))
    data = Data(x, x[:, :1], "regression")
    found = Preparation.fit(data)
    assert found.is_idle
    assert found.apply(x) is x
    assert found.encode(x) is x
    assert found.filled(data) is data


FOUND = Preparation.fit(GAPS, "standard", "median")


@pytest.mark.parametrize(
    "table",
    [
        {"fare": [3.0], "age": [44], "city": ["Ulm"], "more": ["x"]},
        np.array([[44, "Ulm", 3]], object),
        [[44.0, " Ulm ", 3]],
        people([[44, 2, 3]]),
        people([[44, 1, 3]], ((), ("Kiel", "Ulm"), ())),  # the same text at another place
    ],
    ids=["names", "array", "list", "data", "other places"],
)
def test_tables_of_every_form_mean_the_same(table: Any) -> None:
    np.testing.assert_array_equal(FOUND.apply(table), FOUND.apply(GAPS)[[2]])


def test_numbers_that_are_names_are_known_whatever_their_type() -> None:
    grades = people([[1, 0, 1], [2, 1, 1]], ((), ("1", "2.5"), ()))
    found = Preparation.fit(grades)
    for city in ([1, 2.5], ["1", "2.5"], np.array([1, "2.5"], object)):
        x = found.apply({"age": [0, 0], "city": city, "fare": [0, 0]})
        np.testing.assert_array_equal(x[:, 1:3], np.eye(2))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"age": [1], "city": ["Ulm"]}, "the data frame has no column 'fare'"),
        ({"age": [1], "city": ["Ulm"], "Fare": [1]}, "no column 'fare'; did you mean 'Fare'"),
        ({"age": [1, 2], "city": ["Ulm", "Rom"], "fare": [1, 2]}, "city is 'Rom' in row 2; the"),
        ({"age": [1, 2], "city": ["Rom", "Paris"], "fare": [1, 2]}, "and unknown in 1 more"),
        ({"age": ["x"], "city": ["Ulm"], "fare": [1]}, "age is 'x' in row 1, and in the training"),
        ({"age": [np.inf], "city": ["Ulm"], "fare": [1]}, "age is infinite in 1 rows"),
        ([[1, "Ulm"]], r"x of shape \(1, 2\); the model takes \(rows, 3\)\n  in this order: age, "),
        ([1, 2, 3], r"x of shape \(3,\)"),
    ],
)
def test_tables_that_do_not_fit(table: Any, said: str) -> None:
    with pytest.raises((DataError, ShapeError), match=said):
        FOUND.apply(table)


def test_missing_values_that_nothing_fills_are_counted() -> None:
    plain = Preparation.fit(TRAIN)
    with pytest.raises(DataError, match=r"missing in 4 rows: age 1, city 1, fare 1\n  the model"):
        plain.apply(GAPS)
    empty = people([[NAN, 0, 1], [NAN, 0, 2]])
    with pytest.raises(DataError, match="column 'age' has no value in the training part"):
        Preparation.fit(empty, impute="mean")


finite = st.floats(-1e6, 1e6)
tables = st.integers(2, 8).flatmap(
    lambda rows: st.tuples(
        arrays.arrays(float, (rows, 2), elements=finite | st.just(NAN)),
        st.lists(st.integers(-1, 2), min_size=rows, max_size=rows),
    )
)
fits = st.tuples(
    st.sampled_from(["standard", "minmax", "none"]),
    st.sampled_from(["mean", "median", "most_frequent"]),
)


def made(table: Any) -> Data:
    numbers, places = table
    city = np.array(places, float)
    city[city < 0] = NAN
    return people(np.column_stack([numbers[:, 0], city, numbers[:, 1]]))


def has_values(data: Data) -> bool:
    return not np.isnan(data.x).all(axis=0).any()


@settings(max_examples=200)
@given(tables, fits)
def test_laws(table: Any, fit: tuple[str, str]) -> None:
    data = made(table)
    if not has_values(data):
        return
    found = Preparation.fit(data, *fit)
    x = found.apply(data)
    assert np.isfinite(x).all()
    # Each row is of exactly one category: its own, or the most frequent one for a gap.
    one_hot = x[:, [i for i, name in enumerate(found.features) if "=" in name]]
    np.testing.assert_array_equal(one_hot.sum(axis=1), 1)
    present = [CITIES[int(place)] for place in data.x[:, 1] if not np.isnan(place)]
    named = [name.partition("=")[2] for name in found.features if "=" in name]
    assert named == sorted(set(present))
    counts = Counter(present)
    gaps = np.isnan(data.x[:, 1])
    if gaps.any():
        chosen = named[int(one_hot[gaps][0].argmax())]
        assert counts[chosen] == max(counts.values())
    # The rows of a table are prepared alone, and as they stand in any other.
    np.testing.assert_array_equal(found.apply(data)[[0]], found.encode(found.filled(data).x[:1]))
    scaled = x[:, [0, -1]]
    if fit[0] == "standard":
        np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-6)
    if fit[0] == "minmax":
        assert scaled.min() >= 0
        assert scaled.max() <= 1 + 1e-15
    # As a file keeps it.
    again = Preparation.from_json(json.loads(json.dumps(found.as_json())))
    np.testing.assert_array_equal(again.apply(data), x)
    assert (again.features, again.shape, again.fill) == (found.features, found.shape, found.fill)


@pytest.mark.parametrize("scale", ["standard", "minmax"])
def test_the_same_numbers_as_scikit_learn(scale: str) -> None:
    preprocessing: Any = pytest.importorskip("sklearn.preprocessing")
    theirs = {"standard": "StandardScaler", "minmax": "MinMaxScaler"}[scale]
    rng = np.random.default_rng(0)
    x, other = rng.normal(3, 100, (5000, 4)), rng.normal(size=(10, 4))
    found = Preparation.fit(Data(x, x[:, :1], "regression"), scale)
    expected = getattr(preprocessing, theirs)().fit(x).transform(other)
    np.testing.assert_allclose(found.apply(other), expected, rtol=1e-12, atol=1e-12)


SAVED = FOUND.as_json()


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [4]},
        {"shape": 3},
        {"shape": [0]},
        {"columns": ["a", "b"]},
        {"columns": [1, 2, 3]},
        {"categories": [[], ["Bonn"]]},
        {"categories": "none"},
        {"fill": [1, 2]},
        {"fill": [1, 7, 2]},
        {"fill": [1, 0, None]},
        {"center": [1, 2, 3]},
        {"center": None},
        {"width": [1, 1, -1, 1]},
        {"width": [1, 1, "1", 1]},
        {"width": [1, 1, True, 1]},
        {"width": [1, 1, float("inf"), 1]},
        {"width": [1, 1, 10**400, 1]},
        {"shape": None},
    ],
    ids=repr,
)
def test_a_damaged_file_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RunFileError, match="the preparation of the features is damaged"):
        Preparation.from_json({**SAVED, **change})


@pytest.mark.parametrize("key", SAVED)
def test_a_file_that_lacks_something_is_refused(key: str) -> None:
    with pytest.raises(RunFileError, match="is damaged"):
        Preparation.from_json({name: value for name, value in SAVED.items() if name != key})
    with pytest.raises(RunFileError, match="is damaged"):
        Preparation.from_json([SAVED])

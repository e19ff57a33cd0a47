"""Scores and baselines, against scikit-learn's definitions worked out by hand."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnplug.core.dataset import Data
from nnplug.engine.scores import SCORES, as_task, baselines, classes, scores

numbers = st.integers(-20, 20).map(float)


@given(st.data())
def test_a_regressions_scores_are_those_of_exact_fractions(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 6))
    y, prediction = (data.draw(arrays(float, (n, 1), elements=numbers)) for _ in range(2))
    weights = data.draw(st.none() | arrays(float, n, elements=st.integers(1, 5).map(float)))
    w = [Fraction(1)] * n if weights is None else [Fraction(v) for v in weights]
    t, p = ([Fraction(v) for v in a[:, 0]] for a in (y, prediction))
    mean = sum(a * b for a, b in zip(w, t, strict=True)) / sum(w)
    spread = sum(a * (b - mean) ** 2 for a, b in zip(w, t, strict=True))
    squares = sum(a * (b - c) ** 2 for a, b, c in zip(w, t, p, strict=True))
    mae = sum(a * abs(b - c) for a, b, c in zip(w, t, p, strict=True)) / sum(w)
    found = scores(prediction, y, "regression", weights=weights)
    assert tuple(found) == SCORES["regression"]
    assert found["mae"] == pytest.approx(float(mae))
    expected = float(1 - squares / spread) if spread else float(squares == 0)
    assert found["r2"] == pytest.approx(expected, abs=1e-9)


def test_several_values_are_scored_together() -> None:
    y = np.array([[0.0, 10.0], [2.0, 30.0]])
    found = scores(np.array([[1.0, 10.0], [2.0, 20.0]]), y, "regression")
    assert found == {"r2": pytest.approx(1 - 101 / 202), "mae": pytest.approx(11 / 4)}


@pytest.mark.parametrize(
    ("threshold", "expected"), [(None, [0, 1, 1, 0]), (0.8, [0, 0, 1, 0]), ("median", [0, 1, 1, 0])]
)
def test_where_class_1_begins(threshold: Any, expected: list[int]) -> None:
    prediction = np.array([[0.1], [0.5], [0.9], [0.4]])
    assert classes(prediction, "binary", threshold).tolist() == expected
    y = np.array([[0.0], [1], [1], [1]])
    right = sum(a == b for a, b in zip(expected, [0, 1, 1, 1], strict=True))
    assert scores(prediction, y, "binary", threshold) == {"accuracy": right / 4}


def test_the_median_separates_what_is_no_probability() -> None:
    prediction = np.array([[-7.0], [-6.0], [3.0], [-5.0]])
    assert classes(prediction, "binary", "median").tolist() == [0, 0, 1, 1]


def test_several_classes() -> None:
    prediction = np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    assert classes(prediction, "multiclass").tolist() == [1, 0, 2]
    assert scores(prediction, np.eye(3), "multiclass") == {"accuracy": pytest.approx(1 / 3)}
    assert scores(prediction, np.eye(3)[[1, 0, 2]], "multiclass") == {"accuracy": 1.0}


def test_weights_count_and_scores_are_python_numbers() -> None:
    prediction, y = np.array([[0.9], [0.9], [0.1]]), np.array([[1.0], [0.0], [0.0]])
    found = scores(prediction, y, "binary", weights=np.array([1.0, 3.0, 0.0]))
    assert found == {"accuracy": 0.25}
    for one in (found, scores(prediction, y, "binary"), scores(prediction, y, "regression")):
        assert {type(value) for value in one.values()} == {float}


def test_two_outputs_of_a_binary_task_are_its_two_classes() -> None:
    prediction = np.array([[0.9, 0.1], [0.3, 0.7]])
    assert as_task(prediction, "binary").tolist() == [[0.1], [0.7]]
    assert as_task(prediction, "multiclass") is prediction
    assert as_task(prediction[:, :1], "binary").shape == (2, 1)


def test_the_labs_baseline_is_the_majority() -> None:
    # 11 of 21: what always guessing the majority scores on the labs' xor.
    from nnplug.core.registry import default_registry

    xor = default_registry().build("dataset", "xor").load(np.random.default_rng(0))
    found = baselines(xor, xor)
    assert found["constant"]["accuracy"] == 11 / 21
    assert found["linear"]["accuracy"] == 11 / 21


def test_a_linear_model_fits_what_is_linear() -> None:
    x = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]])
    y = x @ [[2.0], [-1.0]] + 3
    data = Data(x, y, "regression")
    found = baselines(data, data)
    assert found["linear"]["r2"] == pytest.approx(1)
    assert found["constant"]["r2"] == pytest.approx(0)
    # On other points, both models are those of the train points.
    beyond = Data(x + 10, (x + 10) @ [[2.0], [-1.0]] + 3, "regression")
    assert baselines(data, beyond)["linear"]["mae"] == pytest.approx(0, abs=1e-9)
    assert baselines(data, beyond)["constant"]["mae"] == pytest.approx(10)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_weights_of_baselines_repeat_and_remove_points(task: str) -> None:
    rng = np.random.default_rng(5)
    x = rng.standard_normal((8, 2))
    y = {
        "binary": (rng.random((8, 1)) < 0.5).astype(float),
        "multiclass": np.eye(3)[rng.integers(0, 3, 8)],
        "regression": rng.standard_normal((8, 1)),
    }[task]
    weights = np.array([2.0, 0, 1, 1, 3, 0, 1, 1])
    rows = np.repeat(np.arange(8), weights.astype(int))
    weighted, repeated = Data(x, y, task, weights=weights), Data(x[rows], y[rows], task)
    for model, expected in baselines(repeated, repeated).items():
        assert baselines(weighted, weighted)[model] == pytest.approx(expected)


def test_images_and_more_features_than_points_have_baselines() -> None:
    images = Data(np.random.default_rng(0).random((3, 4, 4)), np.eye(3), "multiclass")
    assert baselines(images, images)["linear"] == {"accuracy": 1.0}

"""Evaluation: scikit-learn's numbers, and laws that hold for all predictions."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.engine.evaluation import confusion, evaluate, log_loss, roc_auc

# Computed by scikit-learn 1.9.1, its `average="macro", multi_class="ovr"` and, of values,
# `multioutput="variance_weighted"`.
BINARY_P = np.array([0.1, 0.4, 0.35, 0.8, 0.8, 0.65, 0.2, 0.9, 0.5, 0.05])[:, None]
BINARY_T = np.array([0, 0, 1, 1, 0, 1, 0, 1, 1, 0])[:, None]
BINARY_W = np.array([1, 2, 0.5, 1, 3, 1, 1, 0.25, 2, 1.5])

CLASSES_P = np.array(
    [
        [0.7, 0.2, 0.1],
        [0.1, 0.3, 0.6],
        [0.25, 0.5, 0.25],
        [0.3, 0.3, 0.4],
        [0.6, 0.3, 0.1],
        [0.05, 0.9, 0.05],
        [0.2, 0.2, 0.6],
        [0.4, 0.35, 0.25],
    ]
)
CLASSES_T = np.eye(3)[[0, 2, 1, 0, 1, 1, 2, 0]]
CLASSES_W = np.array([1, 0.5, 2, 1, 1, 3, 0.25, 1.5])

VALUES_P = np.array([[1.5, -1], [1, 0.5], [3, 2], [0, 3], [0.25, 2]])
VALUES_T = np.array([[1, -2], [2, 0], [3.5, 1], [-1, 4], [0.5, 2.5]])
VALUES_W = np.array([1, 2, 0.5, 1, 3])


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.array(found, float), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("weights", "accuracy", "loss", "area", "matrix", "each"),
    [
        (
            None,
            0.8,
            0.5002317185682791,
            0.82,
            [[4, 1], [1, 4]],
            [[0.8, 0.8], [0.8, 0.8], [0.8, 0.8], [5, 5]],
        ),
        (
            BINARY_W,
            0.7358490566037735,
            0.6676891330624902,
            0.6780185758513931,
            [[5.5, 3.0], [0.5, 4.25]],
            [
                [0.9166666666666666, 0.5862068965517241],
                [0.6470588235294118, 0.8947368421052632],
                [0.7586206896551724, 0.7083333333333334],
                [8.5, 4.75],
            ],
        ),
    ],
)
def test_of_two_classes(
    weights: Any, accuracy: float, loss: float, area: float, matrix: Any, each: Any
) -> None:
    found = evaluate(BINARY_P, BINARY_T, "binary", ("no", "yes"), weights=weights)
    close([found["accuracy"], found["log_loss"], found["roc_auc"]], [accuracy, loss, area])
    close(found["confusion"], matrix)
    assert list(found["classes"]) == ["no", "yes"]
    for name, expected in zip(("precision", "recall", "f1", "rows"), each, strict=True):
        close([one[name] for one in found["classes"].values()], expected)


@pytest.mark.parametrize(
    ("weights", "accuracy", "loss", "area", "matrix", "each"),
    [
        (
            None,
            0.75,
            0.6876337785268141,
            0.9111111111111111,
            [[2, 0, 1], [1, 2, 0], [0, 0, 2]],
            [[2 / 3, 1, 2 / 3], [2 / 3, 2 / 3, 1], [2 / 3, 0.8, 0.8], [3, 3, 2]],
        ),
        (
            CLASSES_W,
            0.8048780487804879,
            0.6072733440311902,
            0.9353148666874157,
            [[2.5, 0.0, 1.0], [1.0, 5.0, 0.0], [0.0, 0.0, 0.75]],
            [
                [0.7142857142857143, 1.0, 0.42857142857142855],
                [0.7142857142857143, 0.8333333333333334, 1.0],
                [0.7142857142857143, 0.9090909090909091, 0.6],
                [3.5, 6.0, 0.75],
            ],
        ),
    ],
)
def test_of_several_classes(
    weights: Any, accuracy: float, loss: float, area: float, matrix: Any, each: Any
) -> None:
    found = evaluate(CLASSES_P, CLASSES_T, "multiclass", ("a", "b", "c"), weights=weights)
    close([found["accuracy"], found["log_loss"], found["roc_auc"]], [accuracy, loss, area])
    close(found["confusion"], matrix)
    for name, expected in zip(("precision", "recall", "f1", "rows"), each, strict=True):
        close([one[name] for one in found["classes"].values()], expected)


@pytest.mark.parametrize(
    ("weights", "whole", "each"),
    [
        (
            None,
            [0.8134615384615385, 0.725, 0.7786205751198718],
            [
                [0.7732300884955752, 0.65, 0.7158910531638176],
                [0.8349056603773585, 0.8, 0.8366600265340756],
            ],
        ),
        (
            VALUES_W,
            [0.7956450861667442, 0.6333333333333333, 0.698212002188447],
            [
                [0.6389358108108109, 0.6, 0.689202437604511],
                [0.8553054662379421, 0.6666666666666666, 0.7071067811865476],
            ],
        ),
    ],
)
def test_of_values(weights: Any, whole: Any, each: Any) -> None:
    found = evaluate(VALUES_P, VALUES_T, "regression", ("u", "v"), weights=weights)
    close([found["r2"], found["mae"], found["rmse"]], whole)
    for name, expected in zip(("u", "v"), each, strict=True):
        close([found["targets"][name][key] for key in ("r2", "mae", "rmse")], expected)
    alone = evaluate(VALUES_P[:, :1], VALUES_T[:, :1], "regression", ("u",), weights=weights)
    assert alone["targets"] == {}
    close([alone[key] for key in ("r2", "mae", "rmse")], each[0])


def test_a_certain_mistake_costs_much_but_not_everything() -> None:
    truth = np.array([0, 1, 1])
    for dtype, expected in (("float64", 12.014551129705717), ("float32", 5.314128398895264)):
        p = np.array([0, 1, 0], dtype)
        found = log_loss(np.stack([1 - p, p], axis=1), truth, np.ones(3))
        assert found == pytest.approx(expected, rel=1e-6)


def test_what_has_no_meaning_is_none() -> None:
    found = evaluate(np.full((3, 1), 0.2), np.zeros((3, 1)), "binary", ("no", "yes"))
    assert found["roc_auc"] is None
    assert found["classes"]["yes"]["precision"] is None
    assert found["classes"]["yes"]["recall"] is None
    assert found["classes"]["no"]["recall"] == 1.0
    scores = evaluate(BINARY_P, BINARY_T, "binary", ("no", "yes"), probable=False)
    assert scores["log_loss"] is None


@pytest.mark.parametrize("threshold", [0.3, "median"])
def test_class_1_begins_at_the_threshold(threshold: Any) -> None:
    found = evaluate(BINARY_P, BINARY_T, "binary", ("no", "yes"), threshold=threshold)
    limit = 0.3 if threshold == 0.3 else (0.4 + 0.5) / 2
    assert found["accuracy"] == np.mean(np.greater_equal(BINARY_P, limit) == BINARY_T)


SCORES = st.lists(
    st.tuples(st.integers(0, 6).map(lambda n: n / 4), st.booleans(), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@given(SCORES)
def test_the_area_is_the_chance_that_a_positive_scores_higher(samples: list[Any]) -> None:
    score, positive, weights = (np.array(column) for column in zip(*samples, strict=True))
    pairs = [
        (w * v, (a > b) + 0.5 * (a == b))
        for (a, up, w), (b, other, v) in product(samples, samples)
        if up and not other
    ]
    whole = sum(weight for weight, _ in pairs)
    found = roc_auc(score, positive, weights.astype(float))
    if not whole:
        assert found is None
        return
    expected = sum(weight * won for weight, won in pairs) / whole
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
    # Only the order counts, and the other way round it is the rest.
    assert roc_auc(np.exp(score), positive, weights.astype(float)) == found
    turned = roc_auc(-score, positive, weights.astype(float))
    assert turned == pytest.approx(1 - expected, abs=1e-12)


@given(st.data(), st.sampled_from(["binary", "multiclass", "regression"]))
def test_weight_2_is_the_row_twice_and_weight_0_no_row(data: Any, task: str) -> None:
    n = data.draw(st.integers(2, 9))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    k = 1 if task == "binary" else 3
    prediction = rng.random((n, k))
    y = {
        "binary": rng.integers(0, 2, (n, 1)).astype(float),
        "multiclass": np.eye(3)[rng.integers(0, 3, n)],
        "regression": rng.normal(size=(n, 3)),
    }[task]
    if task == "multiclass":
        prediction = prediction / prediction.sum(axis=1, keepdims=True)
    weights = np.array([1, *rng.integers(0, 3, n - 1)])
    names = ("a", "b") if task == "binary" else ("a", "b", "c")
    rows = np.repeat(np.arange(n), weights)
    one = evaluate(prediction, y, task, names, weights=weights.astype(float))
    other = evaluate(prediction[rows], y[rows], task, names)
    order = rng.permutation(len(rows))
    third = evaluate(prediction[rows][order], y[rows][order], task, names)
    _alike(one, other)
    _alike(other, third)


def _alike(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            _alike(one[key], other[key])
    elif one is None or other is None:
        assert one is other
    else:
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1))
def test_the_confusion_matrix_counts_every_sample_once(pairs: list[tuple[int, int]]) -> None:
    truth, guess = np.array(pairs).T
    matrix = confusion(truth, guess, 3, np.ones(len(pairs)))
    assert matrix.sum() == len(pairs)
    assert matrix.trace() == np.count_nonzero(truth == guess)
    np.testing.assert_array_equal(matrix.sum(axis=1), np.bincount(truth, minlength=3))

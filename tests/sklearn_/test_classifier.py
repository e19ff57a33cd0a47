"""NNClassifier: labels, probabilities, decisions, weights."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, make_moons
from sklearn.preprocessing import scale

from nnplug.core.errors import DataError, DivergedError
from nnplug.sklearn import NNClassifier

IRIS, KIND = load_iris(return_X_y=True)
IRIS = scale(IRIS)
MOONS, HALF = make_moons(80, noise=0.2, random_state=1)


def quick(**given):
    return NNClassifier(**{"optimizer": "adam:lr=0.03", "epochs": 100, "random_state": 0} | given)


def test_labels_are_what_they_were():
    names = np.array(["setosa", "versicolor", "virginica"])
    model = quick().fit(IRIS, names[KIND])
    assert model.classes_.tolist() == names.tolist()
    assert set(model.predict(IRIS)) == set(names)
    assert model.score(IRIS, names[KIND]) > 0.95
    numbers = quick().fit(IRIS, KIND * 5 - 3)
    assert numbers.classes_.tolist() == [-3, 2, 7]
    assert np.array_equal(numbers.network_.w, model.network_.w)
    assert set(numbers.predict(IRIS)) == {-3, 2, 7}


def test_two_classes_have_one_score_and_two_probabilities():
    model = quick().fit(MOONS, HALF)
    z, p = model.decision_function(MOONS), model.predict_proba(MOONS)
    assert z.shape == (80,)
    assert p.shape == (80, 2)
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp(-z)), atol=1e-15)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(model.predict_log_proba(MOONS), np.log(p))
    assert np.array_equal(model.predict(MOONS), (z > 0).astype(int))


def test_several_classes_have_a_score_and_a_probability_each():
    model = quick().fit(IRIS, KIND)
    z, p = model.decision_function(IRIS), model.predict_proba(IRIS)
    assert z.shape == p.shape == (150, 3)
    e = np.exp(z)
    np.testing.assert_allclose(p, e / e.sum(axis=1, keepdims=True), rtol=1e-12)
    assert np.array_equal(model.predict(IRIS), z.argmax(axis=1))


def test_two_outputs_for_two_classes_agree_with_one():
    model = quick(loss="cross_entropy").fit(MOONS, HALF)
    z, p = model.decision_function(MOONS), model.predict_proba(MOONS)
    assert model.coefs_[-1].shape == (10, 2)
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp(-z)), atol=1e-15)


def test_a_squared_error_decides_in_the_middle_between_its_targets():
    plain = quick(loss="mse", output="identity").fit(MOONS, HALF)
    z = plain.decision_function(MOONS)
    assert np.array_equal(plain.predict(MOONS), (z > 0).astype(int))
    assert abs(np.median(z[HALF == 1]) - 0.5) < 0.2
    assert abs(np.median(z[HALF == 0]) + 0.5) < 0.2
    assert not hasattr(plain, "predict_proba")
    linked = quick(loss="mse").fit(MOONS, HALF)
    np.testing.assert_allclose(
        linked.predict_proba(MOONS)[:, 1], linked.decision_function(MOONS) + 0.5
    )


def test_the_hinge_loss_gives_scores_and_no_probabilities():
    model = quick(loss="hinge")
    assert not hasattr(model, "predict_proba")
    z = model.fit(MOONS, HALF).decision_function(MOONS)
    assert not hasattr(model, "predict_log_proba")
    assert np.abs(z).max() > 1.5  # raw scores, and not what is cut off at the margin
    assert model.score(MOONS, HALF) > 0.9
    with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
        model.predict_proba(MOONS)


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({}, True),
        ({"loss": "bce"}, True),
        ({"loss": "mse"}, True),
        ({"loss": "mse", "output": "softmax"}, True),
        ({"loss": "mae", "output": "tanh"}, False),
        ({"loss": "no such loss"}, True),  # and fit says so
    ],
)
def test_probabilities_are_there_before_fit_where_they_will_be(given, there):
    assert hasattr(NNClassifier(**given), "predict_proba") is there


def test_sigmoids_of_several_classes_are_no_probabilities():
    model = quick(loss="mse", output="sigmoid")
    assert hasattr(model, "predict_proba")
    assert not hasattr(model.fit(IRIS, KIND), "predict_proba")
    assert model.score(IRIS, KIND) > 0.9


def test_a_weight_of_two_is_a_row_twice():
    weights = np.random.default_rng(0).integers(0, 4, 80)
    weighted = quick().fit(MOONS, HALF, sample_weight=weights)
    repeated = quick().fit(MOONS.repeat(weights, axis=0), HALF.repeat(weights))
    np.testing.assert_allclose(
        weighted.predict_proba(MOONS), repeated.predict_proba(MOONS), rtol=1e-8
    )


def test_class_weights_are_sample_weights():
    x, y = load_breast_cancer(return_X_y=True)
    x = scale(x)
    by_class = quick(epochs=20, class_weight={0: 3.0, 1: 0.5}).fit(x, y)
    by_sample = quick(epochs=20).fit(x, y, sample_weight=np.where(y == 0, 3.0, 0.5))
    assert np.array_equal(by_class.network_.w, by_sample.network_.w)
    counts = np.bincount(y)
    balanced = quick(epochs=20, class_weight="balanced").fit(x, y)
    by_hand = quick(epochs=20).fit(x, y, sample_weight=len(y) / (2 * counts[y]))
    np.testing.assert_allclose(balanced.network_.w, by_hand.network_.w, rtol=1e-9)


def test_columns_of_a_data_frame_are_remembered():
    frame = pd.DataFrame(IRIS, columns=["a", "b", "c", "d"])
    model = quick(epochs=5).fit(frame, pd.Series(KIND))
    assert model.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert model.result_.train.columns == ("a", "b", "c", "d")
    assert np.array_equal(model.predict(frame), model.predict(frame.copy()))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["b", "a", "c", "d"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(IRIS)


def test_missing_values_are_an_error_as_everywhere_in_scikit_learn():
    with_gap = MOONS.copy()
    with_gap[3, 1] = np.nan
    with pytest.raises(ValueError, match="contains NaN"):
        quick().fit(with_gap, HALF)


def test_one_class_is_an_error():
    with pytest.raises(DataError, match="y holds 1 class, 7: there is nothing to tell apart"):
        quick().fit(MOONS, np.full(80, 7))


def test_values_are_no_labels():
    with pytest.raises(ValueError, match="Unknown label type"):
        quick().fit(MOONS, MOONS[:, 0])


def test_a_run_that_diverges_leaves_no_model():
    model = quick(optimizer="gd:lr=1e12", activation="relu", loss="mse", output="identity")
    with pytest.raises(DivergedError, match="diverged at epoch") as error:
        model.fit(MOONS, HALF)
    assert error.value.result.history["loss"].size
    assert not hasattr(model, "network_")


def test_the_network_can_be_looked_into():
    model = quick(hidden_dims=(6, 5)).fit(IRIS, KIND)
    assert [w.shape for w in model.coefs_] == [(4, 6), (6, 5), (5, 3)]
    assert [b.shape for b in model.intercepts_] == [(6,), (5,), (3,)]
    a = IRIS
    for w, b in zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True):
        a = np.tanh(a @ w + b)
    z = a @ model.coefs_[-1] + model.intercepts_[-1]
    np.testing.assert_allclose(model.decision_function(IRIS), z, rtol=1e-12)
    assert not model.coefs_[0].flags.writeable
    assert model.loss_curve_[0] > model.loss_curve_[-1]


def test_many_rows_are_predicted_as_few_are():
    model = quick(epochs=5).fit(IRIS, KIND)
    many = np.tile(IRIS, (20, 1))
    np.testing.assert_allclose(model.predict_proba(many)[-150:], model.predict_proba(IRIS))

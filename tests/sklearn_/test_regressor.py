"""NNRegressor: one value or several, and what targets may be."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_regression

from nnplug.core.errors import DataError, SettingsError
from nnplug.sklearn import NNRegressor

X = np.random.default_rng(0).normal(size=(120, 3))
Y = np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]], axis=1)


def quick(**given):
    return NNRegressor(**{"optimizer": "adam:lr=0.02", "epochs": 300, "random_state": 0} | given)


def test_predictions_have_the_shape_of_the_targets():
    for y in (Y[:, 0], Y[:, :1], Y):
        model = quick(epochs=5).fit(X, y)
        assert model.predict(X).shape == y.shape
        assert model.predict(X[:1]).shape == (1, *y.shape[1:])


def test_several_values_are_learned_at_once():
    model = quick().fit(X, Y)
    assert model.score(X, Y) > 0.95
    assert model.coefs_[-1].shape == (10, 2)


def test_columns_of_targets_are_named():
    frame = pd.DataFrame(Y, columns=["wave", "saddle"])
    model = quick(epochs=2).fit(pd.DataFrame(X, columns=["a", "b", "c"]), frame)
    assert model.result_.train.names == ("wave", "saddle")
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]


def test_a_linear_network_finds_the_least_squares():
    x, y = make_regression(80, 4, noise=5, random_state=2)
    model = quick(hidden_dims=(), optimizer="l_bfgs", epochs=200).fit(x, y)
    table = np.column_stack([np.ones(80), x])
    found, *_ = np.linalg.lstsq(table, y, rcond=None)
    np.testing.assert_allclose(model.intercepts_[0], found[:1], rtol=1e-6)
    np.testing.assert_allclose(model.coefs_[0][:, 0], found[1:], rtol=1e-6)


def test_weighted_least_squares_count_each_row_by_its_weight():
    x, y = make_regression(80, 4, noise=5, random_state=2)
    weights = np.random.default_rng(1).uniform(0.1, 3, 80)
    model = quick(hidden_dims=(), optimizer="l_bfgs", epochs=200).fit(x, y, sample_weight=weights)
    root = np.sqrt(weights)
    table = root[:, None] * np.column_stack([np.ones(80), x])
    found, *_ = np.linalg.lstsq(table, root * y, rcond=None)
    np.testing.assert_allclose(model.coefs_[0][:, 0], found[1:], rtol=1e-6)


def test_a_constant_target_is_learned():
    model = quick(optimizer="l_bfgs").fit(X, np.full(120, 3.5))
    np.testing.assert_allclose(model.predict(X), 3.5, atol=1e-2)


def test_counts_are_predicted_as_rates():
    counts = np.random.default_rng(3).poisson(np.exp(X[:, 0]))
    model = quick(loss="poisson").fit(X, counts)
    assert (model.predict(X) > 0).all()
    with pytest.raises(DataError, match="Poisson takes targets from 0"):
        quick(loss="poisson").fit(X, -counts - 1)


def test_a_loss_of_classes_is_refused():
    with pytest.raises(SettingsError, match="judges binary tasks"):
        quick(loss="bce").fit(X, Y[:, 0])

"""The estimators among scikit-learn's tools: pipelines, searches, ensembles, threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    cross_val_score,
    cross_validate,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnplug.plugins.optimizers.adam import Adam
from nnplug.sklearn import NNClassifier, NNRegressor

X, Y = load_iris(return_X_y=True)


def quick(**given):
    return NNClassifier(**{"optimizer": "adam:lr=0.05", "epochs": 60, "random_state": 0} | given)


def test_in_a_pipeline_under_cross_validation():
    scores = cross_val_score(make_pipeline(StandardScaler(), quick()), X, Y, cv=5)
    assert scores.mean() > 0.93


@pytest.mark.slow
def test_in_processes_of_their_own():
    pipe = make_pipeline(StandardScaler(), quick(optimizer=Adam(lr=0.05)))
    apart = cross_validate(pipe, X, Y, cv=3, n_jobs=2, return_estimator=True)
    alone = cross_validate(pipe, X, Y, cv=3, return_estimator=True)
    assert np.array_equal(apart["test_score"], alone["test_score"])
    for one, other in zip(apart["estimator"], alone["estimator"], strict=True):
        assert np.array_equal(one.predict_proba(X), other.predict_proba(X))


def test_a_grid_of_specs_classes_and_numbers_is_searched():
    pipe = make_pipeline(StandardScaler(), quick(lr=None))
    grid = {
        "nnclassifier__optimizer": ["gd:lr=1e-6", Adam(lr=0.05), Adam],
        "nnclassifier__hidden_dims": [(8,), (8, 8)],
    }
    search = GridSearchCV(pipe, grid, cv=3).fit(X, Y)
    assert search.best_score_ > 0.93
    assert search.best_params_["nnclassifier__optimizer"] != "gd:lr=1e-6"
    assert search.score(X, Y) > 0.93


def test_missing_values_are_filled_by_a_step_before():
    gaps = X.copy()
    gaps[::7, 1] = np.nan
    pipe = make_pipeline(SimpleImputer(), StandardScaler(), quick())
    assert pipe.fit(gaps, Y).score(gaps, Y) > 0.9


def test_in_ensembles_and_calibrated():
    votes = VotingClassifier([("net", quick()), ("bayes", GaussianNB())], voting="soft")
    assert votes.fit(X, Y).score(X, Y) > 0.93
    bag = BaggingClassifier(quick(), n_estimators=3, random_state=0)
    assert bag.fit(X, Y).score(X, Y) > 0.93
    binary = Y == 2
    calibrated = CalibratedClassifierCV(quick(loss="hinge"), cv=3).fit(X, binary)
    assert calibrated.predict_proba(X).shape == (150, 2)


def test_the_border_between_classes_is_moved_by_scikit_learn():
    binary = Y == 2
    cautious = FixedThresholdClassifier(quick(), threshold=0.99).fit(X, binary)
    assert 0 < cautious.predict(X).sum() < quick().fit(X, binary).predict(X).sum()


def test_targets_are_scaled_around_a_regressor():
    x, y = load_diabetes(return_X_y=True)
    net = make_pipeline(StandardScaler(), NNRegressor(epochs=60, random_state=0))
    scaled = TransformedTargetRegressor(net, transformer=StandardScaler())
    assert cross_val_score(scaled, x, y, cv=3).mean() > 0.3


def test_weights_are_routed_to_it():
    with sklearn.config_context(enable_metadata_routing=True):
        net = quick().set_fit_request(sample_weight=True)
        pipe = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), net)
        weights = np.where(Y == 0, 0.0, 1.0)
        fitted = pipe.fit(X, Y, sample_weight=weights)
    assert (fitted.predict(X[Y > 0]) > 0).all()


def test_threads_predict_with_one_estimator():
    model = quick().fit(X, Y)
    alone = model.predict_proba(X)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: model.predict_proba(X), range(200)):
            assert np.array_equal(found, alone)

"""Fitted estimators that travel: pickles, copies, run folders."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_iris

import nnplug
from nnplug.sklearn import NNClassifier, NNRegressor

X, Y = load_iris(return_X_y=True)
CHAIN = "linear:units=6 batch_norm prelu dropout:p=0.2 residual[linear:units=6 tanh]"


@pytest.fixture
def model():
    return NNClassifier(
        layers=CHAIN, epochs=20, batch_size=30, schedule="cosine", random_state=1
    ).fit(X, Y)


def test_a_pickle_predicts_the_same_to_the_last_bit(model, tmp_path):
    joblib.dump(model, tmp_path / "model.joblib")
    for twin in (pickle.loads(pickle.dumps(model)), joblib.load(tmp_path / "model.joblib")):
        assert np.array_equal(twin.predict_proba(X), model.predict_proba(X))
        assert twin.get_params() == model.get_params()
        assert np.array_equal(twin.loss_curve_, model.loss_curve_)
        assert twin.parameters_.keys() == model.parameters_.keys()


def test_a_copy_is_another_network(model):
    twin = copy.deepcopy(model)
    assert np.array_equal(twin.predict_proba(X), model.predict_proba(X))
    twin.network_.w[...] = 0
    assert model.network_.w.any()


def test_a_pickle_holds_no_training_data(model):
    big = np.random.default_rng(0).normal(size=(20000, 4))
    fitted = NNRegressor(epochs=1).fit(big, big[:, 0])
    assert len(pickle.dumps(fitted)) < 100_000 < big.nbytes
    assert fitted.result_.train.x is not None
    with pytest.raises(AttributeError, match="not in a copy or a pickle"):
        _ = pickle.loads(pickle.dumps(fitted)).result_


def test_an_estimator_that_is_not_fitted_is_pickled_too():
    plain = NNClassifier(optimizer="sgd")
    assert pickle.loads(pickle.dumps(plain)).get_params() == plain.get_params()


def test_the_run_is_saved_as_a_folder_that_nnplug_reads(model, tmp_path):
    model.result_.save(tmp_path / "run")
    loaded = nnplug.load(tmp_path / "run")
    assert np.array_equal(loaded.predict(X), model.predict_proba(X))
    assert loaded.names == ("0", "1", "2")

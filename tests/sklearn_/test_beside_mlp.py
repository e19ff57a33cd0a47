"""scikit-learn's own networks, from the same weights: an independent engine for the same formulas.

In whole batches, for the two do not shuffle alike. scikit-learn divides its penalty alpha by the
samples, halves squared errors, and adds Adam's eps before the correction of the means; so eps is
next to nothing here.
"""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

from nnplug.sklearn import NNClassifier, NNRegressor

EPOCHS = 40
ALPHA = 0.3

SOLVERS = {
    "adam": ("adam:eps=1e-30", {"solver": "adam", "epsilon": 1e-30}),
    "plain": ("gd", {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False}),
    "momentum": ("momentum", {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False}),
    "sgd": ("sgd:momentum=0.8", {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False}),
    "nesterov": ("nesterov", {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True}),
}
LOADERS = {"multiclass": load_iris, "binary": load_breast_cancer, "regression": load_diabetes}


def points(task):
    x, y = LOADERS[task](return_X_y=True)
    return scale(x), scale(y) if task == "regression" else y


@pytest.mark.parametrize("task", LOADERS)
@pytest.mark.parametrize("solver", SOLVERS)
def test_the_weights_after_some_epochs_are_the_same(solver, task):
    x, y = points(task)
    optimizer, theirs = SOLVERS[solver]
    # A squared error has twice the slope of half of one.
    lr = 0.01 * (0.5 if task == "regression" and solver != "adam" else 1)
    decay = ALPHA / len(x) * (2 if task == "regression" else 1)
    ours = (NNRegressor if task == "regression" else NNClassifier)(
        hidden_dims=(7, 5), optimizer=optimizer, lr=lr, weight_decay=decay, epochs=EPOCHS,
        random_state=2,
    )  # fmt: skip
    mlp = (MLPRegressor if task == "regression" else MLPClassifier)(
        hidden_layer_sizes=(7, 5), activation="tanh", learning_rate_init=0.01, alpha=ALPHA,
        batch_size=len(x), max_iter=1, tol=0, n_iter_no_change=EPOCHS + 1, warm_start=True,
        **theirs,
    )  # fmt: skip
    # A step of no length leaves the fresh weights.
    fresh = clone(ours).set_params(lr=1e-300, epochs=1).fit(x, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mlp.fit(x, y)
        mlp.coefs_ = [np.array(w) for w in fresh.coefs_]
        mlp.intercepts_ = [np.array(b) for b in fresh.intercepts_]
        mlp.set_params(max_iter=EPOCHS).fit(x, y)
    ours.fit(x, y)
    for found, expected in zip(ours.coefs_, mlp.coefs_, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
    for found, expected in zip(ours.intercepts_, mlp.intercepts_, strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
    assert not np.allclose(ours.coefs_[0], fresh.coefs_[0], atol=1e-3)
    if task == "regression":
        np.testing.assert_allclose(ours.predict(x), mlp.predict(x), atol=1e-12)
    else:
        np.testing.assert_allclose(ours.predict_proba(x), mlp.predict_proba(x), atol=1e-12)

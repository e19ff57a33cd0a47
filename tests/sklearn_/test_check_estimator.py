"""scikit-learn's own checks, all of them, on the estimators as they are made and on others."""

import os
import subprocess
import sys
import warnings
from typing import Any

import pytest
from sklearn.utils.estimator_checks import check_estimator

from nnplug.plugins.optimizers.adam import Adam
from nnplug.sklearn import NNClassifier, NNRegressor

NOT_ASKED = {"check_array_api_input": "scipy reads SCIPY_ARRAY_API when it is imported"}
"""What is skipped here, and asked by the last test."""

EQUIVALENCE = "check_sample_weight_equivalence_on_dense_data"
ORDER = "check_methods_sample_order_invariance"

BATCHES = "rows that are repeated make other batches than rows that count several times"
SPLIT = "rows that are repeated make another split than rows that count several times"
STATISTICS = "batch norm's means are of rows, whatever each counts in the loss"
ROUNDING = "the checks compare to 1e-7, and float32 has 24 bits: 6e-8, before any sum"
ASKS_FLOAT64 = "it asks for float64, and predictions are of the dtype that was asked for"

OTHERS = [
    (NNClassifier(loss="cross_entropy", activation="relu", optimizer=Adam(lr=0.02)), {}),
    (NNClassifier(loss="mse", optimizer=Adam), {}),
    (NNClassifier(class_weight="balanced", optimizer="nesterov:lr=0.05"), {}),
    (NNClassifier(batch_size=8, epochs=100), {EQUIVALENCE: BATCHES}),
    (NNClassifier(test_split=0.2, callback="early_stopping"), {EQUIVALENCE: SPLIT}),
    (
        NNClassifier(layers="linear:units=8 batch_norm tanh dropout:p=0.1"),
        {EQUIVALENCE: STATISTICS},
    ),
    (NNClassifier(dtype="float32"), {EQUIVALENCE: ROUNDING, ORDER: ROUNDING}),
    (NNRegressor(loss="huber"), {}),
    (NNRegressor(optimizer="l_bfgs", epochs=100), {}),
    (NNRegressor(batch_size=8, epochs=200), {EQUIVALENCE: BATCHES}),
    (
        NNRegressor(dtype="float32"),
        {
            EQUIVALENCE: ROUNDING,
            ORDER: ROUNDING,
            "check_regressor_multioutput": ASKS_FLOAT64,
        },
    ),
]
"""Estimators with other settings, and which checks may fail for them, and why."""


def results(estimator: Any) -> dict[str, set[str]]:
    """Return the names of the checks by how they ended."""
    found: dict[str, set[str]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the checks warn of what they do themselves
        for one in check_estimator(estimator, on_fail=None, on_skip=None):
            found.setdefault(one["status"], set()).add(one["check_name"])
    return found


@pytest.mark.parametrize("estimator", [NNClassifier(), NNRegressor()], ids=repr)
def test_every_check_passes(estimator):
    found = results(estimator)
    assert found.pop("skipped", set()) <= NOT_ASKED.keys()
    assert found.keys() == {"passed"}
    assert len(found["passed"]) > 50


@pytest.mark.slow
@pytest.mark.parametrize(("estimator", "expected"), OTHERS, ids=[repr(one) for one, _ in OTHERS])
def test_with_other_settings_none_fails_but_for_a_reason(estimator, expected):
    found = results(estimator)
    assert found.pop("skipped", set()) <= NOT_ASKED.keys()
    assert found.get("failed", set()) <= expected.keys()
    assert len(found["passed"]) > 50


@pytest.mark.slow
def test_the_check_that_is_skipped_passes_where_scipy_lets_it():
    code = """
import warnings
warnings.simplefilter("ignore")
from sklearn.utils.estimator_checks import check_estimator
from nnplug.sklearn import NNClassifier, NNRegressor
for estimator in (NNClassifier(), NNRegressor()):
    for one in check_estimator(estimator, on_fail=None, on_skip=None):
        assert one["status"] == "passed", one
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr

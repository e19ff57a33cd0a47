"""Epoch by epoch: what partial_fit promises to the last bit, and what it refuses."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons

from nnplug.core.errors import DataError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.sklearn import NNClassifier, NNRegressor

X, Y = load_iris(return_X_y=True)
CHAINS = ("linear:units=6 tanh", "linear:units=6 batch_norm relu dropout:p=0.3")
OPTIMIZERS = sorted(default_registry().builtin_names("optimizer"))


def quick(**given):
    return NNClassifier(**{"epochs": 6, "batch_size": 40, "random_state": 4} | given)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_epoch_by_epoch_is_the_same_run_bit_for_bit(optimizer, chain):
    given = {"layers": chain, "optimizer": optimizer, "weight_decay": 0.01, "clip": 1.0}
    whole = quick(**given).fit(X, Y)
    pieces = quick(**given)
    for _ in range(6):
        pieces.partial_fit(X, Y, classes=[0, 1, 2])
        pieces = pickle.loads(pickle.dumps(pieces))
    assert np.array_equal(pieces.network_.w, whole.network_.w)
    assert np.array_equal(pieces.predict_proba(X), whole.predict_proba(X))
    assert pieces.n_iter_ == 6


def test_it_goes_on_after_fit():
    whole = quick().fit(X, Y)
    model = quick(epochs=4).fit(X, Y).partial_fit(X, Y).partial_fit(X, Y)
    assert np.array_equal(model.network_.w, whole.network_.w)
    assert model.history_["epoch"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert np.array_equal(model.loss_curve_, whole.loss_curve_)


def test_values_are_learned_epoch_by_epoch_too():
    targets = X[:, 2:]
    whole = NNRegressor(epochs=3, random_state=0).fit(X[:, :2], targets)
    pieces = NNRegressor(random_state=0)
    for _ in range(3):
        pieces.partial_fit(X[:, :2], targets)
    assert np.array_equal(pieces.predict(X[:, :2]), whole.predict(X[:, :2]))


def test_fit_begins_anew():
    model = quick().partial_fit(X, Y, classes=[0, 1, 2])
    assert np.array_equal(model.fit(X, Y).network_.w, quick().fit(X, Y).network_.w)


def test_chunks_need_not_hold_every_class():
    x, y = make_moons(200, noise=0.1, random_state=0)
    model = NNClassifier(optimizer="adam:lr=0.03", random_state=0)
    order = np.argsort(y, kind="stable")
    for epoch in range(60):
        for rows in np.array_split(
            order if epoch == 0 else np.random.default_rng(epoch).permutation(200), 4
        ):
            model.partial_fit(x[rows], y[rows], classes=[0, 1])
    assert model.score(x, y) > 0.9
    assert model.n_iter_ == 240


def test_classes_are_named_at_the_first_call():
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        quick().partial_fit(X, Y)
    model = quick().partial_fit(X, Y, classes=[0, 1, 2])
    with pytest.raises(DataError, match="y holds 5, which is none of the classes"):
        model.partial_fit(X, Y + 5)
    with pytest.raises(ValueError, match="is not the same as on last call"):
        model.partial_fit(X, Y, classes=[0, 1])


def test_the_learning_rate_may_change_on_the_way():
    model = quick(lr=0.1).partial_fit(X, Y, classes=[0, 1, 2])
    before = model.network_.w.copy()
    model.set_params(lr=1e-300).partial_fit(X, Y)
    assert np.array_equal(model.network_.w, before)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hidden_dims": (3,)}, "make a network of"),
        ({"dtype": "float32"}, "float32"),
        ({"optimizer": "gd"}, "cannot go on with the memory of adam"),
    ],
)
def test_the_network_stays_as_it_is(change, said):
    model = quick().partial_fit(X, Y, classes=[0, 1, 2])
    before = model.predict_proba(X)
    with pytest.raises(SettingsError, match=said):
        model.set_params(**change).partial_fit(X, Y)
    assert np.array_equal(model.predict_proba(X), before)


@pytest.mark.parametrize(
    "given",
    [
        {"schedule": "cosine"},
        {"callback": "early_stopping"},
        {"test_split": 0.2},
        {"restore_best": True},
        {"track": True},
        {"class_weight": "balanced"},
    ],
    ids=str,
)
def test_settings_of_a_whole_run_leave_no_partial_fit(given):
    model = quick(**given)
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError) as error:
        model.partial_fit(X, Y, classes=[0, 1, 2])
    assert isinstance(error.value.__cause__, SettingsError)


def test_an_epoch_that_diverges_changes_nothing():
    model = NNRegressor(activation="relu", optimizer="gd", random_state=0).partial_fit(X, Y)
    before = model.predict(X)
    with pytest.raises(ArithmeticError, match="diverged at epoch 2"):
        model.set_params(lr=1e200).partial_fit(X, Y)
    assert np.array_equal(model.predict(X), before)
    assert model.n_iter_ == 1

"""The parameters of the estimators: the settings, one by one, and what they take."""

import inspect
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris, make_moons

import nnplug
from nnplug.core.errors import SettingsError, SpecError
from nnplug.engine.settings import OF_A_TABLE, Settings, settings
from nnplug.plugins.optimizers.adam import Adam
from nnplug.sklearn import NNClassifier, NNRegressor

LEFT_OUT = {
    "dataset": "fit is given the points",
    "data": "fit is given the points",
    "test_data": "fit is given the points, and test_split holds some out",
    **dict.fromkeys(OF_A_TABLE, "fit is given the points, and no table with columns to name"),
    "scale": "StandardScaler and MinMaxScaler do it, in a Pipeline",
    "impute": "SimpleImputer does it, in a Pipeline",
    "threshold": "FixedThresholdClassifier and TunedThresholdClassifierCV do it",
    "seed": "scikit-learn calls it random_state",
}
"""The settings that are no parameters, and why."""

X, Y = make_moons(60, noise=0.2, random_state=0)


def quick(**given):
    return NNClassifier(**{"hidden_dims": (4,), "epochs": 20, "random_state": 3} | given)


@pytest.mark.parametrize("estimator", [NNClassifier, NNRegressor])
def test_they_are_the_settings_with_their_defaults(estimator):
    given = {
        name: parameter.default
        for name, parameter in inspect.signature(estimator).parameters.items()
    }
    assert given.pop("random_state") is None
    without = LEFT_OUT.keys() | ({"class_weight"} if estimator is NNRegressor else set())
    expected = {n: getattr(Settings(), n) for n in settings() if n not in without}
    assert given == expected


def test_none_is_left_out_that_is_no_setting():
    assert settings().keys() >= LEFT_OUT.keys()


@pytest.mark.parametrize(
    "optimizer",
    ["adam:lr=0.05", {"name": "adam", "lr": 0.05}, Adam(lr=0.05)],
    ids=["spec", "table", "instance"],
)
def test_a_component_is_a_spec_a_table_or_an_instance(optimizer):
    named = quick(optimizer="adam", lr=0.05).fit(X, Y)
    assert np.array_equal(
        quick(optimizer=optimizer).fit(X, Y).predict_proba(X), named.predict_proba(X)
    )


def test_a_component_may_be_a_class_of_ones_own():
    class Upwards(nnplug.Activation):
        """y = z^3."""

        def forward(self, z):
            return z**3

        def derivative(self, z, y):
            return 3 * z**2

    model = quick(activation=Upwards, optimizer=Adam, lr=0.05, epochs=200).fit(X, Y)
    assert model.score(X, Y) > 0.8


@pytest.mark.parametrize("estimator", [NNClassifier, NNRegressor])
def test_clone_and_set_params_keep_what_they_are_given(estimator):
    made = estimator(optimizer=Adam(lr=0.2), activation="relu", callback=["early_stopping"])
    twin = clone(made)
    assert twin.get_params() == made.get_params()
    assert twin.optimizer == Adam(lr=0.2)
    assert twin.set_params(optimizer="sgd:lr=0.1").get_params()["optimizer"] == "sgd:lr=0.1"
    with pytest.raises(ValueError, match="Invalid parameter 'seed'"):
        twin.set_params(seed=1)


def test_what_is_wrong_is_said_by_fit_and_not_before():
    with pytest.raises(SettingsError, match="epochs must be >= 1, not 0"):
        quick(epochs=0).fit(X, Y)
    with pytest.raises(SpecError, match="no hyperparameter 'lrr'"):
        quick(optimizer="adam:lrr=1").fit(X, Y)
    with pytest.raises(nnplug.NnplugError, match="'adma'"):
        quick(optimizer="adma").fit(X, Y)
    with pytest.raises(SettingsError, match="layers and activation are both given"):
        quick(hidden_dims=(10, 10), layers="linear:units=3 relu", activation="relu").fit(X, Y)


@pytest.mark.parametrize("units", [4, [4], np.array([4]), (np.int64(4),)], ids=repr)
def test_units_are_a_number_or_several(units):
    assert quick(hidden_dims=units).fit(X, Y).coefs_[0].shape == (2, 4)


def test_without_hidden_layers_it_is_logistic_regression():
    assert [w.shape for w in quick(hidden_dims=()).fit(X, Y).coefs_] == [(2, 1)]


def test_layers_replace_units_and_activation():
    model = NNClassifier(layers="linear:units=5 prelu dropout:p=0.1", epochs=5).fit(X, Y)
    assert model.parameters_.keys() == {"0.W", "0.b", "1.a", "3.W", "3.b"}


def test_the_same_seed_is_the_same_run_as_in_nnplug_train():
    x, y = load_iris(return_X_y=True)
    given = {"hidden_dims": (7,), "optimizer": "adam:lr=0.02", "epochs": 30, "batch_size": 20}
    result = nnplug.train(x=x, y=y, seed=11, class_weight="balanced", **given)
    model = NNClassifier(random_state=11, class_weight="balanced", **given).fit(x, y)
    assert np.array_equal(model.network_.w, result.network.w)
    assert np.array_equal(model.loss_curve_, result.history["loss"])
    assert np.array_equal(model.history_["epoch"], result.history["epoch"])
    assert model.n_iter_ == 30
    assert np.array_equal(model.predict_proba(x), result.predict(x))


def test_random_state_is_a_number_a_generator_or_none():
    by_number = [quick().fit(X, Y).network_.w for _ in range(2)]
    assert np.array_equal(*by_number)
    generator = np.random.RandomState(0)
    drawn = [quick(random_state=generator).fit(X, Y).network_.w for _ in range(2)]
    assert not np.array_equal(*drawn)
    again = quick(random_state=np.random.RandomState(0)).fit(X, Y).network_.w
    assert np.array_equal(again, drawn[0])
    np.random.seed(5)  # noqa: NPY002 - what scikit-learn means by None
    by_none = quick(random_state=None).fit(X, Y).network_.w
    np.random.seed(5)  # noqa: NPY002
    assert np.array_equal(quick(random_state=None).fit(X, Y).network_.w, by_none)
    with pytest.raises(ValueError, match="Seed must be between"):
        quick(random_state=-1).fit(X, Y)


def test_no_warning_is_given_on_the_way():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quick(dtype="float32").fit(X, Y).predict(X)


def test_float32_is_kept_from_weights_to_predictions():
    model = quick(dtype="float32").fit(X, Y)
    assert model.coefs_[0].dtype == model.predict_proba(X).dtype == np.float32
    values = NNRegressor(dtype="float32", epochs=5).fit(X, X[:, 0]).predict(X)
    assert values.dtype == np.float32


def test_points_are_held_out_for_a_callback_that_stops():
    model = quick(
        epochs=5000, test_split=0.3, optimizer="adam:lr=0.05", callback="early_stopping:patience=3"
    ).fit(X, Y)
    assert model.n_iter_ < 5000
    assert "test_loss" in model.history_

"""From settings to a network: layers, steps, and the settings as they were used."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.dataset import Data
from nnplug.core.errors import NnplugError, SettingsError, ShapeError, UnknownNameError
from nnplug.core.registry import default_registry
from nnplug.engine.assemble import assemble
from nnplug.engine.data import as_data
from nnplug.engine.settings import Settings, read_config, write_config

REGISTRY = default_registry()


def made(data: Data | None = None, **given: Any) -> Any:
    return assemble(Settings().but(**given), REGISTRY, data)


def chain(data: Data | None = None, **given: Any) -> str:
    return " ".join(map(REGISTRY.spec, made(data, **given).network.layers))


IMAGES = as_data(np.zeros((6, 4, 4)), [0, 1, 2] * 2)


@pytest.mark.parametrize(
    ("data", "given", "layers"),
    [
        (None, {}, "linear:units=10 tanh linear:units=10 tanh linear:units=1"),
        (None, {"hidden_dims": ()}, "linear:units=1"),
        (None, {"hidden_dims": (3,), "activation": "relu"}, "linear:units=3 relu linear:units=1"),
        (None, {"loss": "mse"}, None),
        (None, {"loss": "cross", "hidden_dims": ()}, "linear:units=2"),
        (None, {"loss": "mse", "hidden_dims": ()}, "linear:units=1 sigmoid"),
        (None, {"layers": ""}, "linear:units=1"),
        (None, {"layers": "dropout relu"}, "dropout relu linear:units=1"),
        (None, {"layers": []}, "linear:units=1"),
        (IMAGES, {"hidden_dims": (3,)}, "flatten linear:units=3 tanh linear:units=3"),
        (IMAGES, {"hidden_dims": ()}, "flatten linear:units=3"),
        (IMAGES, {"layers": "relu"}, "relu flatten linear:units=3"),
        (IMAGES, {"layers": "flatten tanh"}, "flatten tanh linear:units=3"),
    ],
)  # fmt: skip
def test_layers(data: Data | None, given: dict[str, Any], layers: str | None) -> None:
    if layers is None:
        layers = "linear:units=10 tanh linear:units=10 tanh linear:units=1 sigmoid"
    assert chain(data, **given) == layers


def test_a_layer_that_cannot_take_images_is_named() -> None:
    with pytest.raises(ShapeError, match=r"layer 0 \(linear:units=3\) cannot take features of sha"):
        made(IMAGES, layers="linear:units=3")


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"epochs": 7}, 7),
        ({"epochs": 7, "batch_size": 21}, 7),
        ({"epochs": 7, "batch_size": 99}, 7),
        ({"epochs": 7, "batch_size": 10}, 21),
        ({"epochs": 7, "batch_size": 1}, 147),
        ({"epochs": 7, "batch_size": 10, "test_split": 0.1}, 14),
    ],
)
def test_a_schedule_knows_how_many_steps_the_run_takes(given: dict[str, Any], total: int) -> None:
    assembly = made(**given, schedule="cosine")
    assert assembly.network.updater.total == total
    result = nnplug.train(**given)
    assert result.network.updater is not None
    assert result.network.updater.t == total


def test_the_constant_schedule_costs_nothing() -> None:
    assert made().network.updater.schedule is None
    assert made(schedule="cosine").network.updater.schedule is not None


@pytest.mark.parametrize("callback", [None, (), "early_stopping", ["early_stopping"]])
def test_callbacks_are_none_one_or_several(callback: Any) -> None:
    names = [REGISTRY.name(one) for one in made(callback=callback).callbacks]
    assert names == (["early_stopping"] if callback else [])


class NoData(nnplug.Dataset):
    """Returns a pair."""

    def load(self, rng: Any) -> Any:
        return np.zeros((2, 2)), np.zeros(2)


class Lost(nnplug.Dataset):
    """Cannot find its file."""

    def load(self, rng: Any) -> Any:
        raise FileNotFoundError("points.csv")


def test_a_dataset_that_fails_is_named() -> None:
    with pytest.raises(SettingsError, match=r"dataset 'NoData' from .*: load returned a tuple"):
        made(dataset=NoData)
    with pytest.raises(FileNotFoundError) as caught:
        nnplug.train(dataset=Lost)
    assert caught.value.__notes__ == [f"in dataset 'Lost' from {__name__}"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"optimizer": "adma"}, "did you mean 'adam'"),
        ({"activation": "adam"}, "'adam' is an optimizer, not an activation"),
        ({"dataset": "nowhere"}, "no dataset is called 'nowhere'"),
        ({"optimizer": "adam:lrr=1"}, "no hyperparameter 'lrr'"),
        ({"callback": [None]}, "None is no component"),
    ],
)
def test_what_is_unknown_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(NnplugError, match=said):
        made(**given)


FED_BACK: list[dict[str, Any]] = [
    {},
    {"activation": "leaky_relu:slope=0.2", "hidden_dims": (3,), "seed": 5},
    {"hidden_dims": ()},
    {"layers": "linear:units=3 residual[linear:units=3 tanh] dropout:p=0.25"},
    {"layers": ""},
    {"loss": "mse"},
    {"loss": "mse", "output": "none"},
    {"loss": "mse", "output": "tanh"},
    {"loss": "cross", "output": "softmax"},
    {"optimizer": "adam:lr=0.05,beta1=0.8"},
    {"optimizer": "sgd", "lr": 0.3, "momentum": 0.5},
    {"optimizer": {"name": "adam", "eps": 1e-6}, "schedule": "cosine:floor=0.1", "clip": 0.5},
    {"init": "normal:sigma=0.5", "weight_decay": 0.001, "dtype": "float32"},
    {"batch_size": 4, "test_split": 0.3, "threshold": "median", "log_interval": 3},
    {"threshold": 0.25, "callback": ["early_stopping:patience=3,monitor=accuracy"]},
    {"dataset": "chessboard:n=30,cells=2"},
]


@pytest.mark.parametrize("given", FED_BACK, ids=str)
def test_a_runs_own_config_gives_the_same_bits_again(given: dict[str, Any], tmp_path: Path) -> None:
    first = nnplug.train(**given, epochs=6, save=tmp_path / "run")
    config = read_config(tmp_path / "run" / "config.toml")
    again = nnplug.train(**config)
    np.testing.assert_array_equal(again.network.w, first.network.w)
    assert again.settings == first.settings
    assert again.metrics == first.metrics


def test_a_config_says_everything_that_was_decided() -> None:
    resolved = made(optimizer="adam:beta1=0.8", lr=0.5, loss="mse", output="none").resolved
    assert resolved["lr"] == 0.5
    assert resolved["optimizer"] == "adam:beta1=0.8", "so that another --lr goes on top of it"
    assert resolved["output"] == "identity"
    settings = {*inspect.signature(Settings).parameters} - {"layers", "momentum"}
    assert resolved.keys() == settings
    assert "layers" in made(layers="relu").resolved


def test_another_rate_goes_on_top_of_a_config(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(write_config(made(optimizer="adam:lr=0.5").resolved))
    again = made(**{**read_config(path), "lr": 0.25})
    assert again.optimizer.lr == 0.25


def test_points_of_ones_own_are_no_dataset(tmp_path: Path) -> None:
    nnplug.train(x=[[0.0], [1.0]], y=[0, 1], epochs=1, save=tmp_path / "run")
    config = read_config(tmp_path / "run" / "config.toml")
    assert config["dataset"] == "data"
    with pytest.raises(UnknownNameError, match="no dataset is called 'data'"):
        nnplug.train(**config)

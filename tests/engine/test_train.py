"""`nnplug.train`: what it takes, what it refuses, and what comes back."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge

import nnplug
from nnplug.core.errors import (
    DataError,
    DivergedError,
    NnplugError,
    RunFileError,
    SettingsError,
    SpecError,
)

SMALL: dict[str, Any] = {"hidden": [4], "epochs": 5}


def test_it_learns_xor() -> None:
    result = nnplug.train(
        dataset="xor", hidden=[10, 10], activation="relu", optimizer="adam:lr=0.01", epochs=1000
    )
    assert result.metrics["train"]["accuracy"] == 1
    assert result.predict([[0.0, 1.0], [1.0, 1.0]]).round().tolist() == [[1], [0]]
    assert (result.reason, result.epochs) == ("epochs", 1000)
    assert result.baselines["train"]["constant"]["accuracy"] == 11 / 21


def test_it_learns_classes_and_values() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (150, 2))
    y = np.array(["left", "middle", "right"])[np.digitize(x[:, 0], [-0.3, 0.3])]
    result = nnplug.train(x=x, y=y, hidden=20, epochs=400, test_split=0.2)
    assert result.train.names == ("left", "middle", "right")
    assert result.metrics["test"]["accuracy"] > 0.85
    np.testing.assert_allclose(result.predict(x).sum(axis=1), 1)
    result = nnplug.train(x=x, y=np.sin(3 * x[:, 0]), epochs=800, batch_size=32, test_split=0.2)
    assert result.metrics["test"]["r2"] > 0.98
    assert result.baselines["test"]["linear"]["r2"] < 0.95
    assert result.predict(x).shape == (150, 1)


class Cube(nnplug.Activation):
    """z^3 / scale."""

    scale: Annotated[float, Ge(1)] = 2.0

    def forward(self, z: Any) -> Any:
        return z**3 / self.scale

    def derivative(self, z: Any, y: Any) -> Any:
        return 3 * z * z / self.scale


class Half(nnplug.Loss):
    """(z - t)^2 / 2."""

    def value(self, z: Any, t: Any) -> Any:
        return ((z - t) ** 2).mean(axis=-1) / 2

    def gradient(self, z: Any, t: Any) -> Any:
        return (z - t) / z.shape[-1]


class Line(nnplug.Dataset):
    """Points on a line."""

    n: int = 8

    def load(self, rng: np.random.Generator) -> nnplug.Data:
        x = rng.random((self.n, 1))
        return nnplug.Data(x, 2 * x, "regression")


class Plain(nnplug.Optimizer):
    """w - lr g."""

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:
        return w - lr * g


class Fading(nnplug.Schedule):
    """1 / (1 + step)."""

    def factor(self, step: int, total: int) -> float:
        return 1 / (1 + step)


class Small(nnplug.Initializer):
    """Small numbers."""

    def sample(self, rng: Any, shape: Any, fan_in: int, fan_out: int) -> Any:
        return 0.01 * rng.standard_normal(shape)


class Counts(nnplug.Callback):
    """Counts its epochs."""

    def on_epoch(self, run: nnplug.RunView) -> None:
        run.record("seen", run.epoch)


def test_classes_and_instances_that_no_plugin_gives() -> None:
    classes, instances = (
        nnplug.train(
            **SMALL, dataset=make(Line), activation=make(Cube), loss=make(Half), init=make(Small),
            optimizer=make(Plain), schedule=make(Fading), callback=make(Counts),
        )
        for make in (lambda cls: cls, lambda cls: cls())
    )  # fmt: skip
    np.testing.assert_array_equal(classes.network.w, instances.network.w)
    assert classes.history["seen"].tolist() == [1, 2, 3, 4, 5]
    assert classes.settings["activation"] == "Cube"
    tuned = nnplug.train(**SMALL, dataset=Line(n=3), activation=Cube(scale=9.0))
    assert (len(tuned.train), tuned.settings["activation"]) == (3, "Cube:scale=9.0")
    mixed = nnplug.train(dataset=Line, layers=["linear:units=2", Cube, Cube(), "relu"], epochs=1)
    assert mixed.settings["layers"] == "linear:units=2 Cube Cube relu"


def test_tables_and_specs_are_the_same() -> None:
    a = nnplug.train(**SMALL, optimizer={"name": "adam", "lr": 0.1, "beta1": 0.5})
    b = nnplug.train(**SMALL, optimizer="adam:lr=0.1,beta1=0.5")
    np.testing.assert_array_equal(a.network.w, b.network.w)


@pytest.mark.parametrize("hidden", [3, [3], (3,), np.array([3]), np.int64(3), range(3, 4)])
def test_hidden_units_however_they_are_given(hidden: Any) -> None:
    for name in ("hidden", "hidden_dims"):
        result = nnplug.train(**{name: hidden}, epochs=1)
        assert result.settings["hidden_dims"] == [3]
    assert nnplug.train(hidden=[], epochs=1).settings["hidden_dims"] == []


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"x": [[1.0]]}, SettingsError, "x is given without the other"),
        ({"y": [1.0]}, SettingsError, "y is given without the other"),
        ({"x": [[1.0]], "y": [1.0], "dataset": "xor"}, SettingsError, "both a dataset and x, y"),
        ({"weights": [1.0]}, SettingsError, "weights is given without x and y"),
        ({"weights": np.ones(3)}, SettingsError, "weights is given without x and y"),
        ({"task": "binary"}, SettingsError, "task is given without x and y"),
        ({"names": ("a", "b")}, SettingsError, "names is given without x and y"),
        ({"hidden": [3], "hidden_dims": [3]}, SettingsError, "hidden and hidden_dims are both"),
        ({"hidden": [3], "layers": "relu"}, SettingsError, "layers and hidden_dims or activation"),
        ({"activation": "relu", "layers": "relu"}, SettingsError, "layers and hidden_dims or act"),
        ({"hidden": "10 10"}, SettingsError, "hidden_dims takes whole numbers, not '10 10'"),
        ({"hidden": 2.5}, SettingsError, "hidden_dims takes whole numbers, not 2.5"),
        ({"hidden": [0]}, SettingsError, "hidden_dims must be >= 1"),
        ({"optimiser": "adam"}, SettingsError, "no setting 'optimiser'; did you mean 'optimizer'"),
        ({"epochs": 0}, SettingsError, "epochs must be >= 1, not 0"),
        ({"optimizer": 3}, SpecError, "3 is no component"),
        ({"optimizer": dict}, SpecError, "dict is no component"),
        ({"optimizer": Cube}, SpecError, "Cube is an activation, not an optimizer"),
        ({"x": [[1.0]], "y": [1.0], "task": "x"}, DataError, "a task is one of"),
    ],
)
def test_bad_arguments_are_one_line(given: Any, error: type[NnplugError], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        nnplug.train(**given)
    assert "\n" not in caught.value.message


def test_an_exception_in_a_component_says_whose_it_is() -> None:
    class Breaks(nnplug.Callback):
        """Breaks."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        nnplug.train(**SMALL, callback=Breaks)
    assert caught.value.__notes__ == [f"in callback 'Breaks' from {__name__}"]


def test_it_saves_where_one_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = nnplug.train(**SMALL, save="mine")
    assert result.folder == Path("mine")
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [
        "config.toml", "history.csv", "machine.json", "model.npz",
    ]  # fmt: skip
    result = nnplug.train(**SMALL, save=True)
    assert result.folder is not None
    assert result.folder.parent == Path("runs")
    assert result.folder.name.endswith("_xor-adam")
    assert nnplug.train(**SMALL).folder is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "runs"]


def test_where_it_cannot_save_it_does_not_train(tmp_path: Path) -> None:
    nnplug.train(**SMALL, save=tmp_path / "run")
    before = (tmp_path / "run" / "model.npz").read_bytes()

    class Trained(nnplug.Callback):
        """Fails the test."""

        def on_start(self, run: nnplug.RunView) -> None:
            pytest.fail("trained before the folder was there")

    for folder in (tmp_path / "run", tmp_path / "run" / "model.npz" / "deeper"):
        with pytest.raises(RunFileError):
            nnplug.train(**SMALL, callback=Trained, save=folder)
    assert (tmp_path / "run" / "model.npz").read_bytes() == before


def test_a_run_that_diverges_is_saved_with_its_best_weights(tmp_path: Path) -> None:
    with pytest.raises(DivergedError) as caught:
        nnplug.train(
            hidden=(9, 4), activation="none", output="none", loss="mse", optimizer="gd:lr=0.2",
            init="normal", save=tmp_path / "run",
        )  # fmt: skip
    result = caught.value.result
    assert result.folder == tmp_path / "run"
    x = result.train.x
    np.testing.assert_array_equal(nnplug.load(tmp_path / "run").predict(x), result.predict(x))


class Breaks(nnplug.Callback):
    """Breaks."""

    at: int = 5

    def on_epoch(self, run: nnplug.RunView) -> None:
        if run.epoch == self.at:
            raise ZeroDivisionError


def test_a_run_in_which_a_component_raises_keeps_what_it_reached(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        nnplug.train(**SMALL, callback=Breaks, save=tmp_path / "run")
    model = nnplug.load(tmp_path / "run")
    assert model.epoch == 5
    assert model.history["epoch"].tolist() == [0, 1, 2, 3, 4, 5]
    assert np.isfinite(model.predict(np.zeros((1, 2)))).all()


def test_a_run_that_fails_before_anything_was_measured_leaves_no_folder(tmp_path: Path) -> None:
    class Fails(nnplug.Activation):
        """Fails."""

        def forward(self, z: Any) -> Any:
            raise ZeroDivisionError

        def derivative(self, z: Any, y: Any) -> Any:
            return z

    with pytest.raises(ZeroDivisionError):
        nnplug.train(**SMALL, activation=Fails, save=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


X = np.random.default_rng(4).random((6, 2))
LABELS = {
    "binary": np.array([0, 1, 1, 0, 1, 0]),
    "multiclass": np.array([0, 1, 2, 2, 1, 0]),
    "regression": np.array([0.5, 1.5, -1.0, 2.0, 0.0, 3.0]),
}


@pytest.mark.parametrize("optimizer", ["adam", "gd"])
@pytest.mark.parametrize("task", LABELS)
def test_weight_0_is_removed_and_weight_2_is_twice(task: str, optimizer: str) -> None:
    weights = np.array([2.0, 1, 0, 1, 1, 3])
    rows = np.repeat(np.arange(6), weights.astype(int))
    settings: dict[str, Any] = {"hidden": [5], "epochs": 30, "optimizer": optimizer, "task": task}
    y = LABELS[task]
    weighted = nnplug.train(x=X, y=y, weights=weights, **settings)
    repeated = nnplug.train(x=X[rows], y=y[rows], **settings)
    np.testing.assert_allclose(weighted.network.w, repeated.network.w, rtol=1e-9, atol=1e-12)
    for name in repeated.history:
        np.testing.assert_allclose(weighted.history[name], repeated.history[name], rtol=1e-9)
    for model in ("constant", "linear"):
        found, expected = (r.baselines["train"][model] for r in (weighted, repeated))
        assert found == pytest.approx(expected)


def test_only_the_ratios_of_weights_matter() -> None:
    weights = np.array([2.0, 1, 0.5, 1, 1, 3])
    one, other = (
        nnplug.train(x=X, y=LABELS["binary"], weights=w, **SMALL) for w in (weights, 64 * weights)
    )
    np.testing.assert_array_equal(one.network.w, other.network.w)


def test_equal_weights_are_no_weights_and_batches_divide_by_their_own_size() -> None:
    settings: dict[str, Any] = {"x": X, "y": LABELS["regression"], "batch_size": 4, **SMALL}
    one, none = (nnplug.train(weights=w, **settings) for w in (np.full(6, 7.0), None))
    np.testing.assert_allclose(one.network.w, none.network.w, rtol=1e-12)


def test_images_are_flattened() -> None:
    images = np.random.default_rng(0).random((8, 3, 3, 2))
    flat = images.reshape(8, -1)
    y = [0, 1] * 4
    a, b = nnplug.train(x=images, y=y, **SMALL), nnplug.train(x=flat, y=y, **SMALL)
    np.testing.assert_array_equal(a.network.w, b.network.w)
    np.testing.assert_array_equal(a.predict(images), b.predict(flat))


def test_the_users_arrays_are_left_alone() -> None:
    x, y = X.copy(), LABELS["regression"].copy()
    nnplug.train(x=x, y=y, **SMALL, batch_size=2, test_split=0.3)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, LABELS["regression"])


def test_metrics_are_python_numbers() -> None:
    result = nnplug.train(**SMALL, test_split=0.2)
    for part in result.metrics.values():
        assert {type(value) for value in part.values()} == {float}

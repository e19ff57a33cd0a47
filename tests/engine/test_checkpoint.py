"""Model files: what is saved is what is loaded, and training goes on where it stood."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import RunFileError
from nnplug.core.loader.plugin import Found, Provider
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.chance import stream
from nnplug.engine.checkpoint import read_network, restore_run, write_checkpoint
from nnplug.engine.described import describe, rebuild
from nnplug.engine.loop import train_run
from nnplug.engine.network import Network
from nnplug.engine.run import Run
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare

TASK = {"task": "binary", "names": [], "columns": []}

NESTED = "linear:units=6 leaky_relu:slope=0.3 residual[linear:units=6 tanh residual[relu]] dropout"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"layers": NESTED},
        {"dtype": "float32", "activation": "relu"},
        {"optimizer": "gd", "loss": "mse", "output": "none"},
        {"loss": "cross", "schedule": "cosine:floor=0.1", "clip": 1.0, "weight_decay": 0.01},
    ],
)
def test_saved_and_loaded_it_predicts_the_same_bits(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    result = nnplug.train(**settings, epochs=3)
    folder = result.save(tmp_path / "run")
    model = nnplug.load(folder)
    x = np.random.default_rng(0).random((9, 2))
    np.testing.assert_array_equal(model.predict(x), result.predict(x))
    assert model.predict(x).dtype == result.predict(x).dtype == result.network.dtype
    assert (model.task, model.names, model.columns) == ("binary", ("0", "1"), ("x1", "x2"))
    assert model.epoch == 3
    np.testing.assert_array_equal(model.history["loss"], result.history["loss"])
    again = nnplug.load(folder / "model.npz").network
    assert again.layers == result.network.layers
    assert again.loss == result.network.loss
    assert again.updater is not None
    assert result.network.updater is not None
    for name in ("optimizer", "schedule", "lr", "weight_decay", "clip", "total", "t"):
        assert getattr(again.updater, name) == getattr(result.network.updater, name)


def test_of_other_data_the_file_knows_what_a_user_needs(tmp_path: Path) -> None:
    images = np.random.default_rng(0).random((6, 3, 3))
    result = nnplug.train(x=images, y=["cat", "dog", "owl"] * 2, epochs=2)
    model = nnplug.load(result.save(tmp_path / "run"))
    assert (model.task, model.names) == ("multiclass", ("cat", "dog", "owl"))
    np.testing.assert_array_equal(model.predict(images), result.predict(images))


EVERYTHING: dict[str, Any] = {
    "dataset": "chessboard:n=40",
    "test_split": 0.25,
    "layers": "linear:units=8 relu dropout:p=0.3 linear:units=4 tanh",
    "optimizer": "adam:beta1=0.8",
    "schedule": "cosine",
    "weight_decay": 1e-3,
    "clip": 1.0,
    "batch_size": 7,
    "epochs": 10,
    "seed": 3,
    "callback": "early_stopping",
}


def assembled(**changes: Any) -> Any:
    return prepare(Settings().but(**{**EVERYTHING, **changes}), default_registry())


def go(assembly: Any, shuffle: Any) -> str:
    settings = assembly.settings
    return train_run(
        assembly.run,
        assembly.callbacks,
        batch_size=settings.batch_size,
        shuffle=shuffle,
        record_every=settings.log_interval,
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", ["adam", "gd", "sgd:momentum=0.9", "momentum", "adagrad"])
def test_five_epochs_saved_and_restored_and_five_more_are_ten(
    tmp_path: Path, optimizer: str, dtype: str
) -> None:
    changes = {"optimizer": optimizer, "dtype": dtype}
    whole, halves, rest = (assembled(**changes) for _ in range(3))
    assert go(whole, stream(3, "shuffle")) == "epochs"

    shuffle = stream(3, "shuffle")
    halves.run.epochs = 5
    go(halves, shuffle)
    halves.run.epochs = 10
    path = tmp_path / "model.npz"
    write_checkpoint(path, halves.run, shuffle, TASK)

    shuffle = stream(99, "shuffle")
    restore_run(rest.run, path, shuffle)
    assert rest.run.epoch == 5
    assert go(rest, shuffle) == "epochs"
    assert rest.run.epoch == 10
    np.testing.assert_array_equal(rest.network.w, whole.network.w)
    for name, slot in rest.network.updater.slots.items():
        np.testing.assert_array_equal(slot, whole.network.updater.slots[name])
    assert rest.network.updater.t == whole.network.updater.t == 10 * 5
    for name in whole.run.history:
        np.testing.assert_array_equal(rest.run.history[name], whole.run.history[name])
    assert rest.run.notes == whole.run.notes
    assert rest.run.metrics("test") == whole.run.metrics("test")


def test_a_network_read_from_a_file_trains_on_in_ones_own_loop(tmp_path: Path) -> None:
    x, t = np.random.default_rng(0).random((2, 12, 2))
    t = t[:, :1]

    def train(net: Network, steps: int) -> None:
        for _ in range(steps):
            net.train_step(x, t)

    layers = "linear:units=5 dropout:p=0.2 relu linear:units=1"
    whole, half = (Network(layers, 2, loss="mse", optimizer="adam") for _ in range(2))
    train(whole, 10)
    train(half, 5)
    run = assembled().run
    path = tmp_path / "model.npz"
    write_checkpoint(path, Run(half, run.train, None, 1), None, TASK)
    again = read_network(path, default_registry())[0]
    train(again, 5)
    np.testing.assert_array_equal(again.w, whole.w)


def test_a_restored_run_remembers_what_was_kept_and_noted(tmp_path: Path) -> None:
    saved, fresh = assembled(), assembled()
    saved.run.keep_weights()
    saved.run.notes["seen"] = {"values": [1, None, "a"], "array": np.arange(2.0)}
    saved.run.epoch = 4
    saved.run.metrics()
    write_checkpoint(tmp_path / "a.npz", saved.run, None, TASK)
    fresh.run.network.w[...] = 0
    restore_run(fresh.run, tmp_path / "a.npz")
    np.testing.assert_array_equal(fresh.run.kept, saved.run.kept)
    assert fresh.run.notes == {"seen": {"values": [1, None, "a"], "array": [0, 1]}}
    assert fresh.run.metrics() == saved.run.metrics()


def test_a_run_that_stopped_goes_on_in_memory_too() -> None:
    whole, halves = assembled(), assembled()
    shuffles = [stream(3, "shuffle") for _ in range(2)]
    go(whole, shuffles[0])
    halves.run.epochs = 6
    go(halves, shuffles[1])
    assert not np.array_equal(halves.run.last, halves.network.w), "the best, and not the last"
    halves.run.epochs = 10
    go(halves, shuffles[1])
    np.testing.assert_array_equal(halves.network.w, whole.network.w)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"layers": "linear:units=3"},
            r"holds '0.W' of shape \(2, 8\) where these components make '0.W' of shape \(2, 3\)",
        ),
        ({"layers": "linear:units=8 batch_norm linear:units=4"}, r"make '1.gamma' of shape"),
        ({"dtype": "float32"}, r"these components make float32\[65\]"),
        (
            {"optimizer": "momentum"},
            r"holds float64\[65\] as 'slot.m'; these components make nothing",
        ),
    ],
)
def test_a_run_of_other_settings_is_not_restored(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    write_checkpoint(tmp_path / "a.npz", assembled().run, None, TASK)
    other = assembled(**changes)
    before = other.network.w.copy()
    with pytest.raises(RunFileError, match=said):
        restore_run(other.run, tmp_path / "a.npz")
    np.testing.assert_array_equal(other.network.w, before)


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("optimizer", "adam:lr=0.1,beta1=0.8"),
        ("layer", NESTED.rpartition(" dropout")[0].split(" ", 2)[2]),
        ("layer", "relu"),
        ("activation", "leaky_relu:slope=0.5"),
        ("callback", "early_stopping:patience=3,monitor=accuracy"),
        ("dataset", "chessboard:cells=3"),
    ],
)
def test_a_component_passes_through_json(kind: str, spec: str) -> None:
    registry = default_registry()
    component = registry.build(kind, spec)
    saved = json.loads(json.dumps(describe(component, registry)))
    assert rebuild(kind, saved, registry, Path("a file")) == component
    assert (saved["package"], saved["version"]) == ("nnplug", nnplug.__version__)


def test_what_stands_in_a_layers_place_is_saved_as_what_it_is() -> None:
    registry = default_registry()
    saved = describe(registry.build("layer", "residual[relu]"), registry)
    inner = saved["hyperparameters"]["layers"][0]
    assert (inner["kind"], inner["name"]) == ("activation", "relu")


ADAM = describe(default_registry().build("optimizer", "adam"), default_registry())


@pytest.mark.parametrize(
    ("changes", "said", "hint"),
    [
        (
            {"name": "swish", "kind": "activation", "package": "nnplug-swish", "version": "0.2"},
            "model.npz needs activation 'swish' of nnplug-swish 0.2",
            "type: pip install nnplug-swish==0.2",
        ),
        (
            {"name": "newest", "version": "9.9"},
            "model.npz needs optimizer 'newest' of nnplug 9.9",
            "type: pip install nnplug==9.9",
        ),
        (
            {"name": "Mine", "package": "__main__", "version": ""},
            "model.npz needs optimizer 'Mine' of __main__",
            "no package gave it: put it into a file, and name that with --plugin FILE",
        ),
        (
            {"hyperparameters": {"gamma": 1.0}},
            "model.npz holds optimizer 'adam' of nnplug .* as it is no more: .*gamma",
            f"type: pip install nnplug=={nnplug.__version__}",
        ),
        (
            {"hyperparameters": {"beta1": 2.0}},
            "as it is no more: .*beta1 must be >= 0, < 1, not 2.0",
            f"type: pip install nnplug=={nnplug.__version__}",
        ),
    ],
)
def test_a_component_that_is_missing_says_what_to_install(
    changes: dict[str, Any], said: str, hint: str
) -> None:
    registry = Registry(discover=lambda: ())
    with pytest.raises(RunFileError, match=said) as caught:
        rebuild(changes.get("kind", "optimizer"), {**ADAM, **changes}, registry, Path("model.npz"))
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"disabled": ["swish"]}, "is disabled: -p no:swish leaves it out"),
        ({"only": []}, "is disabled: NNPLUG_PLUGINS does not name it"),
        ({}, "is broken: ImportError: no"),
    ],
)
def test_a_package_that_is_there_is_not_to_be_installed_once_more(
    settings: dict[str, Any], hint: str
) -> None:
    def load() -> None:
        raise ImportError("no")

    found = Found(Provider("swish", "nnplug-swish", "0.2"), "nnplug_swish", load)
    registry = Registry(discover=lambda: [found], warn=lambda line: None, **settings)
    saved = {**ADAM, "kind": "activation", "name": "swish", "package": "nnplug-swish"}
    with pytest.raises(RunFileError, match="needs activation 'swish' of nnplug-swish") as caught:
        rebuild("activation", saved, registry, Path("model.npz"))
    assert caught.value.hint == f"plugin 'swish' from nnplug-swish 0.2 {hint}"


def test_a_class_that_no_plugin_gives_is_saved_and_named_when_loaded(tmp_path: Path) -> None:
    class Cube(nnplug.Activation):
        """z^3."""

        def forward(self, z: Any) -> Any:
            return z**3

        def derivative(self, z: Any, y: Any) -> Any:
            return 3 * z * z

    folder = nnplug.train(activation=Cube, epochs=2).save(tmp_path / "run")
    with pytest.raises(RunFileError, match=f"needs activation 'Cube' of {__name__}"):
        nnplug.load(folder)


def test_a_plugin_file_is_found_by_its_name_wherever_it_lies(tmp_path: Path) -> None:
    text = (
        "import nnplug\n"
        "class Cube(nnplug.Activation):\n"
        "    'z^3'\n"
        "    def forward(self, z): return z**3\n"
        "    def derivative(self, z, y): return 3 * z * z\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations(): return {'cube': Cube}\n"
    )
    for name in ("here.py", "there.py"):
        (tmp_path / name).write_text(text)
    here, there = (Registry(extra=[str(tmp_path / n)]) for n in ("here.py", "there.py"))
    result = nnplug.train(activation="cube", epochs=2, registry=here)
    folder = result.save(tmp_path / "run")
    x = result.train.x
    for registry in (here, there):
        np.testing.assert_array_equal(nnplug.load(folder, registry).predict(x), result.predict(x))


def test_of_two_packages_with_one_name_the_saved_one_is_built() -> None:
    found = [_package(name, slope) for name, slope in (("nnplug-a", 1.0), ("nnplug-b", 2.0))]
    registry = Registry(discover=lambda: found)
    component = registry.build("activation", "nnplug-b:twice")
    saved = describe(component, registry)
    assert (saved["name"], saved["package"], saved["version"]) == ("twice", "nnplug-b", "1.0")
    assert type(rebuild("activation", saved, registry, Path("f"))) is type(component)


def _package(name: str, slope: float) -> Any:
    from types import ModuleType

    from nnplug.core.loader.plugin import Found, Provider

    class Twice(nnplug.Activation):
        """A line."""

        def forward(self, z: Any) -> Any:
            return slope * z

        def derivative(self, z: Any, y: Any) -> Any:
            return slope + 0 * z

    module = ModuleType("given")
    module.nnplug_activations = nnplug.hookimpl(  # type: ignore[attr-defined] - a hook
        lambda: {"twice": Twice}, specname="nnplug_activations"
    )
    return Found(Provider(name.removeprefix("nnplug-"), name, "1.0"), name, lambda: module)

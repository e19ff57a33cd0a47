import shlex
import tomllib

import pytest

from nnplug.core.errors import NnplugError
from nnplug.engine.settings import Settings
from nnplug.play.setup import command, differing, read_setup, toml
from play_setups import rows


@pytest.fixture
def read(registry, tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("a,b,label\n1,2,0\n2,1,1\n")
    return lambda given: read_setup(given, registry, {"mine.csv": table}.__getitem__)


def test_an_empty_setup_is_what_nnplug_train_does(read, registry):
    assert differing(read({}).settings, registry) == {}
    assert command({}) == "nnplug train"


def test_layers_that_are_alike_have_the_short_form(read, registry):
    values = differing(read({"hidden": rows("relu", 4, 3)}).settings, registry)
    assert command(values) == "nnplug train --hidden-dims 4 3 --activation relu"
    assert tomllib.loads(toml(values)) == {"hidden_dims": [4, 3], "activation": "relu"}


@pytest.mark.parametrize(
    ("hidden", "chain"),
    [
        ([*rows("relu", 4), *rows("tanh", 3)], "linear:units=4 relu linear:units=3 tanh"),
        (rows(None, 4, 3), "linear:units=4 linear:units=3"),
        (
            [{"layer": {"name": "dropout", "p": 0.2}}, *rows("tanh", 3)],
            "dropout:p=0.2 linear:units=3 tanh",
        ),
        (
            [{"layer": None, "activation": {"name": "leaky_relu", "slope": 0.1}}],
            "leaky_relu:slope=0.1",
        ),
    ],
)
def test_layers_that_differ_are_named_one_by_one(read, registry, hidden, chain):
    values = differing(read({"hidden": hidden}).settings, registry)
    assert values == {"layers": chain}
    assert shlex.split(command(values)) == ["nnplug", "train", "--layers", chain]


def test_no_hidden_layer_at_all(read, registry):
    values = differing(read({"hidden": []}).settings, registry)
    assert command(values) == "nnplug train --hidden-dims none"


def test_every_setting_arrives(read, registry):
    given = {
        "dataset": {"name": "circles", "noise": 0.1},
        "loss": {"name": "mse"},
        "output": {"name": "sigmoid"},
        "optimizer": {"name": "adam", "beta1": 0.8},
        "init": {"name": "he"},
        "schedule": {"name": "cosine"},
        "lr": 0.5,
        "weight_decay": 0.001,
        "clip": 1.0,
        "batch_size": 10,
        "epochs": 7,
        "test_split": 0.25,
        "scale": "minmax",
        "seed": 3,
        "dtype": "float32",
    }
    values = differing(read(given).settings, registry)
    assert values == {
        "dataset": "circles:noise=0.1",
        "output": "sigmoid",
        "loss": "mse",
        "optimizer": "adam:beta1=0.8",
        "init": "he",
        "schedule": "cosine",
        "lr": 0.5,
        "epochs": 7,
        "batch_size": 10,
        "test_split": 0.25,
        "weight_decay": 0.001,
        "clip": 1.0,
        "seed": 3,
        "dtype": "float32",
        "scale": "minmax",
    }
    assert tomllib.loads(toml(values)) == values


def test_a_table_of_the_users_own(read, registry):
    found = read({"dataset": {"table": "mine.csv", "target": "label"}})
    assert found.table == "mine.csv"
    assert found.settings.target == ("label",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "a setup is a table"),
        ({"data": "/etc/passwd"}, "a setup has no 'data'"),
        ({"callback": {"name": "jsonl"}}, "a setup has no 'callback'"),
        ({"dataset": {"name": "table", "path": "x.csv", "target": ["y"]}}, "opens files"),
        ({"dataset": {"name": "nnplug:table", "path": "x", "target": ["y"]}}, "opens files"),
        ({"dataset": "table:path=x.csv"}, "is no dataset"),
        ({"dataset": {"table": "mine.csv"}}, "the column to predict"),
        ({"dataset": {"table": "mine.csv", "target": ""}}, "the column to predict"),
        ({"dataset": {"name": "circles", "noise": -1}}, "noise must be >= 0"),
        ({"dataset": {"name": "circels"}}, "circels"),
        ({"optimizer": {"name": "adam", "lrr": 1}}, "no hyperparameter 'lrr'"),
        ({"hidden": {"name": "linear"}}, "hidden is a list"),
        ({"hidden": [{"layer": {"name": "linear"}}]}, "needs units"),
        ({"epochs": 0}, "epochs must be >= 1"),
        ({"epochs": "9"}, "epochs takes a whole number"),
        ({"points": {"added": [{"x": [0], "y": 1, "part": "all"}]}}, "damaged"),
        ({"points": 3}, "damaged"),
    ],
)
def test_what_a_setup_must_not_hold_is_refused(read, given, words):
    with pytest.raises(NnplugError, match=words):
        read(given)


def test_a_block_cannot_smuggle_a_file_in(read):
    layer = {"name": "residual", "layers": ["linear:units=2", "table:path=x"]}
    with pytest.raises(NnplugError):
        read({"hidden": [{"layer": layer}]})


def test_defaults_are_not_changed_by_reading(read):
    before = Settings()
    read({"epochs": 3})
    assert Settings() == before

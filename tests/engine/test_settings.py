"""Settings: types, ranges, defaults, unknown names, and TOML there and back."""

import math
import string
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.errors import SettingsError
from nnplug.engine.settings import (
    Settings,
    read_config,
    refuse_contradictions,
    settings,
    write_config,
)


def test_every_setting_has_a_meaning_and_a_default_in_its_range() -> None:
    default = Settings()
    for name, setting in settings().items():
        assert setting.doc, name
        assert getattr(default, name) == setting.default


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epochs": 0}, "^epochs must be >= 1, not 0\n"),
        ({"epochs": -5}, "^epochs must be >= 1, not -5"),
        ({"epochs": 1.5}, "^epochs takes a whole number, not 1.5"),
        ({"epochs": True}, "^epochs takes a whole number, not True"),
        ({"epochs": "10"}, "^epochs takes a whole number, not '10'"),
        ({"hidden_dims": (10, 0)}, r"^hidden_dims must be >= 1, not \(10, 0\)"),
        ({"hidden_dims": ("a",)}, r"^hidden_dims takes whole numbers, not \('a',\)"),
        ({"hidden_dims": "10 10"}, "^hidden_dims takes whole numbers, not '10 10'"),
        ({"hidden_dims": 10}, "^hidden_dims takes whole numbers, not 10"),
        ({"lr": 0}, "^lr must be > 0, not 0"),
        ({"lr": math.nan}, "^lr takes"),
        ({"lr": math.inf}, "^lr takes"),
        ({"momentum": 1}, "^momentum must be >= 0, < 1, not 1"),
        ({"batch_size": 0}, "^batch_size must be >= 1"),
        ({"test_split": 1.0}, "^test_split must be >= 0, < 1"),
        ({"weight_decay": -1}, "^weight_decay must be >= 0"),
        ({"clip": 0}, "^clip must be > 0"),
        ({"seed": -1}, "^seed must be >= 0"),
        ({"dtype": "float16"}, "^dtype takes one of float64, float32, not 'float16'"),
        ({"log_interval": 0}, "^log_interval must be >= 1"),
        ({"threshold": "mean"}, "^threshold takes"),
        ({"epoch": 3}, "^there is no setting 'epoch'; did you mean 'epochs'?"),
        ({"colour": 3}, "^there is no setting 'colour'\n"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        Settings().but(**given)
    assert "\n" not in caught.value.message


def test_numbers_become_what_is_declared() -> None:
    wanted = Settings().but(
        epochs=np.int32(3), lr=1, hidden_dims=[np.int64(4)], threshold=np.float32(0.5)
    )
    assert (wanted.epochs, wanted.lr, wanted.hidden_dims, wanted.threshold) == (3, 1.0, (4,), 0.5)
    types = [type(wanted.epochs), type(wanted.lr), type(wanted.hidden_dims[0])]
    assert types == [int, float, int]
    assert Settings().but(threshold="median").threshold == "median"
    assert Settings().but(lr=None, hidden_dims=()).hidden_dims == ()


@pytest.mark.parametrize("given", [{"hidden_dims": (3,)}, {"activation": "relu"}])
def test_a_chain_of_layers_excludes_the_short_form(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="layers and hidden_dims or activation are both given"):
        refuse_contradictions({"layers": "relu", **given})
    refuse_contradictions({"layers": None, **given})
    refuse_contradictions({"layers": "relu"})


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "run.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_config_file_holds_specs_tables_and_lists(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        dataset = { name = "chessboard", cells = 2 }
        layers = ["linear:units=8", { name = "dropout", p = 0.1 }, "relu"]
        batch-size = 16
        lr = 1e-3

        [optimizer]
        name = "adam"
        beta1 = 0.95

        [[callback]]
        name = "early_stopping"
        patience = 7
        """,
    )
    assert read_config(path) == {
        "dataset": {"name": "chessboard", "cells": 2},
        "layers": ["linear:units=8", {"name": "dropout", "p": 0.1}, "relu"],
        "batch_size": 16,
        "lr": 0.001,
        "optimizer": {"name": "adam", "beta1": 0.95},
        "callback": [{"name": "early_stopping", "patience": 7}],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("epochs = ", "run.toml is no TOML"),
        (b"epochs = \xff", "run.toml is no TOML"),
        ("epoch = 3", "run.toml: there is no setting 'epoch'; did you mean 'epochs'?"),
        ('layers = "relu"\nactivation = "tanh"', "run.toml: layers and hidden_dims or activation"),
    ],
)
def test_a_wrong_config_names_its_file(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_config(write(tmp_path, text))


def test_a_config_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing.toml: No such file"):
        read_config(tmp_path / "missing.toml")
    with pytest.raises(SettingsError, match="Is a directory"):
        read_config(tmp_path)


characters = st.characters(exclude_categories=["Cs"])
scalars = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(characters)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(characters), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.text(string.ascii_lowercase + "_", min_size=1), values))
def test_toml_there_and_back(table: dict[str, Any]) -> None:
    read = tomllib.loads(write_config(table))
    assert read == table
    assert list(map(repr, read.values())) == list(map(repr, table.values()))


def test_none_is_left_out_and_numpy_numbers_are_numbers() -> None:
    text = write_config({"lr": np.float64(0.1), "clip": None, "hidden_dims": (2, 3)})
    assert text == "lr = 0.1\nhidden_dims = [2, 3]\n"

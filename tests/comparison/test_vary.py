"""What is typed after --vary, and what it means."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.comparison.vary import axis, read_axis
from nnplug.core.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("optimizer=gd momentum", "optimizer", ("gd", "momentum")),
        ("optimizer=gd adam:lr=0.01,beta1=0.95", "optimizer", ("gd", "adam:lr=0.01,beta1=0.95")),
        ("hidden-dims=4,4 8,8,8 none", "hidden_dims", ([4, 4], [8, 8, 8], [])),
        ("activation=sigmoid relu none", "activation", ("sigmoid", "relu", "none")),
        ("lr=0.1 1", "lr", (0.1, 1.0)),
        ("lr=0.001..1:log4", "lr", (0.001, 0.01, 0.1, 1.0)),
        ("weight-decay=0..0.4:3", "weight_decay", (0.0, 0.2, 0.4)),
        ("weight-decay=0..0.4:lin3 1", "weight_decay", (0.0, 0.2, 0.4, 1.0)),
        ("epochs=1..4", "epochs", (1, 2, 3, 4)),
        ("epochs=10..1000:log3", "epochs", (10, 100, 1000)),
        ("batch-size=none 8", "batch_size", (None, 8)),
        ("optimizer.beta1=0.8 0.9", "optimizer.beta1", ("0.8", "0.9")),
        ("callback=none stop_at:loss=0.1", "callback", ([], ["stop_at:loss=0.1"])),
        (
            'layers="linear:units=8 relu" [linear:units=4 tanh]',
            "layers",
            ("linear:units=8 relu", "linear:units=4 tanh"),
        ),
        ("layers=residual[linear:units=8 relu]", "layers", ("residual[linear:units=8 relu]",)),
        ("clip=none 1", "clip", (None, 1.0)),
        ("dtype=float32 float64", "dtype", ("float32", "float64")),
    ],
)  # fmt: skip
def test_values(text: str, name: str, values: tuple[Any, ...]) -> None:
    found = read_axis(text)
    assert (found.name, found.values) == (name, values)


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("optimizer", "is not NAME=VALUES", "gd momentum adam"),
        ("optimizer=", "is not NAME=VALUES", "gd momentum adam"),
        ("optimizer=gd,adam", "commas separate parts of one", '"optimizer=gd adam"'),
        ("lr=0.1,0.01", "takes a number", '"lr=0.1 0.01"'),
        ("optimiser=gd", "did you mean 'optimizer'?", "the settings: "),
        ("seed=1 2", "--vary seed is not possible", "--seeds N"),
        ("lr=0.1..1", "does not say how many values", "write 0.1..1:5, or :log5"),
        ("lr=1..0.1:5", "is no range", "from low to high"),
        ("lr=0..1:log5", "is no range", "begins above 0"),
        ("lr=0..1:1000000", "has 1000000 values; 1000 are the most", ""),
        ("lr=0.1 0.1", "0.1 stands there twice", "once is enough"),
        ("lr=-1", "must be > 0", ""),
        ("epochs.x=1", "epochs has no hyperparameters to vary", "optimizer.NAME"),
        ("optimizer.=1", "optimizer has no hyperparameters to vary", "optimizer.NAME"),
        ("optimizer=residual[x", "a bracket is not closed", ""),
    ],
)
def test_what_is_wrong_is_told(text: str, says: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_axis(text)
    assert says in caught.value.message
    assert hint in (caught.value.hint or "")


def test_an_axis_is_applied_to_settings() -> None:
    assert read_axis("lr=0.1 1").apply({"epochs": 5}, 1) == {"epochs": 5, "lr": 1.0}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, "adam:beta1=0.8"),
        ({"optimizer": "nadam"}, "nadam:beta1=0.8"),
        ({"optimizer": "adam:lr=0.1"}, "adam:lr=0.1,beta1=0.8"),
        ({"optimizer": "nnplug-x:mine"}, "nnplug-x:mine:beta1=0.8"),
        ({"optimizer": "nnplug-x:mine:lr=1"}, "nnplug-x:mine:lr=1,beta1=0.8"),
        ({"optimizer": {"name": "adam"}}, {"name": "adam", "beta1": "0.8"}),
    ],
)
def test_a_hyperparameter_is_set_on_what_the_setting_names(config: Any, expected: Any) -> None:
    assert read_axis("optimizer.beta1=0.8").apply(config, 0)["optimizer"] == expected


def test_values_of_a_program_keep_their_types() -> None:
    class Mine:
        pass

    found = axis("optimizer", ["adam", Mine])
    assert found.values == ("adam", Mine)
    assert found.labels == ("adam", "Mine")
    assert axis("lr", [0.1, 1]).labels == ("0.1", "1")


@given(low=st.floats(1e-6, 1.0), factor=st.floats(1.5, 1e6), count=st.integers(2, 30))
def test_a_log_range_has_equal_factors(low: float, factor: float, count: int) -> None:
    found = read_axis(f"lr={low!r}..{low * factor!r}:log{count}").values
    assert len(found) == count
    steps = [b / a for a, b in pairwise(found)]
    assert max(steps) / min(steps) < 1 + 1e-4
    assert found[0] == pytest.approx(low, rel=1e-5)
    assert found[-1] == pytest.approx(low * factor, rel=1e-5)

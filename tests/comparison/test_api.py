"""`nnplug.compare` in a program."""

from pathlib import Path

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import NnplugError, RunFileError


def test_what_differs_in_a_program(tmp_path: Path) -> None:
    found = nnplug.compare(
        {"optimizer": ["gd", "adam"], "hidden_dims": [[3], (4, 4)]}, seeds=3, epochs=20
    )
    assert [one.label for one in found.settings] == [
        *("gd, hidden-dims 3", "gd, hidden-dims 4,4"),
        *("adam, hidden-dims 3", "adam, hidden-dims 4,4"),
    ]
    assert found.complete()
    alone = nnplug.train(optimizer="adam", hidden=[4, 4], epochs=20, seed=2)
    assert found.of(3)[2].metrics["loss"] == alone.metrics["train"]["loss"]
    assert "adam, hidden-dims 3" in found.text
    assert found.verdict.metric == "loss"


class Steeper(nnplug.Activation):
    """y = 2 tanh(z)."""

    def forward(self, z: nnplug.Array) -> nnplug.Array:
        y: nnplug.Array = 2 * np.tanh(z)
        return y

    def derivative(self, z: nnplug.Array, y: nnplug.Array) -> nnplug.Array:
        return 2 - 0.5 * y * y


def test_classes_and_instances_can_be_compared_but_not_saved(tmp_path: Path) -> None:
    vary = {"activation": ["tanh", Steeper, Steeper()]}
    found = nnplug.compare(vary, seeds=2, epochs=5)
    assert [one.varied["activation"] for one in found.settings][:2] == ["tanh", "Steeper"]
    np.testing.assert_array_equal(found.values(1), found.values(2))
    with pytest.raises(NnplugError, match="which no file holds"):
        nnplug.compare(vary, seeds=2, epochs=5, save=tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_a_folder_goes_on_with_its_own_comparison(tmp_path: Path) -> None:
    first = nnplug.compare("lr=0.1 1", seeds=2, epochs=5, save=tmp_path / "here")
    again = nnplug.compare("lr=0.1 1", seeds=2, epochs=5, save=tmp_path / "here")
    assert [one.seconds for one in again.records] == [one.seconds for one in first.records]
    with pytest.raises(RunFileError, match="exists already"):
        nnplug.compare("lr=0.1 2", seeds=2, epochs=5, save=tmp_path / "here")

"""Runs that cannot go on, or not as they were: each is told why, and what to type."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import DivergedError, RunFileError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine.resume import where_it_stood
from nnplug.engine.saved import read_saved
from stopped_runs import SMALL, assembled, contents, go_on, same_weights, train


def test_a_state_that_was_kept_in_passing_serves_as_well(tmp_path: Path) -> None:
    class Kill(Exception):  # noqa: N818 - it is no error
        """Ends a run as a power cut would."""

    class Kills(nnplug.Callback):
        """Kills once."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            if run.epoch == 7 and not (tmp_path / "killed").exists():
                (tmp_path / "killed").touch()
                raise Kill

    settings = {**SMALL, "callback": Kills, "seed": 5}
    with pytest.raises(Kill):
        nnplug.train(**settings, save=tmp_path / "run", checkpoint_every=2)
    assert read_saved(tmp_path / "run" / "model.npz").meta["epoch"] == 6
    # A class that no plugin gives has no name that a folder could hold.
    with pytest.raises(nnplug.NnplugError, match="no callback is called 'Kills'"):
        nnplug.resume(tmp_path / "run")


def test_data_that_changed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"{i % 7},{i % 3},{'yes' if i % 2 else 'no'}" for i in range(30)]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["a,b,label", *lines]))
    settings = {"data": "table.csv", "target": "label", "hidden": [3]}
    nnplug.train(**settings, epochs=3, save="run")
    table.write_text("\n".join(["a,b,label", *lines[1:], "9,9,no"]))
    with pytest.raises(RunFileError, match="run was trained on other train points") as caught:
        nnplug.resume("run", epochs=6)
    assert "--extend goes on with those of today" in str(caught.value.hint)
    assert nnplug.resume("run", epochs=6, extend=True).epochs == 6


def test_there_is_nothing_left_to_do(tmp_path: Path) -> None:
    train(assembled(**SMALL), tmp_path / "run")
    for epochs in (None, 10, 3):
        said = r"run has 10 (of 10 epochs|epochs, and 3 are asked for): there is nothing"
        with pytest.raises(SettingsError, match=said):
            go_on(tmp_path / "run", epochs=epochs)


def test_a_run_that_diverged_has_no_state_to_go_on_from(tmp_path: Path) -> None:
    with pytest.raises(DivergedError):
        nnplug.train(
            optimizer="gd:lr=1e10",
            loss="mse",
            output="none",
            activation="identity",
            epochs=500,
            save=tmp_path / "run",
            checkpoint_every=1,
        )
    with pytest.raises(
        SettingsError, match=r"run diverged in epoch \d+: it has the best"
    ) as caught:
        nnplug.resume(tmp_path / "run", epochs=1000, extend=True)
    assert str(caught.value.hint).endswith("config.toml --lr 1e+09")


def test_a_run_that_a_component_ended_has_none_either(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "import nnplug\n"
        "class Raises(nnplug.Callback):\n"
        "    'Raises.'\n"
        "    def on_epoch(self, run):\n"
        "        if run.epoch == 4: raise ZeroDivisionError\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks(): return {'raises': Raises}\n"
    )
    registry = nnplug.Registry(extra=[str(plugin)])
    settings: dict[str, Any] = {**SMALL, "callback": "raises", "registry": registry}
    with pytest.raises(ZeroDivisionError):
        nnplug.train(**settings, save=tmp_path / "run")
    with pytest.raises(SettingsError, match="run was ended by an error in epoch 5") as caught:
        nnplug.resume(tmp_path / "run", registry=registry)
    assert str(caught.value.hint).endswith("config.toml")
    # A state from before it is one to go on from, once the component is mended.
    with pytest.raises(ZeroDivisionError):
        nnplug.train(**settings, save=tmp_path / "kept", checkpoint_every=3)
    plugin.write_text(plugin.read_text().replace("run.epoch == 4", "False"))
    mended = nnplug.Registry(extra=[str(plugin)])
    result = nnplug.resume(tmp_path / "kept", registry=mended)
    assert same_weights(result, nnplug.train(**SMALL))


def test_settings_that_were_changed_are_another_run(tmp_path: Path) -> None:
    train(assembled(**SMALL), tmp_path / "run", (4, 0))
    config = tmp_path / "run" / "config.toml"
    text = config.read_text()
    for old, new, said in (
        ("lr = 0.01", "lr = 0.002", "has lr 0.002, and .* was trained with 0.01"),
        ("seed = 0", "seed = 1", "has seed 1, and .* was trained with 0"),
        ("lr = 0.01\n", "", "has lr None, and .* was trained with 0.01"),
        ("seed = 0", "seed = 0\nclip = 1.0", "has clip 1.0, and .* was trained with None"),
    ):
        assert old in text
        config.write_text(text.replace(old, new))
        with pytest.raises(SettingsError, match=said) as caught:
            go_on(tmp_path / "run")
        assert "nnplug train --config" in str(caught.value.hint)
    config.unlink()
    result = go_on(tmp_path / "run")
    assert same_weights(result, train(assembled(**SMALL), tmp_path / "whole"))
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


def test_what_is_no_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "many").mkdir()
    (tmp_path / "many" / "comparison.json").touch()
    for name, said in (
        ("empty", "is no folder of a run"),
        ("file", "is no folder"),
        ("nowhere", "does not exist"),
        ("many", "is a comparison, and no single run"),
    ):
        with pytest.raises(RunFileError, match=f"{name} {said}"):
            nnplug.resume(tmp_path / name)
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_component_that_is_another_one_today_is_noticed(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    text = (
        "import nnplug\n"
        "from typing import Annotated\n"
        "class Line(nnplug.Activation):\n"
        "    'A line.'\n"
        "    slope: Annotated[float, 'its slope'] = 0.5\n"
        "    def forward(self, z): return self.slope * z\n"
        "    def derivative(self, z, y): return 0 * z + self.slope\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations(): return {'line': Line}\n"
    )
    plugin.write_text(text)
    registry = nnplug.Registry(extra=[str(plugin)])
    train(assembled(registry, **SMALL, activation="line"), tmp_path / "run", (4, 0))
    plugin.write_text(text.replace("0.5", "0.25"))
    changed = nnplug.Registry(extra=[str(plugin)])
    with pytest.raises(RunFileError, match=r"holds .*slope=0.5.*make .*slope=0.25"):
        go_on(tmp_path / "run", registry=changed)


def test_another_machine_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nnplug.train(**{**SMALL, "hidden_dims": (3,)}, save=tmp_path / "run")
    monkeypatch.setattr(np, "__version__", "99.0")
    found = where_it_stood(tmp_path / "run", default_registry(), epochs=20)
    assert len(found.said) == 2
    assert "-> 99.0: the last digits may not be those of one run" in found.said[1]

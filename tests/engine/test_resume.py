"""Going on with a run: bit for bit as if it had never been interrupted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import DivergedError, RunFileError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine import agreement as module
from nnplug.engine.resume import where_it_stood
from nnplug.engine.saved import read_saved
from stopped_runs import assembled, contents, go_on, same_weights, train

EVERYTHING: dict[str, Any] = {
    "dataset": "chessboard:n=40",
    "test_split": 0.25,
    "layers": "linear:units=6 batch_norm relu dropout:p=0.3 linear:units=4 tanh",
    "optimizer": "adam:beta1=0.8123456789012345",
    "schedule": "cosine",
    "weight_decay": 1e-3,
    "clip": 1.0,
    "batch_size": 8,
    "epochs": 3,
    "seed": 3,
    "callback": "early_stopping:patience=2",
}

SMALL: dict[str, Any] = {"hidden_dims": (3,), "epochs": 10}


def names(kind: str) -> list[str]:
    return sorted({entry.name for entry in default_registry().entries(kind)})


VARIANTS: dict[str, dict[str, Any]] = {
    **{f"optimizer {name}": {"optimizer": name} for name in names("optimizer")},
    **{f"schedule {name}": {"schedule": name} for name in names("schedule")},
    **{
        f"layer {name}": {"layers": f"linear:units=4 {name} tanh"}
        for name in ("batch_norm:momentum=0.7", "layer_norm", "prelu", "dropout:p=0.5")
    },
    "block": {"layers": "linear:units=4 residual[linear:units=4 batch_norm dropout relu] tanh"},
    "l_bfgs with dropout and decay": {"optimizer": "l_bfgs:memory=3", "clip": None},
    "whole set": {"layers": None, "hidden_dims": (4,), "batch_size": None, "epochs": 6},
    "last batch smaller than the rest": {"batch_size": 11},
    "restore_best": {"restore_best": True, "epochs": 5},
    "stop_at": {"callback": "stop_at:loss=0.66", "epochs": 20},
    "both callbacks": {"callback": ["stop_at:loss=0.1,every=2", "early_stopping:patience=1"]},
    "track": {"track": True},
    "track and restore_best": {"track": True, "restore_best": True, "callback": ()},
    "class weights": {"class_weight": "balanced", "dataset": "circles:n=40"},
    "several classes": {"dataset": "blobs:n=40"},
    "regression": {"dataset": "sine:n=40", "callback": "early_stopping"},
    "log interval": {"log_interval": 2, "epochs": 7},
    "float32": {"dtype": "float32"},
    "float32 l_bfgs": {"dtype": "float32", "optimizer": "l_bfgs"},
    "float32 muon": {"dtype": "float32", "optimizer": "muon"},
    "initializer": {"init": "orthogonal:gain=1.1"},
}


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_wherever_it_is_stopped_it_ends_with_the_same_bytes(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    settings = {**EVERYTHING, **changes}
    result = train(assembled(**settings), tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    places = _places(result, settings["batch_size"])
    for place in places:
        folder = tmp_path / "{}_{}".format(*place)
        assert train(assembled(**settings), folder, place).reason == "interrupted"
        assert contents(folder)["model.npz"] != whole["model.npz"]
        go_on(folder)
        assert contents(folder) == whole, place
    train(assembled(**settings), tmp_path / "again", places[0])
    for place in places[1:]:
        go_on(tmp_path / "again", place)
    go_on(tmp_path / "again")
    assert contents(tmp_path / "again") == whole, "stopped at every place"


def _places(result: nnplug.Result, size: int | None) -> list[tuple[int, int]]:
    """Return each (epoch, batches) before the end, but the very start."""
    samples = len(result.train)
    batches = -(-samples // (size or samples))
    return [(epoch, batch) for epoch in range(result.epochs) for batch in range(batches)][1:]


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


def test_in_python_it_is_one_call(tmp_path: Path) -> None:
    settings = {**EVERYTHING, "callback": (), "schedule": "constant"}
    whole = nnplug.train(**{**settings, "epochs": 8})
    nnplug.train(**settings, save=tmp_path / "run")
    result = nnplug.resume(tmp_path / "run", epochs=8)
    assert same_weights(result, whole)
    assert result.folder == tmp_path / "run"
    assert nnplug.load(tmp_path / "run").epoch == result.epochs == 8
    assert not (tmp_path / "run" / ".lock").exists()


def test_a_run_on_arrays_is_given_them_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random((20, 3)), rng.integers(0, 3, 20)
    weights = rng.random(20)
    settings: dict[str, Any] = {"hidden": [4], "batch_size": 6, "test_split": 0.3}
    about = {"x": x, "y": y, "names": ["a", "b", "c"], "weights": weights}
    whole = nnplug.train(**about, **settings, epochs=9)
    nnplug.train(**about, **settings, epochs=4, save=tmp_path / "run")
    with pytest.raises(RunFileError, match="run was trained on arrays") as caught:
        nnplug.resume(tmp_path / "run", epochs=9)
    assert "nnplug.resume(" in str(caught.value.hint)
    for other in ({"x": x[::-1]}, {"y": 2 - y}, {"weights": None}, {"names": ["d", "e", "f"]}):
        with pytest.raises(RunFileError, match="was trained on other train and test points"):
            nnplug.resume(tmp_path / "run", epochs=9, **{**about, **other})
    result = nnplug.resume(tmp_path / "run", epochs=9, **about)
    assert same_weights(result, whole)


def test_a_run_on_data_frames_is_given_them_again(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame({"a": rng.random(20), "b": ["u", "v"] * 10, "c": rng.random(20)})
    settings: dict[str, Any] = {"hidden": [4], "target": "c"}
    whole = nnplug.train(data=frame, **settings, epochs=9)
    nnplug.train(data=frame, **settings, epochs=4, save=tmp_path / "run")
    result = nnplug.resume(tmp_path / "run", epochs=9, data=frame, target="c")
    assert same_weights(result, whole)


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


TOTALS = (12, 20)
"""The totals of a run and of the one that it is extended to."""


@pytest.mark.parametrize("schedule", names("schedule"))
def test_a_longer_run_is_one_run_unless_the_schedule_knows_the_total(
    schedule: str, tmp_path: Path
) -> None:
    settings = {**SMALL, "schedule": schedule, "dataset": "circles:n=20", "batch_size": 5}
    short, long = TOTALS
    train(assembled(**{**settings, "epochs": short}), tmp_path / "run")
    whole = train(assembled(**{**settings, "epochs": long}), tmp_path / "whole")
    if schedule == "constant":
        assert same_weights(go_on(tmp_path / "run", epochs=long), whole)
        return
    with pytest.raises(SettingsError, match=f"schedule {schedule} knows the total") as caught:
        go_on(tmp_path / "run", epochs=long)
    assert caught.value.hint == "--extend goes on by the new total from here"
    extended = go_on(tmp_path / "run", epochs=long, extend=True)
    assert extended.epochs == long
    assert not same_weights(extended, whole)


def test_what_a_schedule_does_after_where_it_stands_is_no_difference(tmp_path: Path) -> None:
    # Until a quarter of the run, both totals have the factor 1.
    settings = {**SMALL, "schedule": "step:at=(0.5)"}
    short, long = TOTALS
    train(assembled(**{**settings, "epochs": short}), tmp_path / "run", (3, 0))
    whole = train(assembled(**{**settings, "epochs": long}), tmp_path / "whole")
    assert same_weights(go_on(tmp_path / "run", epochs=long), whole)
    for stopped, differs in ((6, False), (7, True)):
        folder = tmp_path / f"{stopped}"
        train(assembled(**{**settings, "epochs": short}), folder, (stopped, 0))
        if differs:
            with pytest.raises(SettingsError, match="at step 6 of the 7 that are done its factor"):
                go_on(folder, epochs=long)
        else:
            assert same_weights(go_on(folder, epochs=long), whole)


def test_of_very_many_steps_some_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKS", 4)
    train(assembled(**SMALL, schedule="step:at=(0.5)"), tmp_path / "run")
    with pytest.raises(SettingsError, match="at step 6 of the 10 that are done"):
        go_on(tmp_path / "run", epochs=20)


def test_the_best_weights_of_a_longer_run_may_be_others(tmp_path: Path) -> None:
    settings = {"hidden_dims": (3,), "restore_best": True, "epochs": 150}
    train(assembled(**settings), tmp_path / "run", (140, 0))
    with pytest.raises(SettingsError, match="140 of the 140 that are done, and 70 in one run"):
        go_on(tmp_path / "run", epochs=250)
    assert go_on(tmp_path / "run", epochs=250, extend=True).epochs == 250
    few = {**settings, "epochs": 60}
    train(assembled(**few), tmp_path / "few")
    whole = train(assembled(**{**few, "epochs": 90}), tmp_path / "whole")
    assert same_weights(go_on(tmp_path / "few", epochs=90), whole)


def test_a_run_that_a_callback_ended_goes_on_with_leave(tmp_path: Path) -> None:
    settings = {**SMALL, "optimizer": "gd", "lr": 0.3}
    whole = train(assembled(**{**settings, "epochs": 30}), tmp_path / "whole")
    stopping = {**settings, "epochs": 20, "callback": "stop_at:loss=0.7"}
    stopped = train(assembled(**stopping), tmp_path / "run")
    assert 0 < stopped.epochs < 20
    with pytest.raises(SettingsError, match=r"was ended by stop_at:loss=0.7: loss 0\.6") as caught:
        go_on(tmp_path / "run")
    assert "--extend goes on from its last step" in str(caught.value.hint)
    found = where_it_stood(tmp_path / "run", default_registry(), extend=True, epochs=30)
    assert found.said[1:] == ("callback stop_at:loss=0.7 no longer ends it",)
    # Interrupted once more, it still may not end it.
    go_on(tmp_path / "run", (25, 0), extend=True, epochs=30)
    extended = go_on(tmp_path / "run")
    assert (extended.epochs, extended.reason) == (30, "epochs")
    assert same_weights(extended, whole)


def test_what_a_callback_kept_before_it_was_overruled_stays_the_best(tmp_path: Path) -> None:
    settings = {**EVERYTHING, "epochs": 40, "callback": "early_stopping:patience=3", "lr": 0.1}
    stopped = train(assembled(**settings), tmp_path / "run")
    assert stopped.epochs < 40
    extended = go_on(tmp_path / "run", extend=True)
    assert extended.epochs == 40
    best = extended.run.notes["early_stopping_loss"]
    assert extended.metrics["test"]["loss"] == best["best"] <= stopped.metrics["test"]["loss"]


def test_there_is_nothing_left_to_do(tmp_path: Path) -> None:
    train(assembled(**SMALL), tmp_path / "run")
    for epochs in (None, 10, 3):
        with pytest.raises(SettingsError, match=r"run has 10 of (10|3) epochs: there is nothing"):
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


def test_more_epochs_in_the_file_of_settings_are_more_epochs(tmp_path: Path) -> None:
    train(assembled(**SMALL), tmp_path / "run")
    config = tmp_path / "run" / "config.toml"
    config.write_text(config.read_text().replace("epochs = 10", "epochs = 13"))
    assert go_on(tmp_path / "run").epochs == 13


def test_before_the_first_state_it_begins_anew(tmp_path: Path) -> None:
    whole = train(assembled(**SMALL), tmp_path / "run")
    (tmp_path / "run" / "model.npz").unlink()
    found = where_it_stood(tmp_path / "run", default_registry())
    assert found.said == (
        f"{tmp_path / 'run'} was ended before a state of it was kept: it begins anew",
    )
    assert same_weights(go_on(tmp_path / "run"), whole)


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

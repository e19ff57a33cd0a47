"""Going on with a run: bit for bit as if it had never been interrupted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import RunFileError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine.resume import where_it_stood
from stopped_runs import (
    EVERYTHING,
    SMALL,
    assembled,
    contents,
    go_on,
    names,
    same_weights,
    train,
)

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


def test_before_the_first_state_it_begins_anew(tmp_path: Path) -> None:
    whole = train(assembled(**SMALL), tmp_path / "run")
    (tmp_path / "run" / "model.npz").unlink()
    found = where_it_stood(tmp_path / "run", default_registry())
    assert found.said == (
        f"{tmp_path / 'run'} was ended before a state of it was kept: it begins anew",
    )
    assert same_weights(go_on(tmp_path / "run"), whole)


def test_a_layer_that_draws_when_it_predicts_goes_on_with_its_chance(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "import nnplug\n"
        "class Noise(nnplug.Layer):\n"
        "    'y = x + noise.'\n"
        "    def forward(self, x, p, ctx):\n"
        "        return x + 0.1 * ctx.rng.standard_normal(x.shape, x.dtype), None\n"
        "    def backward(self, dy, cache, p, g, ctx): return dy\n"
        "@nnplug.hookimpl\n"
        "def nnplug_layers(): return {'noise': Noise}\n"
    )
    registry = nnplug.Registry(extra=[str(plugin)])
    settings = {"layers": "linear:units=3 noise tanh", "epochs": 6, "batch_size": 8}
    train(assembled(registry, **settings), tmp_path / "whole")
    for place in ((0, 2), (3, 0), (4, 1)):
        folder = tmp_path / f"{place}"
        train(assembled(registry, **settings), folder, place)
        go_on(folder, registry=registry)
        assert contents(folder) == contents(tmp_path / "whole")


def test_a_run_starts_once_however_often_it_goes_on(tmp_path: Path) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "import nnplug\n"
        "class Counts(nnplug.Callback):\n"
        "    'Counts.'\n"
        "    def on_start(self, run): run.record('started', 1.0)\n"
        "    def on_epoch(self, run): run.record('passed', run.epoch)\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks(): return {'counts': Counts}\n"
    )
    registry = nnplug.Registry(extra=[str(plugin)])
    settings = {**SMALL, "callback": "counts"}
    train(assembled(registry, **settings), tmp_path / "whole")
    train(assembled(registry, **settings), tmp_path / "run", (4, 0))
    found = where_it_stood(tmp_path / "run", registry)
    with pytest.raises(SettingsError, match="the series 'loss' of the history is the engine's own"):
        found.assembly.run.record("loss", 1.0)
    result = go_on(tmp_path / "run", registry=registry)
    assert result.history["started"].tolist() == [1.0]
    assert contents(tmp_path / "run") == contents(tmp_path / "whole")


def test_who_is_stopped_in_the_last_epoch_has_done_them_all(tmp_path: Path) -> None:
    assert train(assembled(**SMALL), tmp_path / "run", (10, 0)).reason == "epochs"


def test_stopped_where_nothing_is_recorded_it_records_nothing(tmp_path: Path) -> None:
    settings = {**SMALL, "epochs": 300, "batch_size": 11, "restore_best": True}
    whole = train(assembled(**settings), tmp_path / "whole")
    assert whole.history["epoch"][:3].tolist() == [0, 3, 6]
    for place in ((1, 0), (100, 1), (299, 0)):
        train(assembled(**settings), tmp_path / f"{place}", place)
        go_on(tmp_path / f"{place}")
        assert contents(tmp_path / f"{place}") == contents(tmp_path / "whole")

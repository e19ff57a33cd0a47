"""What a model file must say of itself, place by place."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import RunFileError
from nnplug.engine.files import read_arrays, write_arrays
from nnplug.engine.saved import read_saved, read_summary

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, Any] = {
    "layers": "linear:units=3 batch_norm residual[tanh linear:units=3]",
    "callback": "early_stopping",
    "test_split": 0.3,
    "epochs": 4,
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    nnplug.train(**SETTINGS, save=folder)
    return folder


def changed(
    sound: Path, folder: Path, change: Callable[[Any, Any], Any], name: str = "model.npz"
) -> Path:
    """Return a model file that was changed and signed anew."""
    arrays, meta = read_arrays(sound / "model.npz")
    change(meta, arrays)
    path = folder / name
    write_arrays(path, arrays, meta)
    return path


def at(meta: Any, where: str) -> tuple[Any, Any]:
    """Return the container and the key of a place: "layers.0.name"."""
    keys = [int(key) if key.isdigit() else key for key in where.split(".")]
    for key in keys[:-1]:
        meta = meta[key]
    return meta, keys[-1]


def test_a_sound_file_says_all_of_itself(sound: Path) -> None:
    saved = read_saved(sound / "model.npz")
    network = nnplug.load(sound).network
    assert list(saved.parameters()) == [place.name for place in network.layout.places]
    for name, values in saved.parameters().items():
        np.testing.assert_array_equal(values, network.parameter(name))
    best = nnplug.load(sound, best=True).network
    np.testing.assert_array_equal(saved.parameters("best")["0.W"], best.parameter("0.W"))
    summary = read_summary(sound / "model.npz")
    assert summary.meta == saved.meta
    assert summary.arrays == {}


WRONG = [
    ("task.task", "ranking", "task.task is 'ranking'; one of "),
    ("task.names", "ab", "task.names is 'ab'; a list of at most 100000 is expected"),
    ("task.names.0", 3, "task.names[0] is 3; a text is expected"),
    ("task.more", 1, "task.more is 1; nothing is expected"),
    ("inputs", [], None),
    ("inputs.0", 0, "inputs[0] is 0; a whole number >= 1 is expected"),
    ("inputs.0", True, "inputs[0] is True; a whole number >= 1"),
    ("inputs.0", 2.0, "inputs[0] is 2.0; a whole number >= 1"),
    ("inputs.0", 10**12, None),
    ("dtype", "float16", "dtype is 'float16'; one of 'float64', 'float32' is expected"),
    ("dtype", "float32", "array w is float64[37]; float32[37] is expected"),
    ("layers", {}, "layers is an object of 0; a list of at most 10000"),
    ("layers.0.kind", "plugin", "layers[0].kind is 'plugin'; one of 'layer', 'activation', "),
    ("layers.0.name", "a\nb", "layers[0].name is 'a\\nb'; a name is expected"),
    ("layers.0.version", "1; rm", "layers[0].version is '1; rm'; a version is expected"),
    ("layers.0.hyperparameters", [], "layers[0].hyperparameters is a list of 0; an object"),
    ("layers.0.hyperparameters.units", float("nan"), "units is nan; a finite number is expected"),
    ("layers.0.hyperparameters.units", 10**400, "units is a huge number; a finite number"),
    ("layers.0.hyperparameters.units", {"a": 1}, "units.kind is nothing; something is expected"),
    ("layers.2.hyperparameters.layers.0.package", 3, "layers[0].package is 3; a name is expected"),
    ("parameters.0.shape.0", -1, "parameters[0].shape[0] is -1; a whole number >= 0"),
    ("parameters.0.shape", [2**40, 2**40], "0.W is huge; an array that a computer holds"),
    ("parameters.0.shape.0", 3, "array w is float64[37]; float64[40] is expected"),
    ("parameters.1.name", "0.W", "parameters is ambiguous; no name twice is expected"),
    ("parameters.0.trainable", False, "parameters is mixed; what is trained before the rest"),
    ("shapes", [[2]], "shapes is a list of 1; one more than there are layers is expected"),
    ("epoch", -1, "epoch is -1; a whole number >= 0 is expected"),
    ("epoch", 2**60, "epoch is 1152921504606846976; a whole number >= 0"),
    ("epochs", "3", "epochs is '3'; a whole number >= 1 is expected"),
    ("batches", None, "batches is nothing; a whole number >= 0 is expected"),
    ("points.train", "x", "points.train is 'x'; a SHA-256 is expected"),
    ("best", float("inf"), "best is inf; a finite number is expected"),
    ("best", None, "array best is float64[37]; nothing is expected"),
    ("threshold", "mean", "threshold is 'mean'; one of 'median', nothing is expected"),
    ("threshold", True, "threshold is True; a finite number is expected"),
    ("history.0", ["epoch"], "history[0] is a list of 1; a list of 2 is expected"),
    ("history.0.1", 99, "array history is float64[2, 25]; float64[2, 119] is expected"),
    ("history.1.0", "epoch", "history is ambiguous; no series twice is expected"),
    ("notes", [], "notes is a list of 0; an object is expected"),
    ("settings", 1, "settings is 1; an object is expected"),
    ("streams.dropout.bit_generator", "MT19937", "is 'MT19937'; one of 'PCG64' is expected"),
    ("streams.dropout.state.inc", 2**128, "inc is a huge number; a whole number >= 1, <= 3402"),
    ("streams.dropout.has_uint32", 2, "has_uint32 is 2; a whole number >= 0, <= 1 is expected"),
    ("streams.data", {}, "streams.data is an object of 0; nothing is expected"),
    ("updater.lr", None, "updater.lr is nothing; a finite number is expected"),
    ("updater.t", 0.5, "updater.t is 0.5; a whole number >= 0 is expected"),
    ("metrics", {"train": {"loss": "low"}}, "metrics.train.loss is 'low'; a number is expected"),
    ("legs", [{"epoch": 1}], "legs[0].batches is nothing; something is expected"),
    ("overruled", [1], "overruled[0] is 1; a text is expected"),
    ("surprise", [], "surprise is a list of 0; nothing is expected"),
    ("\x1b[31m", 1, "'\\x1b[31m' is 1; nothing is expected"),
]


@pytest.mark.parametrize(
    ("where", "value", "said"), WRONG, ids=[f"{one[0]!a} {str(one[1])[:9]!a}" for one in WRONG]
)
def test_what_is_wrong_is_said_with_its_place(
    where: str, value: Any, said: str | None, sound: Path, tmp_path: Path
) -> None:
    def change(meta: Any, arrays: Any) -> None:
        container, key = at(meta, where)
        container[key] = value

    path = changed(sound, tmp_path, change)
    if said is None:  # it fits by itself, and not to the components
        read_saved(path)
    with pytest.raises(RunFileError) as caught:
        nnplug.load(path)
    assert (said or "holds") in caught.value.message
    assert str(path) in caught.value.message
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("key", ["format", "layers", "streams", "updater", "optimizer", "notes"])
def test_what_is_missing_is_said(key: str, sound: Path, tmp_path: Path) -> None:
    arrays, meta = read_arrays(sound / "model.npz")
    del meta[key]
    from nnplug.engine.archive import write_archive

    path = tmp_path / "model.npz"
    with path.open("wb") as file:
        write_archive(file, arrays, meta)
    with pytest.raises(RunFileError, match=f"{key} is nothing|has no format|optimizer is apart"):
        nnplug.load(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.pop("w"), r"array w is nothing; float64\[37\] is expected"),
        (lambda a: a.pop("history"), r"array history is nothing; float64\[2, 25\] is expected"),
        (lambda a: a.pop("slot.m"), r"holds nothing as 'slot.m'; these components make float64"),
        (lambda a: a.update(w=a["w"][:-1]), r"array w is float64\[36\]; float64\[37\]"),
        (lambda a: a.update(w=a["w"][None]), r"array w is float64\[1, 37\]; float64\[37\]"),
        (lambda a: a.update(w=a["w"].astype("f4")), r"array w is float32\[37\]; float64\[37\]"),
        (lambda a: a.update(kept=a["w"][:3]), r"array kept is float64\[3\]; float64\[37\]"),
        (lambda a: a.update(more=a["w"]), r"array more is float64\[37\]; nothing is expected"),
        (
            lambda a: a.update({"slot.x": a["slot.m"]}),
            r"as 'slot.x'; these components make nothing",
        ),
        (lambda a: a.update({"slot.m": a["w"]}), r"array slot.m is float64\[37\]; float64\[31\]"),
        (lambda a: a["history"].__setitem__((0, 0), -1), "array history is not made of epochs"),
        (lambda a: a["history"].__setitem__((0, 0), np.nan), "array history is not made of epochs"),
        (lambda a: a["history"].__setitem__((0, 0), 0.5), "array history is not made of epochs"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    change: Any, said: str, sound: Path, tmp_path: Path
) -> None:
    path = changed(sound, tmp_path, lambda meta, arrays: change(arrays))
    with pytest.raises(RunFileError, match=said):
        nnplug.load(path)


def test_a_network_of_other_shapes_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    def change(meta: Any, arrays: Any) -> None:
        meta["layers"][0]["hyperparameters"]["units"] = 10**12

    plain = nnplug.train(hidden=[3], epochs=2).save(tmp_path / "run")
    path = changed(plain, tmp_path, change)
    with pytest.raises(RunFileError, match=r"holds '0.W' of shape \(2, 3\) where these components"):
        nnplug.load(path)


def test_a_component_in_anothers_place_is_refused(sound: Path, tmp_path: Path) -> None:
    def change(meta: Any, arrays: Any) -> None:
        meta["loss"] = meta["optimizer"]

    path = changed(sound, tmp_path, change)
    with pytest.raises(RunFileError, match=r"optimizer 'adam' of nnplug .* in the place of a loss"):
        nnplug.load(path)


def test_blocks_that_nest_too_deep_are_refused(sound: Path, tmp_path: Path) -> None:
    def change(depth: int) -> Callable[[Any, Any], None]:
        def nest(meta: Any, arrays: Any) -> None:
            inner = meta["layers"][2]["hyperparameters"]["layers"][0]
            for _ in range(depth):
                inner = {**meta["layers"][2], "hyperparameters": {"layers": [inner]}}
            meta["layers"][2]["hyperparameters"]["layers"][0] = inner

        return nest

    nnplug.load(changed(sound, tmp_path, change(0)))
    with pytest.raises(RunFileError, match=r"holds '2.1.W' .* where these components"):
        nnplug.load(changed(sound, tmp_path, lambda m, a: _renamed(change(1), m, a)))
    with pytest.raises(RunFileError, match="no block 32 levels deep is expected"):
        nnplug.load(changed(sound, tmp_path, change(40)))


def _renamed(change: Callable[[Any, Any], None], meta: Any, arrays: Any) -> None:
    meta["layers"][2]["hyperparameters"]["layers"].reverse()
    change(meta, arrays)


def test_text_in_a_message_is_one_line_of_plain_characters(sound: Path, tmp_path: Path) -> None:
    def change(meta: Any, arrays: Any) -> None:
        meta["layers"][0] |= {"name": "ä" * 200, "package": "x; rm -rf ~", "version": "1.0"}

    with pytest.raises(RunFileError) as caught:
        nnplug.load(changed(sound, tmp_path, change))
    assert caught.value.hint == "install the package that gives it"


def test_hundreds_of_hostile_files_are_refused_or_read_rightly(tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "fuzz_models.py"
    done = subprocess.run(
        [sys.executable, str(script), "--cases", "400", "--seed", "7"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("0 of 400 cases are wrong\n")


def test_what_a_run_leaves_is_read_by_json_alone(sound: Path, tmp_path: Path) -> None:
    import zipfile

    shutil.copy(sound / "model.npz", tmp_path)
    with zipfile.ZipFile(tmp_path / "model.npz") as archive:
        meta = json.loads(archive.read("meta.json"))
    assert meta["format"] == 1
    assert meta["settings"]["callback"] == ["early_stopping"]


CONTRADICTIONS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"names": ["a", "b", "c"]}, "names 3 classes, and predicts 2"),
    ({}, {"task": "regression"}, "says regression of a network that cannot be that"),
    ({}, {"task": "multiclass"}, "says multiclass of a network that cannot be that"),
    ({}, {"targets": ["a", "b", "c"]}, "names 3 columns of targets, and predicts 1"),
    ({"dataset": "blobs:n=30"}, {"task": "binary"}, "says binary of a network that cannot be"),
    ({"dataset": "blobs:n=30"}, {"names": ["a"]}, "names 1 classes, and predicts 3"),
    ({"dataset": "sine:n=30"}, {"task": "binary", "names": []}, None),
    ({"dataset": "sine:n=30"}, {"names": ["a", "b"]}, "names 2 targets, and predicts 1"),
]


@pytest.mark.parametrize(("settings", "change", "said"), CONTRADICTIONS)
def test_what_is_predicted_fits_the_network(
    settings: dict[str, Any], change: dict[str, Any], said: str | None, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    nnplug.train(**{"epochs": 1, "hidden": [2], **settings}, save=folder)
    path = changed(folder, tmp_path, lambda meta, arrays: meta["task"].update(change))
    if said is None:  # a squared error judges classes, too
        assert nnplug.load(path).task == "binary"
        return
    with pytest.raises(RunFileError, match=said):
        nnplug.load(path)


def test_no_category_of_a_column_stands_twice(tmp_path: Path) -> None:
    table = {"a": ["u", "v", "w", "u"], "y": [0, 1, 1, 0]}
    nnplug.train(data=table, target="y", epochs=1, save=tmp_path / "run")

    def change(meta: Any, arrays: Any) -> None:
        meta["task"]["preparation"]["categories"][0][1] = "u"

    with pytest.raises(RunFileError, match="a column of 3 texts has one twice"):
        nnplug.load(changed(tmp_path / "run", tmp_path, change))

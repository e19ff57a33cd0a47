"""Trackers: jsonl and tensorboard write what the history has, whatever interrupts the run."""

import json
import math
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import SettingsError
from nnplug.testing import run_checks
from nnplug.testing.scripted import FALLING_THEN_RISING, ScriptedRun, look

pytest.importorskip("tensorboardX", reason="pip install 'nnplug[tensorboard]'")

from nnplug.plugins.callbacks.jsonl import JSONL
from nnplug.plugins.callbacks.tensorboard import NAME, TensorBoard

SETTINGS: dict[str, Any] = {
    "dataset": "moons:n=40",
    "hidden": [3],
    "epochs": 37,
    "test_split": 0.25,
    "log_interval": 5,
    "batch_size": 8,
}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def scalars(path: Path) -> dict[str, list[tuple[int, float]]]:
    """Read the scalars of an event file, by the definition of its records."""
    from tensorboardX.proto.event_pb2 import Event

    found: dict[str, list[tuple[int, float]]] = {}
    for data in records(path.read_bytes()):
        event = Event.FromString(data)
        for value in event.summary.value:
            if value.HasField("simple_value"):
                found.setdefault(value.tag, []).append((event.step, value.simple_value))
    return found


def records(content: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        (size,) = struct.unpack_from("<Q", content, place)
        yield content[place + 12 : place + 12 + size]
        place += 16 + size
    assert place == len(content)


def as_rows(history: Any) -> dict[int, dict[str, float]]:
    rows: dict[int, dict[str, float]] = {}
    for name in history:
        for epoch, value in zip(history.epochs(name).tolist(), history[name], strict=True):
            rows.setdefault(epoch, {})[name] = value
    return rows


def test_jsonl_has_a_line_for_each_recorded_epoch(tmp_path: Path) -> None:
    result = nnplug.train(**SETTINGS, callback="jsonl", save=tmp_path / "run")
    found = lines(tmp_path / "run" / "log.jsonl")
    assert [row["epoch"] for row in found] == result.history["epoch"].tolist()
    assert {row["epoch"]: row for row in found} == as_rows(result.history)


def test_tensorboard_has_a_scalar_for_each_recorded_value(tmp_path: Path) -> None:
    result = nnplug.train(**SETTINGS, track=True, callback="tensorboard", save=tmp_path / "run")
    found = scalars(tmp_path / "run" / NAME)
    history = result.history
    assert {name.replace("/", ".", 1) for name in found} == set(history) - {"epoch"}
    for tag, values in found.items():
        name = tag.replace("/", ".", 1)
        assert [step for step, _ in values] == history.epochs(name).tolist()
        np.testing.assert_array_equal(
            np.float32([value for _, value in values]), history[name].astype(np.float32)
        )


def test_tensorboard_itself_reads_what_is_written(tmp_path: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator",
        reason="tensorboard reads what is written",
    )
    result = nnplug.train(**SETTINGS, callback="tensorboard", save=tmp_path / "run")
    events = accumulator.EventAccumulator(str(tmp_path / "run"))
    events.Reload()
    assert set(events.Tags()["scalars"]) == set(result.history) - {"epoch"}
    losses = events.Scalars("test_loss")
    assert [one.step for one in losses] == result.history["epoch"].astype(int).tolist()
    assert [one.value for one in losses] == pytest.approx(result.history["test_loss"], rel=1e-6)
    (text,) = events.Tensors("settings/text_summary")
    (said,) = text.tensor_proto.string_val
    assert b"| dataset | moons:n=40 |" in said
    metadata = events.SummaryMetadata("_hparams_/session_start_info")
    assert metadata.plugin_data.plugin_name == "hparams"


@pytest.mark.parametrize("tracker", ["jsonl", "tensorboard"])
@pytest.mark.parametrize(("kept", "lost"), [(5, 5), (10, 20), (12, 13), (36, 37)])
def test_a_run_that_goes_on_leaves_the_file_of_one_run(
    tmp_path: Path, tracker: str, kept: int, lost: int
) -> None:
    whole, broken, longer = (tmp_path / name for name in ("whole", "broken", "longer"))
    nnplug.train(**SETTINGS, callback=tracker, save=whole)
    # A run stopped at `lost`, whose state is that of `kept`: what came between is lost.
    for folder, epochs in ((broken, kept), (longer, lost)):
        nnplug.train(**{**SETTINGS, "epochs": epochs}, callback=tracker, save=folder)
    name = "log.jsonl" if tracker == "jsonl" else NAME
    shutil.copy(longer / name, broken / name)
    with (broken / name).open("ab") as file:
        file.write(b'{"epoch": 3')  # and a record that was cut off
    nnplug.resume(broken, epochs=SETTINGS["epochs"])
    # The shorter run recorded its last epochs, which the longer one need not.
    history = as_rows(nnplug.load(broken).history)
    if tracker == "jsonl":
        found = lines(broken / name)
        assert {row["epoch"]: row for row in found} == history
        assert len(found) == len(history)
        assert {row["epoch"]: row for row in lines(whole / name)}.items() <= history.items()
    else:
        steps = [step for step, _ in scalars(broken / name)["loss"]]
        assert steps == sorted(history)


def test_the_fresh_weights_and_the_last_epoch_have_a_line(tmp_path: Path) -> None:
    result = nnplug.train(
        dataset="xor",
        epochs=500,
        callback=["jsonl", "stop_at:loss=0.6"],
        save=tmp_path / "run",
    )
    found = lines(tmp_path / "run" / "log.jsonl")
    assert found[0]["epoch"] == 0
    assert found[-1]["epoch"] == result.epochs
    assert result.epochs % 5  # an epoch that is recorded only since it is the last
    assert found[-1]["loss"] == result.history["loss"][-1]


def test_every_writes_fewer_lines(tmp_path: Path) -> None:
    nnplug.train(**{**SETTINGS, "callback": "jsonl:every=10"}, save=tmp_path / "run")
    epochs = [row["epoch"] for row in lines(tmp_path / "run" / "log.jsonl")]
    assert epochs == [0, 10, 20, 30, 37]


@pytest.mark.parametrize("tracker", ["jsonl", "tensorboard"])
def test_a_run_that_is_saved_nowhere_has_no_place_for_a_file(tracker: str) -> None:
    with pytest.raises(SettingsError, match=f"callback {tracker}: this run is saved nowhere"):
        nnplug.train(dataset="xor", epochs=2, callback=tracker)


def test_a_file_elsewhere_is_never_written_over_or_into(tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    mine.write_text("mine\n")
    spec = {"name": "jsonl", "path": str(mine)}
    with pytest.raises(SettingsError, match="exists already"):
        nnplug.train(dataset="xor", epochs=2, callback=spec)
    assert mine.read_text() == "mine\n"
    other = {"name": "jsonl", "path": str(tmp_path / "new" / "log.jsonl")}
    nnplug.train(dataset="xor", epochs=2, callback=other)
    assert [row["epoch"] for row in lines(tmp_path / "new" / "log.jsonl")] == [0, 1, 2]
    events = {"name": "tensorboard", "folder": str(tmp_path / "events")}
    nnplug.train(dataset="xor", epochs=2, callback=events)
    before = (tmp_path / "events" / NAME).read_bytes()
    with pytest.raises(SettingsError, match="exists already"):
        nnplug.train(dataset="xor", epochs=2, callback=events)
    assert (tmp_path / "events" / NAME).read_bytes() == before


@pytest.mark.parametrize("tracker", [JSONL(path="no.jsonl"), TensorBoard()])
def test_a_file_that_cannot_be_written_is_named(tracker: Any) -> None:
    run = ScriptedRun(FALLING_THEN_RISING)
    name = "no.jsonl" if tracker == JSONL(path="no.jsonl") else NAME
    (run.folder / name).mkdir()
    with pytest.raises(SettingsError, match=f"cannot write .*{name}"):
        tracker.on_start(run)


def test_values_that_are_not_finite_are_null_and_no_scalars(tmp_path: Path) -> None:
    run = ScriptedRun((0.5, math.nan, math.inf))
    for tracker in (JSONL(), TensorBoard()):
        run.epoch = 0
        tracker.on_start(run)
        for _ in range(2):
            look(tracker, run)
        tracker.on_end(run)
    found = lines(run.folder / "log.jsonl")
    assert [row["loss"] for row in found] == [0.5, None, None]
    assert [step for step, _ in scalars(run.folder / NAME)["loss"]] == [0]


def test_series_of_other_callbacks_are_in_it(tmp_path: Path) -> None:
    class Norm(nnplug.Callback):
        """Records the norm of the weights."""

        def on_epoch(self, run: nnplug.RunView) -> None:
            run.record("norm", float(np.linalg.norm(run.weights())))

    nnplug.train(dataset="xor", epochs=3, callback=[Norm(), "jsonl"], save=tmp_path / "run")
    found = lines(tmp_path / "run" / "log.jsonl")
    assert ["norm" in row for row in found] == [False, True, True, True]


def test_without_tensorboardx_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("tensorboardX")]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SettingsError) as error:
        nnplug.train(dataset="xor", epochs=2, callback="tensorboard", save=tmp_path / "run")
    assert error.value.hint == "type: pip install 'nnplug[tensorboard]'"
    (result,) = run_checks(TensorBoard, "B2")
    assert result.status == "skipped"
    assert "tensorboardX, which is not installed" in result.reason


def test_without_its_package_tensorboard_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX.summary", None)
    with pytest.raises(SettingsError, match="needs tensorboardX, which is not") as caught:
        nnplug.train(epochs=2, callback="tensorboard", save=tmp_path / "run")
    assert not any("on_end" in note for note in getattr(caught.value, "__notes__", ()))

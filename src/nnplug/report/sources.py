"""What a report is made from: the folders of runs and of comparisons, read without training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.comparison.load import Loaded, load_comparison
from nnplug.comparison.store import PLAN
from nnplug.core.errors import NnplugError, RunFileError
from nnplug.core.registry import Registry
from nnplug.engine.agreement import other_points, wanted
from nnplug.engine.checkpoint import restore
from nnplug.engine.folder import CONFIG, MODEL, PICTURE
from nnplug.engine.history import History
from nnplug.engine.machine import read_machine
from nnplug.engine.network import Network
from nnplug.engine.result import Model, Result
from nnplug.engine.resume import assemble_again
from nnplug.engine.saved import Saved, read_saved
from nnplug.engine.settings import Settings, read_config
from nnplug.report.lines import say_data

TRACK = "track.png"
"""The picture that `--track` leaves in a run's folder."""


@dataclass(frozen=True)
class RunSource:
    """A saved run.

    name : of its folder;  config : its settings as TOML;  settings : the same, read
    epochs : done;  reason : why it ended, empty where it has not
    seconds : how long it trained, 0 where that is not known;  machines : where
    metrics : loss and scores by part, of the weights as they are
    result : the run as it was after training, or None where its points are not to be had
    data : what its points are, in words;  notes : what a reader must know beside it
    pictures : files of the folder that the report takes over
    """

    name: str
    config: str
    settings: Mapping[str, Any]
    network: Network
    history: History
    epochs: int
    reason: str
    seconds: float
    machines: Sequence[Mapping[str, Any]]
    metrics: Mapping[str, Mapping[str, float]]
    result: Result | None
    data: str
    notes: Sequence[str]
    pictures: Sequence[Path]


@dataclass(frozen=True)
class ComparisonSource:
    """A saved comparison; machines : where its runs were made."""

    name: str
    loaded: Loaded
    machines: Sequence[Mapping[str, Any]]


Source = RunSource | ComparisonSource


def read_source(folder: Path, registry: Registry) -> Source:
    """Read the folder of a run or of a comparison; raises RunFileError for any other."""
    if (folder / PLAN).exists():
        machines, _ = read_machine(folder)
        return ComparisonSource(folder.resolve().name, load_comparison(folder, registry), machines)
    if (folder / CONFIG).exists():
        return _read_run(folder, registry)
    what = "is no folder of a run or a comparison" if folder.is_dir() else "is no folder"
    raise RunFileError(
        f"{folder} {what}", "name a folder that `nnplug train` or `nnplug compare` saved"
    )


def _read_run(folder: Path, registry: Registry) -> RunSource:
    path = folder / MODEL
    if not path.exists():
        raise RunFileError(
            f"{folder} has no {MODEL}: its run was ended before a state of it was kept",
            f"nnplug train --resume {folder}",
        )
    saved, model = read_saved(path), Model(path, registry)
    settings = wanted(folder, saved)
    machines, seconds = read_machine(folder)
    result, data, note = _rebuilt(folder, settings, saved, seconds, registry)
    taken = [TRACK] if result is not None else [PICTURE, TRACK]
    return RunSource(
        name=folder.resolve().name,
        config=(folder / CONFIG).read_text(encoding="utf-8"),
        settings=read_config(folder / CONFIG),
        network=model.network if result is None else result.network,
        history=model.history,
        epochs=model.epoch,
        reason=model.ended,
        seconds=seconds,
        machines=machines,
        metrics=saved.meta["metrics"] or {} if result is None else result.metrics,
        result=result,
        data=data,
        notes=[*([note] if note else []), *model.notes],
        pictures=[folder / name for name in taken if (folder / name).exists()],
    )


def _rebuilt(
    folder: Path, settings: Settings, saved: Saved, seconds: float, registry: Registry
) -> tuple[Result | None, str, str]:
    """Return the run as it was after training, with its data in words.

    Where its points are not to be had, that is None, nothing, and why they are not.
    """
    lost = "Truth and prediction are not shown, for the points that it was trained on are not to be"
    try:
        assembly = assemble_again(folder, settings, registry)
    except NnplugError as error:
        return None, "", f"{lost} had here: {error.message}."
    other = " and ".join(f"other {one.what}" for one in other_points(assembly, saved))
    if other:
        return None, "", f"{lost} had any more: its settings give {other} today."
    restore(assembly.run, saved)
    run = assembly.run
    with np.errstate(all="ignore"):
        metrics = {part: run.metrics(part) for part in run.parts()}
    result = Result(
        network=run.network,
        metrics=metrics,
        history=run.history,
        epochs=run.epoch,
        seconds=seconds,
        reason=saved.meta["ended"],
        settings=assembly.resolved,
        train=assembly.train,
        test=assembly.test,
        run=run,
        components=assembly.components.all(),
    )
    return result, say_data(assembly), ""

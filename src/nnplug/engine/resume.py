"""Going on with a run from its folder, bit for bit as if it had never been interrupted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.dataset import Data
from nnplug.core.errors import RunFileError, SettingsError, UnknownNameError
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.agreement import (
    elsewhere,
    other_components,
    other_points,
    other_total,
    refuse_no_run,
    to_install,
    wanted,
)
from nnplug.engine.assemble import Assembly
from nnplug.engine.chance import stream
from nnplug.engine.checkpoint import restore
from nnplug.engine.data import as_data
from nnplug.engine.folder import CONFIG, MODEL
from nnplug.engine.given import of_frame
from nnplug.engine.keeper import FolderKeeper
from nnplug.engine.lock import locked
from nnplug.engine.result import Result
from nnplug.engine.saved import Saved, read_saved
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare, train_into

Points = Callable[[Settings], Data | None]
"""Makes the points of a run that was given arrays or data frames; None for any other run."""


def no_points(settings: Settings) -> None:
    """Leave it to the settings where the points come from."""


@dataclass(frozen=True)
class Resumed:
    """A run where it stood, ready to train on.

    shuffle : the stream of its batches;  said : what the user should know
    """

    assembly: Assembly
    shuffle: np.random.Generator
    said: tuple[str, ...] = ()


def resume(
    folder: str | Path,
    *,
    epochs: int | None = None,
    extend: bool = False,
    x: Any = None,
    y: Any = None,
    data: Any = None,
    test_data: Any = None,
    checkpoint_every: int | None = None,
    registry: Registry | None = None,
    **about: Any,
) -> Result:
    """Go on with a saved run, save it where it was, and return the result.

        nnplug.resume("runs/monday")
        nnplug.resume("runs/monday", epochs=2000)

    folder : of the run;  epochs : the new total, or None for that of before
    extend : accept what is not as it would have been in one run of the new total, and go on where a
        callback had ended the run, which it then may no more
    x, y, data, test_data : the points of a run that was given arrays or data frames
    about : what goes with them, as `nnplug.train` takes it: task, names, weights, target, ...
    checkpoint_every : epochs between two states that are kept while it trains
    Raises RunFileError and SettingsError for what cannot go on, and says what to type.
    """
    path = Path(folder)
    registry = registry or default_registry()
    points = points_again(x, y, data, about)
    refuse_no_run(path)
    with locked(path) as lock:
        found = where_it_stood(
            path, registry, epochs=epochs, extend=extend, points=points, test=test_data
        )
        return train_into(FolderKeeper(lock, found.assembly, found.shuffle, checkpoint_every))


def where_it_stood(
    folder: Path,
    registry: Registry,
    *,
    epochs: int | None = None,
    extend: bool = False,
    points: Points = no_points,
    test: Any = None,
) -> Resumed:
    """Assemble the run of a folder anew, and set it to where the folder says it stood.

    epochs : the new total, or None for that of before
    extend : accept what would have been otherwise in one run of the new total
    points : of a run that was given arrays or data frames;  test : a data frame of those held out
    Raises RunFileError and SettingsError for what cannot go on, and says what to type.
    """
    saved = read_saved(folder / MODEL) if (folder / MODEL).exists() else None
    before = wanted(folder, saved)
    total = before.epochs if epochs is None else epochs
    if saved is not None:
        if "updater" not in saved.meta:
            raise RunFileError(f"{saved.path} holds a network without an optimizer")
        _refuse_ended(folder, saved, total, extend=extend)
    assembly = assemble_again(folder, before.but(epochs=total), registry, points, test)
    shuffle = stream(before.seed, "shuffle")
    if saved is None:
        said = f"{folder} was ended before a state of it was kept: it begins anew"
        return Resumed(assembly, shuffle, (said,))
    lines = _agreed(folder, assembly, saved, extend=extend)
    run, stopped_by = assembly.run, saved.meta["stopped_by"]
    restore(run, saved, shuffle)
    if stopped_by:
        run.overruled.append(stopped_by)
        lines.append(f"callback {stopped_by} no longer ends it")
    if stopped_by or total != saved.meta["epochs"]:
        run.legs.append({key: saved.meta[key] for key in ("epoch", "batches", "epochs")})
    within = f" and {run.batches} batches of the next" if run.batches else ""
    lines.insert(0, f"it goes on after epoch {run.epoch}{within}, of {total}")
    changed = ", ".join(map(str, elsewhere(folder, assembly) or ()))
    if changed:
        lines.append(f"{changed}: the last digits may not be those of one run")
    return Resumed(assembly, shuffle, tuple(lines))


def points_again(x: Any, y: Any, data: Any, about: dict[str, Any]) -> Points:
    """Return what makes the points of a run that was given arrays or data frames.

    about : what goes with them, as `nnplug.train` takes it
    """

    def points(settings: Settings) -> Data | None:
        if data is not None:
            return of_frame(data, settings.but(**about))
        return None if x is None else as_data(x, y, **about, categorical=settings.categorical)

    return points


def assemble_again(
    folder: Path,
    settings: Settings,
    registry: Registry,
    points: Points = no_points,
    test: Any = None,
    call: str = "resume",
) -> Assembly:
    """Build everything that a run of a folder needs; its weights are fresh.

    call : the function that takes points again, for the message
    Raises RunFileError for points that nobody can find again, and says which packages are missing.
    """
    data = points(settings)
    if data is not None:
        return prepare(settings.but(dataset=Settings.dataset), registry, data, test)
    if settings.dataset == "data" and settings.data is None:
        raise RunFileError(
            f"{folder} was trained on arrays, which its folder does not hold",
            f'in Python: nnplug.{call}("{folder}", x=..., y=...)',
        )
    try:
        return prepare(settings, registry, None, test)
    except UnknownNameError as error:
        hint = to_install(folder, registry)
        if hint is None:
            raise
        raise RunFileError(f"{folder}: {error.message}", hint) from error


def _agreed(folder: Path, assembly: Assembly, saved: Saved, *, extend: bool) -> list[str]:
    """Return what is not as it was but accepted; raises RunFileError and SettingsError."""
    for found in other_components(assembly, saved):
        raise RunFileError(f"{saved.path} holds {found.then}, and its settings make {found.now}")
    changed = " and ".join(
        one.what.removesuffix(" points") for one in other_points(assembly, saved)
    )
    if changed and not extend:
        raise RunFileError(
            f"{folder} was trained on other {changed} points than its settings give today",
            "the data has changed since, or what makes it; --extend goes on with those of today",
        )
    said = other_total(assembly, saved)
    if said and not extend:
        raise SettingsError("; ".join(said), "--extend goes on by the new total from here")
    return said + ([f"from here on, the {changed} points are others"] if changed else [])


def _refuse_ended(folder: Path, saved: Saved, total: int, *, extend: bool) -> None:
    """Raise SettingsError where nothing is left to do, or nothing can be done."""
    epoch, reason, stopped_by = (saved.meta[key] for key in ("epoch", "ended", "stopped_by"))
    if reason in ("diverged", "failed") and not stopped_by:
        how, flag = "was ended by an error", ""
        if reason == "diverged":
            how, flag = "diverged", f" --lr {saved.meta['updater']['lr'] / 10:g}"
        raise SettingsError(
            f"{folder} {how} in epoch {epoch + 1}: it has the best weights, and no state to go on "
            "from",
            f"anew: nnplug train --config {folder / CONFIG}{flag}",
        )
    if epoch >= total:
        raise SettingsError(
            f"{folder} has {epoch} epochs, and {total} are asked for: there is nothing left to do"
            if epoch > total
            else f"{folder} has {epoch} of {total} epochs: there is nothing left to do",
            f"--epochs {2 * epoch} goes on; the total counts those that are done",
        )
    if stopped_by and not extend:
        raise SettingsError(
            f"{folder} was ended by {stopped_by}: {reason}",
            "--extend goes on from its last step, and that callback no longer ends it",
        )

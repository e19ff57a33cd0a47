"""What the folders of runs hold, read without training and without their plugins."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.errors import NnplugError, RunFileError
from nnplug.core.registry import Registry
from nnplug.engine.described import Rebuilder
from nnplug.engine.folder import CONFIG, MODEL
from nnplug.engine.history import History
from nnplug.engine.lock import is_locked
from nnplug.engine.machine import read_machine
from nnplug.engine.saved import Saved, read_saved, read_summary
from nnplug.engine.settings import read_config
from nnplug.engine.training import ENDED

COMPARISON = "comparison.json"
"""What tells the folder of a comparison."""


@dataclass(frozen=True)
class Listed:
    """One folder, in a line.

    settings : as they were used;  epoch : how many epochs are done
    metrics : loss and scores by part, at the end, or at the last epoch that was measured
    ended : "done", "running", "interrupted", "diverged", "failed", "unfinished" where it was
        killed, or what a callback said; of what is no run, what it is instead
    changed : when it was last written, in seconds since 1970
    is_run : whether it is a run that can be read
    """

    folder: Path
    ended: str
    changed: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    epoch: int = 0
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    is_run: bool = False


def list_runs(paths: Iterable[Path]) -> list[Listed]:
    """Look at folders of runs, and at those in folders that are none; the newest last.

    Raises RunFileError for a path that is no folder.
    """
    found = [look(folder) for path in paths for folder in _folders(path)]
    return sorted(found, key=lambda one: (one.changed, str(one.folder)))


def is_run(folder: Path) -> bool:
    """Say whether a folder is a run's or a comparison's."""
    return any((folder / name).exists() for name in (CONFIG, MODEL, COMPARISON))


def look(folder: Path) -> Listed:
    """Look at one folder; what is wrong with it stands in the answer."""
    try:
        return _look(folder)
    except (NnplugError, OSError, RecursionError) as error:
        said = error.message if isinstance(error, NnplugError) else str(error)
        return Listed(folder, said, _changed(folder))


def details(folder: Path, registry: Registry) -> dict[str, Any]:
    """Return all that a run's folder says, as JSON holds it.

    What its plugins give is read from the file, and need not be there; "missing" says what is not.
    Raises RunFileError for a model that is damaged.
    """
    listed = _look(folder)
    if not listed.is_run or not (folder / MODEL).exists():
        if listed.ended == "running":
            raise RunFileError(f"{folder} is running, and no state of it is kept yet")
        raise RunFileError(f"{folder}: {listed.ended}", f"nnplug train --resume {folder}")
    saved = read_saved(folder / MODEL)
    meta = saved.meta
    machines, seconds = read_machine(folder)
    missing, notes = _missing(saved, registry)
    return {
        "folder": str(folder),
        "task": {name: meta["task"].get(name) for name in ("task", "names", "columns", "targets")},
        "settings": dict(listed.settings),
        "layers": list(_layers(saved)),
        "loss": meta["loss"],
        "optimizer": meta.get("optimizer"),
        "schedule": meta.get("schedule"),
        "epoch": meta["epoch"],
        "epochs": meta["epochs"],
        "ended": listed.ended,
        "metrics": listed.metrics,
        "best": meta["best"],
        "points": meta["points"],
        "seconds": seconds,
        "machines": machines,
        "missing": missing,
        "notes": notes,
    }


def _folders(path: Path) -> Iterator[Path]:
    if is_run(path):
        yield path
        return
    try:
        yield from (one for one in path.iterdir() if one.is_dir() and not one.name.startswith("."))
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror or error}", "name a folder of runs") from None


def _look(folder: Path) -> Listed:
    changed = _changed(folder)
    if (folder / COMPARISON).exists():
        return Listed(folder, "a comparison", changed)
    if not is_run(folder):
        return Listed(folder, "no run", changed)
    running = is_locked(folder)
    if not (folder / MODEL).exists():
        ended = "running" if running else "ended before a state of it was kept"
        return Listed(folder, ended, changed, read_config(folder / CONFIG), is_run=True)
    saved = read_summary(folder / MODEL)
    meta = saved.meta
    settings = meta["settings"]
    if settings is None:
        settings = read_config(folder / CONFIG) if (folder / CONFIG).exists() else {}
    kept = {name: value for name, value in settings.items() if value is not None}
    ended = "running" if running else _ended(meta)
    metrics = meta["metrics"] or _last(History.from_json(meta["history"]), meta["measured"])
    return Listed(folder, ended, changed, kept, meta["epoch"], metrics, is_run=True)


def _ended(meta: Mapping[str, Any]) -> str:
    if meta["stopped_by"]:
        return str(meta["ended"])
    return ENDED.get(meta["ended"], "unfinished")


def _last(history: History, measured: Iterable[str]) -> dict[str, dict[str, float]]:
    """Return what was measured last, by part."""
    found: dict[str, dict[str, float]] = {}
    for name in history:
        if name in measured and name != "epoch":
            part = "test" if name.startswith("test_") else "train"
            found.setdefault(part, {})[name.removeprefix("test_")] = history.last(name)
    return found


def _changed(folder: Path) -> float:
    for path in (folder / MODEL, folder / CONFIG, folder):
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return 0.0


def _layers(saved: Saved) -> Iterator[dict[str, Any]]:
    values = saved.parameters()
    for i, layer in enumerate(saved.meta["layers"]):
        own = [p for p in saved.meta["parameters"] if p["name"].partition(".")[0] == str(i)]
        yield {
            **layer,
            "in_shape": saved.meta["shapes"][i],
            "out_shape": saved.meta["shapes"][i + 1],
            "size": sum(math.prod(p["shape"]) for p in own),
            "parameters": [{**p, **_spread(values[p["name"]])} for p in own],
        }


def _spread(values: Any) -> dict[str, float | None]:
    if not values.size:
        return {"mean": None, "deviation": None}
    with np.errstate(all="ignore"):
        wide = values.astype(np.float64)
        return {"mean": float(wide.mean()), "deviation": float(wide.std())}


def _missing(saved: Saved, registry: Registry) -> tuple[list[dict[str, str]], list[str]]:
    """Return what components cannot be made here and what to do, and which packages changed."""
    meta, components = saved.meta, Rebuilder(registry, saved.path)
    wanted = [("layer", layer) for layer in meta["layers"]]
    wanted += [(kind, meta.get(kind)) for kind in ("loss", "optimizer", "schedule")]
    missing: dict[str, str] = {}
    for kind, described in wanted:
        try:
            if described is not None:
                components.build(kind, described)
        except RunFileError as error:
            missing.setdefault(error.message.removeprefix(f"{saved.path} "), error.hint or "")
    found = [{"what": what, "hint": hint} for what, hint in missing.items()]
    return found, components.notes

"""What does the same as a setup elsewhere: its settings, and the files that they need."""

import shutil
from pathlib import Path
from typing import Any

from nnplug.core.registry import Registry
from nnplug.engine.run import Run
from nnplug.play.edits import as_csv, target_name
from nnplug.play.setup import Setup, differing

NAMES = {"train": "points.csv", "test": "held-out.csv"}
"""What the points are called that were edited by hand."""


def tables(run: Run) -> list[dict[str, str]]:
    """Return the points of a run as tables that `nnplug train` reads back to the last bit."""
    target = target_name(run.train.data)
    return [
        {"name": NAMES[name], "text": as_csv(part.data, target)}
        for name, part in run.parts().items()
    ]


def elsewhere(
    setup: Setup, run: Run, scale: str, registry: Registry
) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that do the same elsewhere, and the names of the files that they need.

    scale : how the points are scaled, which "auto" decides by those that were drawn
    """
    settings = setup.settings.but(epochs=run.epochs)
    files: list[str] = []
    if setup.edits:
        files = [NAMES[name] for name in run.parts()]
        data = run.train.data
        changes: dict[str, Any] = {"dataset": "xor", "data": files[0], "test_split": 0.0}
        changes |= {"target": (target_name(data),), "task": data.task, "scale": scale}
        changes["test_data"] = files[1] if len(files) > 1 else None
        settings = settings.but(**changes)
    elif setup.table is not None:
        files = [setup.table]
        settings = settings.but(data=setup.table)
    return differing(settings, registry), files


def keep(folder: Path, setup: Setup, run: Run, scale: str, registry: Registry) -> dict[str, Any]:
    """Write the points that no dataset draws into a run's folder; return their settings."""
    if setup.edits:
        values, _ = elsewhere(setup, run, scale, registry)
        for one in tables(run):
            (folder / one["name"]).write_text(one["text"], encoding="utf-8", newline="")
        found: dict[str, Any] = {"dataset": None, "test_split": 0.0}
        found |= {name: values.get(name) for name in ("target", "task", "scale", "test_data")}
        found["data"] = str(folder / NAMES["train"])
        if found["test_data"] is not None:
            found["test_data"] = str(folder / NAMES["test"])
        return found
    if setup.table is not None:
        path = Path(setup.settings.data or "")
        shutil.copyfile(path, folder / path.name)
        return {"data": str(folder / path.name)}
    return {}

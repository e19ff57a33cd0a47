"""A run's folder: settings, history, model and picture, never over an earlier run's."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nnplug.core.errors import RunFileError

RUNS = Path("runs")
"""Where runs go that were given no folder."""

CONFIG, HISTORY, MODEL, PICTURE = "config.toml", "history.csv", "model.npz", "picture.png"


def make_folder(wanted: str | Path | None, title: str) -> Path:
    """Make the folder of a new run and return it.

    wanted : its name, or None for one under `runs/` that tells time and title apart
    Raises RunFileError where it cannot be written, or an earlier run stands there.
    """
    try:
        return _numbered(title) if wanted is None else _named(Path(wanted))
    except RunFileError:
        raise
    except OSError as error:
        name = error.filename or wanted or RUNS
        raise RunFileError(
            f"cannot write {name}: {error.strerror or error}",
            "--save DIR names another folder, --no-save none",
        ) from None


def _named(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunFileError(
            f"{folder} exists already", "name another folder; nothing is overwritten"
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _numbered(title: str) -> Path:
    RUNS.mkdir(exist_ok=True)
    ignore = RUNS / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    stem = f"{datetime.now():%Y-%m-%d_%H%M%S}_{title}"
    for attempt in range(1, 10_000):
        folder = RUNS / (stem if attempt == 1 else f"{stem}_{attempt}")
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise RunFileError(f"{RUNS} holds thousands of runs of this second")


def free_folder(wanted: Path) -> Path:
    """Make a folder of that name, or of one with a number where something stands there.

    Raises OSError where it cannot be made.
    """
    for attempt in range(1, 10_000):
        folder = wanted if attempt == 1 else wanted.with_name(f"{wanted.name}_{attempt}")
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            folder.mkdir(parents=True, exist_ok=True)
            return folder
    raise RunFileError(f"{wanted} and thousands of the like are there")


def discard(folder: Path) -> None:
    """Remove a run's folder again if nothing was written into it."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()

"""What `nnplug.train` is given in a dataset's place: arrays, or data frames."""

from pathlib import Path
from typing import Any

from nnplug.core.dataset import Data
from nnplug.core.errors import SettingsError
from nnplug.engine.data import as_data
from nnplug.engine.returned import say
from nnplug.engine.settings import OF_A_TABLE, Settings
from nnplug.tables.points import data_of
from nnplug.tables.roles import Wanted, roles_of
from nnplug.tables.table import from_frame, is_frame


def without_frames(
    given: dict[str, Any], task: str | None, x: Any
) -> tuple[dict[str, Any], Any, Any]:
    """Return settings without data frames, and the data frames that stood for files."""
    given = dict(given)
    frames = {"data": None, "test_data": None}
    for name in frames:
        thing = given.get(name)
        if isinstance(thing, Path):
            given[name] = str(thing)
        elif thing is not None and not isinstance(thing, str):
            frames[name] = given.pop(name)
    if frames["data"] is not None:
        if x is not None or "dataset" in given:
            raise SettingsError("data is given beside x and y or a dataset", "give one of them")
        if not is_frame(frames["data"]):
            raise SettingsError(
                f"data is {say(frames['data'])}", "give a file's name or a data frame, or x and y"
            )
    if "data" in given or frames["data"] is not None:
        given |= {} if task is None else {"task": task}
    if frames["data"] is not None or is_frame(x):
        given = {"scale": "standard", **given}  # as of a file
    return given, frames["data"], frames["test_data"]


def of_frame(frame: Any, wanted: Settings) -> Data:
    """Return the points of a data frame, by what the settings say of its columns."""
    table = from_frame(frame)
    columns = Wanted(
        wanted.target, wanted.features, wanted.ignore, wanted.categorical, wanted.weight_column
    )
    return data_of(table, roles_of(table, columns), wanted.task)


def of_arrays(x: Any, y: Any, about: dict[str, Any], settings: dict[str, Any]) -> Data | None:
    """Return the points of x and y, or None where neither is given.

    about : task, names and weights;  settings : those that were given
    Raises SettingsError for what contradicts.
    """
    if (x is None) is not (y is None):
        raise SettingsError(f"{'x' if y is None else 'y'} is given without the other")
    if x is not None:
        if "dataset" in settings or "data" in settings:
            raise SettingsError("both a dataset and x, y are given", "give one of them")
        given = [name for name in OF_A_TABLE if name in settings and name != "categorical"]
        if given:
            raise SettingsError(f"{given[0]} is given with x and y", "it is for data")
        return as_data(x, y, **about, categorical=_names(settings.get("categorical", ())))
    for name, value in about.items():
        if value is not None and len(value) and not (name == "task" and "data" in settings):
            raise SettingsError(f"{name} is given without x and y", "a dataset has its own")
    return None


def _names(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)

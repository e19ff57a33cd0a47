"""From settings to the points: read or drawn, split, and prepared for a network."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnplug.core.dataset import Data, Dataset
from nnplug.core.errors import SettingsError
from nnplug.core.registry import Registry
from nnplug.engine.alike import READING, points_alike
from nnplug.engine.chance import stream
from nnplug.engine.data import lonely, split
from nnplug.engine.features import listed, refuse_missing, strange_texts
from nnplug.engine.preparation import Preparation
from nnplug.engine.returned import say
from nnplug.engine.settings import OF_A_TABLE, Settings
from nnplug.tables.dataset import TableFile, read_points
from nnplug.tables.options import Options

FAR = 10.0
"""Targets beyond this are far from what fresh networks answer."""


@dataclass(frozen=True)
class Points:
    """The points of a run.

    dataset : where they are from, or None where they were given as arrays
    data : all of them, as the dataset has them
    train, test : those to train on, and those held out or None; no value of theirs is missing
    preparation : what makes the network's features of theirs;  scale : by what it scales them
    notes : lines that tell the user what was decided
    """

    dataset: Dataset | None
    data: Data
    train: Data
    test: Data | None
    preparation: Preparation
    scale: str
    notes: list[str]


def points_of(
    settings: Settings, registry: Registry, data: Data | None = None, test: Any = None
) -> Points:
    """Read or draw the points, hold some out, and fit to the others what prepares them all.

    data : points given as arrays, instead of the dataset
    test : a data frame of points to hold out, instead of a file
    Raises NnplugError for what cannot be read, and for what does not fit together.
    """
    dataset = None
    if data is None:
        dataset = _dataset(settings, registry)
        if isinstance(dataset, TableFile):
            # A message about a file names the file, and need not name what reads it.
            data = read_points(dataset)
        else:
            data = _load(dataset, registry, settings.seed)
    scale = _scale(settings, dataset)
    # A dataset that is a table says itself how it is read, and so is the other one.
    how = dataset if isinstance(dataset, TableFile) else settings
    train, held_out, preparation = _parts(settings, data, scale, test, how)
    notes = _notes(data, train, held_out, preparation)
    return Points(dataset, data, train, held_out, preparation, scale, notes)


def _dataset(settings: Settings, registry: Registry) -> Dataset:
    if settings.data is None:
        given = [name for name in OF_A_TABLE if getattr(settings, name) not in (None, ())]
        if given:
            flag = f"--{given[0].replace('_', '-')}"
            raise SettingsError(
                f"{flag} is given without a table", "--data FILE names it; a dataset has its own"
            )
        dataset: Dataset = registry.build("dataset", settings.dataset)
        return dataset
    return TableFile(path=settings.data, **{name: getattr(settings, name) for name in OF_A_TABLE})


def _scale(settings: Settings, dataset: Dataset | None) -> str:
    if settings.scale != "auto":
        return settings.scale
    return "standard" if isinstance(dataset, TableFile) else "none"


def _parts(
    settings: Settings, data: Data, scale: str, test: Any, how: Settings | TableFile
) -> tuple[Data, Data | None, Preparation]:
    """Return the points to train on and those held out, no value missing, and the preparation."""
    if data.missing and settings.impute is None:
        names = data.columns or [f"column {j + 1}" for j in range(data.x.shape[1])]
        raise refuse_missing(data.x, names)
    other = settings.test_data if test is None else test
    if other is not None and settings.test_split:
        raise SettingsError(
            "test_data and test_split are both given", "give one of them: both hold points out"
        )
    if other is not None and not data.targets:
        raise SettingsError(
            "test_data is given without a table to train on",
            "--data FILE names one; of other points --test-split holds some out",
        )
    train, held_out = split(data, settings.test_split, stream(settings.seed, "split"))
    preparation = Preparation.fit(train, scale, settings.impute)
    if other is not None:
        reading = {name: getattr(how, name) for name in READING}
        options = Options(**reading, inherited=frozenset(READING))
        held_out = points_alike(
            other, preparation, data, weight_column=how.weight_column, options=options
        )
    filled = None if held_out is None else preparation.filled(held_out)
    return preparation.filled(train), filled, preparation


def _notes(data: Data, train: Data, test: Data | None, preparation: Preparation) -> list[str]:
    """Return what was decided about the data, a line each."""
    notes = list(data.notes)
    if preparation.categories:
        wide = [
            f"{name} as {len(texts)}"
            for name, texts in zip(preparation.columns, preparation.categories, strict=True)
            if texts
        ]
        notes.append(f"categories, a feature each: {listed(wide)}")
    if preparation.fill is not None and data.missing:
        count = int(np.isnan(data.x).sum())
        notes.append(f"{count:,} missing values filled in by what the training part has")
    constant = preparation.constant()
    if constant:
        notes.append(f"the same in every training row, and so left at 0: {listed(constant)}")
    if train.task == "regression" and data.targets:
        notes += _far_from_zero(train)
    if test is not None:
        notes += lonely(train, test)
        columns, categories = preparation.columns, preparation.categories
        notes += strange_texts(test.x, columns, categories, "held-out rows")
    return notes


def _load(dataset: Dataset, registry: Registry, seed: int) -> Data:
    data: Any = dataset.load(stream(seed, "data"))
    if not isinstance(data, Data):
        raise SettingsError(
            f"{registry.describe(dataset)}: load returned {say(data)}",
            'return nnplug.Data(x, y, task="binary")',
        )
    return data


def _far_from_zero(train: Data) -> list[str]:
    """Return a line on targets that a fresh network, whose outputs are near 0, is far from."""
    center, width = train.y.mean(axis=0), train.y.std(axis=0)
    names = train.targets if len(train.targets) == train.y.shape[1] else train.names
    return [
        f"{name} lies around {middle:.3g} and spreads by {spread:.3g}, and fresh networks answer "
        "about 0: a larger --lr, or other units, get there sooner"
        for name, middle, spread in zip(names, center.tolist(), width.tolist(), strict=True)
        if max(abs(middle), spread) > FAR
    ]

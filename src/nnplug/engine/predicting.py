"""Predictions for a table: a row for each of its own, with names that say what they are."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import SettingsError
from nnplug.engine.alike import reading_of
from nnplug.engine.assess import chunks, gives_probabilities
from nnplug.engine.names import class_names, target_names
from nnplug.engine.scores import as_task, classes
from nnplug.tables.column import Column, text_of
from nnplug.tables.options import Options
from nnplug.tables.read import read_table
from nnplug.tables.roles import Roles, find
from nnplug.tables.table import Table, from_frame, is_frame

if TYPE_CHECKING:
    from nnplug.engine.result import Model


@dataclass(frozen=True)
class Predictions:
    """Columns by name, in their order; each with one value a row."""

    columns: dict[str, list[Any]]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows."""
        yield from zip(*self.columns.values(), strict=True)

    def as_csv(self) -> str:
        """Return a table with names in its first line; numbers have all digits."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(self.columns)
        table.writerows(
            ["" if value is None else text_of(value) for value in row] for row in self.rows()
        )
        return text.getvalue()

    def as_json_lines(self) -> str:
        """Return an object a line."""
        lines = (dict(zip(self.columns, row, strict=True)) for row in self.rows())
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def predict_table(
    model: "Model",
    source: Any,
    *,
    proba: bool = False,
    keep: Sequence[str] = (),
    keep_all: bool = False,
    unknown: str = "error",
    **reading: Any,
) -> Predictions:
    """Return predictions for a file or a data frame: the class, or the values.

    proba : how likely each class is, too
    keep : columns of the table that come along, and stand before;  keep_all : all of them
    unknown : whether texts that the training part does not have are an "error", or to "ignore"
    reading : delimiter, header, encoding, missing; by default those of training
    Raises DataError for columns that are not there, and SettingsError for `proba` of what predicts
    no probabilities.
    """
    if proba and model.task == "regression":
        raise SettingsError("--proba, and a regression has no classes")
    if proba and not gives_probabilities(model.network):
        raise SettingsError("--proba, and this model scores classes without probabilities")
    options = reading_of(model, reading)
    table, kept = _read(model, source, options, keep, keep_all=keep_all)
    x = model.preparation.apply(table, unknown)
    found = {name: _values(table.column(name)) for name in kept}
    for name, values in _predicted(model, x, proba=proba).items():
        found[f"predicted_{name}" if name in kept else name] = values
    return Predictions(found)


def _read(
    model: "Model", source: Any, options: Options, keep: Sequence[str], *, keep_all: bool
) -> tuple[Table, tuple[str, ...]]:
    """Return a table with the columns that are needed, and the names of those to keep."""
    columns, categories = model.preparation.columns, model.preparation.categories
    numeric = {name for name, own in zip(columns, categories or [()] * len(columns)) if not own}  # noqa: B905 - of a table, both are of one length
    kept: list[tuple[str, ...]] = []

    def choose(table: Table) -> Roles:
        names = set(table.names)
        kept.append(table.names if keep_all else find(table, keep, "keep"))
        features = tuple(name for name in columns if name in names) or table.names
        # What is only kept is kept as it stands: 007 is no number.
        texts = {*columns, *kept[-1]} - numeric
        others = tuple(name for name in kept[-1] if name not in features)
        return Roles(others, features, frozenset(texts))

    if isinstance(source, Table) or is_frame(source):
        table = from_frame(source)
        choose(table)
    else:
        table = read_table(Path(source), choose, (*columns, *keep), options)
    return table, kept[-1]


def _values(column: Column) -> list[Any]:
    """Return a column's values as Python has them, None for a missing one."""
    missing = column.missing
    values = column.values.tolist()
    if column.texts is not None:
        return [None if gone else column.texts[v] for v, gone in zip(values, missing, strict=True)]
    return [None if gone else v for v, gone in zip(values, missing, strict=True)]


def _predicted(model: "Model", x: Array, *, proba: bool) -> dict[str, list[Any]]:
    """Return what is predicted of features as the network takes them."""
    parts = [as_task(model.network.predict(x[rows]), model.task) for rows in chunks(len(x))]
    prediction = np.concatenate(parts)
    if model.task == "regression":
        names = target_names(model)
        return {name: prediction[:, j].tolist() for j, name in enumerate(names)}
    names = class_names(model)
    places = classes(prediction, model.task, model.threshold).tolist()
    found: dict[str, list[Any]] = {}
    found[model.targets[0] if len(model.targets) == 1 else "class"] = [names[i] for i in places]
    if proba:
        two = model.task == "binary"
        likely = np.concatenate([1 - prediction, prediction], axis=1) if two else prediction
        found |= {f"p_{name}": likely[:, k].tolist() for k, name in enumerate(names)}
    return found

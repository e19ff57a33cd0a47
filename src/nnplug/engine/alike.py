"""The points of another table like the one that a model was trained on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nnplug.core.dataset import Data
from nnplug.core.errors import DataError
from nnplug.engine.features import features
from nnplug.engine.preparation import Preparation
from nnplug.tables.options import Options
from nnplug.tables.points import weights_of
from nnplug.tables.read import read_table
from nnplug.tables.roles import Roles, Wanted, find
from nnplug.tables.table import Table, from_frame, is_frame
from nnplug.tables.targets import encode

READING = ("delimiter", "header", "encoding", "missing")
"""The settings that say how a text is read."""


def table_alike(
    source: Any,
    preparation: Preparation,
    *,
    also: Sequence[str] = (),
    weight_column: str | None = None,
    options: Options | None = None,
) -> Table:
    """Return a table with the columns that a preparation takes.

    source : a file or a data frame;  also : other columns that are needed
    weight_column : one that may be there
    options : how to read a text
    """
    if isinstance(source, Table) or is_frame(source):
        return from_frame(source)
    texts = frozenset(
        name for name, own in zip(preparation.columns, preparation.categories, strict=False) if own
    )

    def choose(table: Table) -> Roles:
        needed = find(table, also, "target")
        there = set(table.names)
        named = tuple(name for name in preparation.columns if name in there)
        weight = weight_column if weight_column in there else None
        return Roles(needed, named or table.names, texts, weight)

    wanted = Wanted(target=tuple(also), features=preparation.columns)
    return read_table(Path(source), choose, wanted.names(), options)


def as_taken(model: Any, x: Any) -> Any:
    """Return features as a preparation takes them: of a file its table, all else as it is.

    model : what has a `preparation`, and the `settings` that say how a text is read
    """
    if not isinstance(x, (str, Path)):
        return x
    return table_alike(x, model.preparation, options=reading_of(model, {}))


def reading_of(model: Any, given: Mapping[str, Any]) -> Options:
    """Return how a text is to be read: as is said, or else as the training part was."""
    said = {name: value for name, value in given.items() if value not in (None, ())}
    found = {name: model.settings.get(name) for name in READING} | said
    found["missing"] = tuple(found["missing"] or ())
    return Options(**found, inherited=frozenset(READING) - said.keys())


def points_alike(
    source: Any,
    preparation: Preparation,
    like: Any,
    *,
    weight_column: str | None = None,
    unknown: str = "ignore",
    options: Options | None = None,
) -> Data:
    """Return the points and targets of another table, as those of a model are.

    source : a file or a data frame;  preparation : of the model's features
    like : what has `task`, `names` (the classes) and `targets` (the columns): Data, or a model
    unknown : whether texts that the training part does not have are an "error", or to "ignore"
    options : how to read a text;  weight_column : one that may be there
    Raises DataError for a table without these columns, and for other classes.
    """
    table = table_alike(
        source, preparation, also=like.targets, weight_column=weight_column, options=options
    )
    targets = [table.column(name) for name in find(table, like.targets, "target")]
    classes = None if like.task == "regression" else like.names
    y, _ = encode(targets, like.task, classes)
    if classes is None and like.names and len(targets) != len(like.names):
        raise DataError(
            f"the model predicts {len(like.names)} columns, {', '.join(like.names)}; "
            f"{len(targets)} are given as targets"
        )
    columns, categories = preparation.columns, preparation.categories
    x = features(table, preparation.shape, columns, categories, unknown)
    weighted = weight_column is not None and weight_column in table.names
    return Data(
        x,
        y,
        like.task,
        names=tuple(like.names),
        columns=columns,
        weights=weights_of(table.column(str(weight_column))) if weighted else None,
        categories=categories,
        missing=True,
        targets=tuple(like.targets),
    )

"""Which column of a table is what: target, feature, weight, or left out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from nnplug.core.errors import DataError
from nnplug.tables.column import quoted
from nnplug.tables.table import Table

SHOWN = 12
"""The most columns that a message lists."""


@dataclass(frozen=True)
class Wanted:
    """What a user says of a table's columns, as they say it.

    target : the column to predict, or several;  features : those to predict it from, or none for
        all others;  ignore : those left out
    categorical : those whose numbers are names;  weight_column : how much each row counts
    """

    target: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    weight_column: str | None = None

    def names(self) -> tuple[str, ...]:
        """Return every name that is given, those within commas too."""
        given = (*self.target, *self.features, *self.ignore, *self.categorical)
        parts = [part.strip() for name in given for part in (name, *name.split(","))]
        return tuple(parts) + (() if self.weight_column is None else (self.weight_column,))


@dataclass(frozen=True)
class Roles:
    """The columns of a table by what they are for, all of them there.

    chosen : whether the features were named, and are not just all others
    """

    target: tuple[str, ...]
    features: tuple[str, ...]
    categorical: frozenset[str] = frozenset()
    weight: str | None = None
    chosen: bool = False


def roles_of(table: Table, wanted: Wanted) -> Roles:
    """Return what the columns are for.

    Raises DataError for a name that is not there, and where nothing is left to learn from.
    """
    if not wanted.target:
        raise DataError(
            f"which column of {table.source} is to be predicted?",
            f"--target NAME says it; {_listed(table)}",
        )
    target = find(table, wanted.target, "target")
    weight = None
    if wanted.weight_column is not None:
        (weight,) = find(table, (wanted.weight_column,), "weight column")
    ignored = find(table, wanted.ignore, "ignore")
    categorical = find(table, wanted.categorical, "categorical")
    taken = {*target, *ignored, weight}
    if wanted.features:
        features = find(table, wanted.features, "features")
        twice = [name for name in features if name in taken]
        if twice:
            raise DataError(f"{twice[0]!r} is a feature, and target, weight or ignored as well")
    else:
        others = (*table.names, *table.blocks)
        features = tuple(name for name in others if name not in taken)
    if not features:
        raise DataError(
            f"{table.source} has no column left to predict {', '.join(target)} from",
            _listed(table),
        )
    return Roles(target, features, frozenset(categorical), weight, bool(wanted.features))


def find(table: Table, given: Sequence[str], what: str) -> tuple[str, ...]:
    """Return the columns that names mean: one, several between commas, or a group.

    Raises DataError with the nearest name for one that is not there.
    """
    found: list[str] = []
    known = {*table.names, *table.blocks, *table.groups}
    for name in given:
        parts = [name] if name in known else [part.strip() for part in name.split(",")]
        for part in filter(None, parts):
            if part not in known:
                raise _unknown(table, part, what)
            found += table.groups.get(part, (part,))
    return tuple(dict.fromkeys(found))


def near(name: str, names: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the name that is nearest, or nothing."""
    folded = {re.sub(r"\W|_", "", one).lower(): one for one in reversed(list(names))}
    match = get_close_matches(re.sub(r"\W|_", "", name).lower(), folded, 1)
    return f"; did you mean {folded[match[0]]!r}?" if match else ""


def _unknown(table: Table, name: str, what: str) -> DataError:
    names = (*table.names, *table.blocks)
    return DataError(
        f"{table.source} has no column {name!r} ({what}){near(name, names)}", _listed(table)
    )


def _listed(table: Table) -> str:
    names = [quoted(name) for name in (*table.names, *table.blocks)]
    rest = len(names) - SHOWN
    said = f"its columns: {', '.join(names[:SHOWN])}" + (f" and {rest} more" if rest > 0 else "")
    return f"{said}; {table.advice}" if table.advice else said

"""Tables of text: CSV, TSV and their like, read in chunks, so that memory holds numbers alone."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.errors import DataError
from nnplug.tables.column import Column, as_numbers, of_texts, text_of
from nnplug.tables.lines import first_lines, refuse_ragged
from nnplug.tables.opened import opened
from nnplug.tables.options import Options
from nnplug.tables.roles import Roles
from nnplug.tables.sniff import Form, refuse_encoding, sniff
from nnplug.tables.table import Table, refuse_twins

CELLS = 2_000_000
"""How many cells are read at once."""

NEEDED = "type: pip install 'nnplug[data]'"

Choose = Callable[[Table], Roles]

Part = tuple[NDArray[Any], list[str] | None]
"""Some rows of a column: numbers and None, or the places of texts and the texts."""


def read_text(path: Path, wanted: Sequence[str], options: Options, choose: Choose) -> Table:
    """Read the columns of a file of text that `choose` names, when it is shown their names.

    wanted : the names that are asked for, which tell whether the first line has names
    Raises DataError for what is no table.
    """
    source = str(path)
    with opened(path) as file:
        sample = first_lines(file, source)
    form = sniff(sample, source, wanted, options)
    other = "--no-header, if it holds data" if form.header else "--header, if it has names"
    advice = f"they are taken {'from' if form.header else 'without'} the first line ({other})"
    table = Table(
        source,
        form.names,
        _unread,
        unnamed=form.unnamed,
        notes=(f"read with {form.note}",),
        advice=advice,
    )
    roles = choose(table)
    needed = set(_needed(roles))
    refuse_twins([name for name in form.names if name in needed], source)
    columns = _read(path, form, roles, options)
    return replace(table, get=lambda place: columns[form.names[place]])


def _needed(roles: Roles) -> tuple[str, ...]:
    weight = () if roles.weight is None else (roles.weight,)
    return tuple(dict.fromkeys((*roles.features, *roles.target, *weight)))


def _unread(place: int) -> Any:
    raise AssertionError("the columns of this table are not read yet")


def _read(
    path: Path, form: Form, roles: Roles, options: Options, texts: frozenset[str] = frozenset()
) -> dict[str, Column]:
    """Return the columns that are needed, and see that every line has a cell for each name.

    texts : columns that hold texts in some chunk
    """
    needed = _needed(roles)
    parts: dict[str, list[Part]] = {name: [] for name in needed}
    last = len(form.names) - 1
    wanted = set(needed)
    places = {name: place for place, name in enumerate(form.names) if name in wanted}
    pd = pandas(f"{path} is a file of text")
    old = tuple(map(int, re.findall(r"\d+", pd.__version__)[:2])) < (3, 1)
    # Old ones drop what is too much in the first line of a chunk, without a word.
    ragged = old
    with _blamed(path, form):
        for chunk in _chunks(pd, path, form, roles.categorical | texts, options, old=old):
            for name, place in places.items():
                parts[name].append(_part(chunk.iloc[:, place]))
            # A line that is too short lacks its last cell.
            ragged = ragged or (last > 0 and bool(chunk.iloc[:, last].isna().any()))
    if ragged:
        refuse_ragged(path, form)
    if not sum(len(values) for values, _ in parts[needed[0]]):
        raise DataError(f"{path} has no rows", "its first line has names, and nothing follows")
    mixed = frozenset(name for name in needed if _is_mixed(parts[name])) - texts
    if mixed:
        # Read once more as texts: "01" is another text than "1", and the same number.
        return _read(path, form, roles, options, texts | mixed)
    columns = {name: _joined(name, parts.pop(name)) for name in needed}
    return {
        name: column if name in roles.categorical else as_numbers(column)
        for name, column in columns.items()
    }


def _chunks(
    pd: Any, path: Path, form: Form, texts: Container[str], options: Options, *, old: bool
) -> Iterator[Any]:
    """Yield data frames of some rows each; every column is read, so that every line is checked.

    texts : columns that are read as texts, whatever they hold
    old : whether it is a pandas before 3.1; later ones read every number rightly without being
        told, and warn of being told
    """
    exact = {"float_precision": "round_trip"} if old else {}
    with opened(path) as file:
        yield from pd.read_csv(
            file,
            sep=r"\s+" if form.delimiter == " " else form.delimiter,
            header=0 if form.header else None,
            names=[str(i) for i in range(len(form.names))],
            index_col=False,
            dtype={str(i): str for i, name in enumerate(form.names) if name in texts},
            na_values=list(options.missing) or None,
            skipinitialspace=True,
            encoding=form.encoding,
            decimal=form.decimal,
            low_memory=False,
            chunksize=max(1, CELLS // len(form.names)),
            **exact,
        )


def pandas(what: str) -> Any:
    """Return the library that reads tables; raises DataError that says what to install.

    what : why it is needed
    """
    try:
        return import_module("pandas")
    except ImportError:
        raise DataError(f"{what}, which pandas reads, and it is not installed", NEEDED) from None


def _part(series: Any) -> Part:
    if series.dtype.kind in "iufb":
        return series.to_numpy(), None
    codes, different = import_module("pandas").factorize(series)
    values = list(different)
    if values and not any(isinstance(value, str) for value in values):
        # Booleans of which some are missing, or whole numbers beyond 64 bits.
        table = np.array([*map(float, values), np.nan])
        return table[codes], None
    return np.asarray(codes), [text_of(value) for value in values]


def _joined(name: str, parts: Sequence[Part]) -> Column:
    """Return one column of the parts of all chunks, all of them numbers or all of them texts."""
    if all(texts is None or not texts for _, texts in parts):
        values = [v if texts is None else np.full(len(v), np.nan) for v, texts in parts]
        return Column(name, np.concatenate(values))
    whole: list[str] = []
    codes: list[NDArray[Any]] = []
    for part, texts in parts:
        if texts is None:  # a chunk without any value
            codes.append(np.full(len(part), -1))
            continue
        codes.append(np.where(part < 0, -1, part + len(whole)))
        whole += texts
    return of_texts(name, np.concatenate(codes), whole)


def _is_mixed(parts: Sequence[Part]) -> bool:
    """Say whether some chunks have numbers, and others texts."""
    numbers = any(texts is None and not np.isnan(values).all() for values, texts in parts)
    return numbers and any(texts for _, texts in parts)


@contextmanager
def _blamed(path: Path, form: Form) -> Iterator[None]:
    """Say in nnplug's words what the reader found wrong."""
    try:
        yield
    except DataError:
        raise
    except UnicodeError as error:
        with opened(path) as file:
            raise refuse_encoding(error, file.read(1 << 24), form.encoding, str(path)) from None
    except ValueError as error:
        said = str(error)
        if "fields in line" in said:
            refuse_ragged(path, form)
        if "EOF inside string" in said:
            raise DataError(f"{path}: a quote is opened and not closed") from None
        raise DataError(f"{path} cannot be read: {said.strip().splitlines()[0]}") from None

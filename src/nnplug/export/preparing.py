"""The text of `prepare`: from rows as a user has them to what the network takes."""

import math

import numpy as np

from nnplug.engine.preparation import Preparation
from nnplug.export.literals import array_text, literal

ABSENT = '''def is_missing(value):
    return value is None or value != value or str(value).strip() == ""'''

AS_TEXT = '''def as_text(value):
    """Return what a category is called: of 3.0 it is "3"."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()'''

OF_NUMBERS = '''def prepare(rows):
    """Return what the network takes: {taken}.

    rows : {given}
    """
    {read}
    if x.shape[1:] != {shape}:
        raise ValueError(f"rows of shape {{x.shape[1:]}}; they are {shape}"){lines}'''

OF_A_TABLE = '''def prepare(rows):
    """Return what the network takes: {taken}. Each text becomes a column of 0 and 1.

    rows : {given}
    """
    features = []
    for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True):
        {filled}
        if name not in CATEGORIES:
            features.append([float(value) for value in values])
            continue
        values = [as_text(value) for value in values]
        for value in values:
            if value not in CATEGORIES[name]:
                raise ValueError(f"{{name}} has no category {{value!r}}: {{CATEGORIES[name]}}")
        features += [[float(value == text) for value in values] for text in CATEGORIES[name]]
    x = np.array(features).T.copy(){lines}'''


def constants(preparation: Preparation) -> list[str]:
    """Return the definitions of COLUMNS, CATEGORIES, FILL, CENTER and WIDTH, as far as needed."""
    found = []
    names = preparation.named()
    if preparation.columns or preparation.categories:
        found.append(f"COLUMNS = {literal(names)}")
    else:
        found.append(f"COLUMNS = ()  # {math.prod(preparation.shape)} without names")
    if preparation.categories:
        texts = {name: own for name, own in zip(names, preparation.categories, strict=True) if own}
        found.append(f"CATEGORIES = {literal(texts)}")
    if preparation.fill is not None:
        found.append("# What stands in for a missing value.")
        found.append(f"FILL = {_fills(preparation)}")
    if preparation.center is not None and preparation.width is not None:
        width = np.where(preparation.width == 0, np.inf, preparation.width)
        found.append("# x becomes (x - CENTER) / WIDTH, so that all columns are of one size.")
        found.append(f"CENTER = {array_text(preparation.center)}")
        found.append(f"WIDTH = {array_text(width)}")
    return found


def _fills(preparation: Preparation) -> str | None:
    assert preparation.fill is not None
    if not preparation.categories:
        return array_text(np.array(preparation.fill))
    values = [
        texts[int(fill)] if texts else fill
        for fill, texts in zip(preparation.fill, preparation.categories, strict=True)
    ]
    return literal(dict(zip(preparation.named(), values, strict=True)))


def functions(preparation: Preparation, dtype: str) -> list[str]:
    """Return the definition of `prepare`, and before it what it calls."""
    lines = []
    if preparation.fill is not None and not preparation.categories:
        lines.append("x = np.where(np.isnan(x), FILL, x)")
    if preparation.center is not None:
        lines.append("x = (x - CENTER) / WIDTH")
    lines.append("return x" if dtype == "float64" else f"return x.astype(np.{dtype})")
    given = ", ".join(["samples", *map(str, preparation.shape)])
    words = {
        "taken": f"({', '.join(['samples', *map(str, preparation.out_shape)])})",
        "given": f"({given})" + ", in the order of COLUMNS" * bool(preparation.columns),
        "lines": "".join(f"\n    {line}" for line in lines),
        "shape": str(tuple(preparation.shape)),
    }
    if preparation.categories:
        filled = "if any(map(is_missing, values)):\n            "
        filled += (
            'raise ValueError(f"{name} is missing in a row")'
            if preparation.fill is None
            else "values = [FILL[name] if is_missing(value) else value for value in values]"
        )
        return [ABSENT, AS_TEXT, OF_A_TABLE.format(filled=filled, **words)]
    read = "x = np.asarray(rows, np.float64)"
    if preparation.fill is None:
        return [OF_NUMBERS.format(read=read, **words)]
    read = (
        'x = [["nan" if is_missing(value) else value for value in row] for row in rows]\n'
        "    x = np.array(x, np.float64)"
    )
    return [ABSENT, OF_NUMBERS.format(read=read, **words)]

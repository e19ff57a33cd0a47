"""The lines of a file of text: the first ones, and those that are too short or too long."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from nnplug.core.errors import DataError
from nnplug.tables.opened import opened
from nnplug.tables.sniff import Form

SAMPLE = 1 << 18
"""How many bytes are read to find out how a file is written."""

LONGEST = 1 << 26
"""The most bytes of a first line."""


def first_lines(file: IO[bytes], source: str) -> bytes:
    """Return the first bytes of a file, to the end of a line unless it is the whole of it."""
    sample = file.read(SAMPLE)
    while len(sample) % SAMPLE == 0 and sample:
        if b"\n" in sample or b"\r" in sample:
            return sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1]
        if len(sample) >= LONGEST:
            raise DataError(f"{source} has no end of line in its first {LONGEST >> 20} MiB")
        more = file.read(SAMPLE)
        if not more:
            break
        sample += more
    return sample


def refuse_ragged(path: Path, form: Form) -> None:
    """Raise DataError for the first line with more or fewer cells than there are names."""
    width = len(form.names)
    for number, row in _rows(path, form):
        if row and len(row) != width:
            raise DataError(
                f"{path}: line {number} has {len(row)} cells, and the first one {width}",
                "each line has as many: a missing value is an empty cell between two delimiters, "
                "and a cell that holds the delimiter stands in quotes",
            )


def _rows(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    """Yield every line by its number and its cells."""
    with opened(path) as file:
        lines = io.TextIOWrapper(file, form.encoding, newline="")
        blank = form.delimiter == " "
        each = (" ".join(line.split()) for line in lines) if blank else lines
        reader = csv.reader(each, delimiter=form.delimiter, skipinitialspace=True)
        try:
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            raise DataError(f"{path}: line {reader.line_num}: {error}") from None

"""What the first lines of a text file tell: encoding, delimiter, header, decimal comma."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nnplug.core.errors import DataError, SettingsError
from nnplug.tables.column import NUMBER
from nnplug.tables.options import Options

ROWS = 200
"""How many rows are looked at."""

CANDIDATES = ("\t", ";", "|", ",", " ")
"""Delimiters, those first that are rarely met inside of cells."""

NAMED = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "spaces", ":": "colons"}

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, and the encoding that each shows."""

GUESSES = ("cp1252", "latin-1")
"""Encodings that are proposed for what is not UTF-8, where they fit."""

CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
"""Bytes that no text holds."""

COLUMN = re.compile(r"c[1-9]\d*")
"""The name of a column of a file without names."""

DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Form:
    """How a text file is written.

    delimiter : " " for any white space
    names : of the columns, one for each;  header : whether the first line has them
    unnamed : those to which it gives no name
    decimal : what stands before decimals
    """

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    header: bool
    decimal: str
    unnamed: frozenset[str]
    note: str


def sniff(sample: bytes, source: str, wanted: Sequence[str], options: Options) -> Form:
    """Return how a file is written, from its beginning.

    sample : the first bytes, whole lines;  wanted : the names of columns that are asked for
    Raises DataError for what is no table of text.
    """
    encoding = options.encoding or encoding_of(sample)
    if encoding == "utf-8" and b"\0" in sample:
        raise DataError(
            f"{source} is no text in UTF-8: it holds zero bytes",
            "if it is a text, try --encoding utf-16-le",
        )
    text = _decoded(sample, encoding, source)
    lines = [line for line in text.splitlines(keepends=True) if line.strip()]
    if not lines:
        raise DataError(f"{source} is empty")
    delimiter = options.character() or _delimiter(lines)
    rows = _rows(lines, delimiter)
    if not rows:
        raise DataError(f"{source} is no table: a cell of its first line is too long")
    first = [cell.strip() for cell in rows[0]]
    header = options.header
    if header is None:
        header = _has_header(first, wanted)
    width = len(first)
    if header:
        names = tuple(cell or f"c{j + 1}" for j, cell in enumerate(first))
        said = "names in the first line"
    else:
        names = tuple(f"c{j + 1}" for j in range(width))
        said = f"no names in the first line, columns c1 to c{width}"
    body = rows[1:] if header else rows
    _refuse_ragged(body, width, source, header=header)
    decimal = "," if delimiter != "," and _has_decimal_comma(body) else "."
    notes = [f"{NAMED.get(delimiter, repr(delimiter))} between cells" if width > 1 else "", said]
    notes.append("decimal commas" if decimal == "," else "")
    notes.append(encoding if encoding not in ("utf-8", "utf-8-sig") else "")
    unnamed = frozenset(name for name, cell in zip(names, first, strict=True) if not cell)
    note = ", ".join(filter(None, notes))
    return Form(
        encoding, delimiter, names, header, decimal, unnamed if header else frozenset(), note
    )


def encoding_of(sample: bytes) -> str:
    """Return the encoding that a byte order mark shows, or UTF-8."""
    return next((name for mark, name in MARKS if sample.startswith(mark)), "utf-8")


def refuse_encoding(error: UnicodeError, sample: bytes, encoding: str, source: str) -> DataError:
    """Return the error for characters that cannot be read, with an encoding that fits."""
    fitting = [name for name in GUESSES if name != encoding and _fits(sample, name)]
    if len(sample.translate(None, CONTROLS)) < len(sample):
        return DataError(f"{source} is no text: it holds control characters")
    hint = f"try --encoding {fitting[0]}" if fitting else "--encoding NAME says which it is"
    return DataError(f"{source} is not written in {encoding}: {error.args[-1]}", hint)


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeError:
        return False
    return True


def _decoded(sample: bytes, encoding: str, source: str) -> str:
    try:
        # The last character may be cut.
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except LookupError:
        raise SettingsError(
            f"there is no encoding {encoding!r}", "utf-8, utf-16, latin-1, cp1252, shift_jis, ..."
        ) from None
    except UnicodeError as error:
        raise refuse_encoding(error, sample, encoding, source) from None


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the cells of the first rows."""
    if delimiter == " ":
        lines = [" ".join(line.split()) + "\n" for line in lines]
    text = io.StringIO("".join(lines), newline="")  # a lone "\r" ends a line, too
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
    rows = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == ROWS:
                break
    except csv.Error:
        pass  # the reader of the whole file says what is wrong, and where
    return rows


def _delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives most rows the same number of cells, more than one."""
    best, score = ",", 0.0
    for candidate in CANDIDATES:
        widths = Counter(map(len, _rows(lines[:ROWS], candidate)))
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        share = count / widths.total()
        if width > 1 and share > score:
            best, score = candidate, share
    return best


def _has_header(first: Sequence[str], wanted: Sequence[str]) -> bool:
    """Say whether the first line has names: what is asked for by name tells it surely."""
    if any(name in first for name in wanted):
        return True
    if any(COLUMN.fullmatch(name) for name in wanted):
        return False
    return not any(NUMBER.fullmatch(cell) for cell in first)


def _refuse_ragged(body: Sequence[Sequence[str]], width: int, source: str, *, header: bool) -> None:
    if body and all(len(row) == width + 1 for row in body) and header:
        raise DataError(
            f"{source} has {width} names in its first line and {width + 1} cells in the others",
            "give the first column a name, or end no line with a delimiter",
        )


def _has_decimal_comma(body: Sequence[Sequence[str]]) -> bool:
    cells = [cell.strip() for row in body for cell in row]
    commas = any(DECIMAL_COMMA.fullmatch(cell) for cell in cells)
    return commas and not any("." in cell and NUMBER.fullmatch(cell) for cell in cells)

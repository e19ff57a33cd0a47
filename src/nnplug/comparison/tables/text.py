"""The table and the verdict for a terminal."""

import unicodedata
from textwrap import fill

from nnplug.comparison.records import Comparison
from nnplug.comparison.tables.cells import Column, columns
from nnplug.comparison.verdict import Verdict
from nnplug.comparison.words import say

WIDTH = 100
"""How wide sentences are; the table is as wide as its settings ask for."""


def as_text(
    comparison: Comparison, verdict: Verdict, *, as_given: bool = False, words: bool = True
) -> str:
    """Return the table in aligned columns, best setting first, and the verdict below it.

    as_given : the settings in their own order instead
    words : False for the table alone
    """
    table = columns(comparison, verdict, as_given=as_given)
    padded = [_padded(column) for column in table]
    lines = ["  ".join(line).rstrip() for line in zip(*padded, strict=True)]
    if words:
        lines += ["", *map(_wrapped, say(comparison, verdict))]
    return "".join(f"{line}\n" for line in lines)


def _wrapped(sentence: str) -> str:
    return fill(
        sentence, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _padded(column: Column) -> list[str]:
    lines = [column.heading, *column.cells]
    widest = max(map(_width, lines))
    if column.align == "left":
        return [line + " " * (widest - _width(line)) for line in lines]
    return [" " * (widest - _width(line)) + line for line in lines]


def _width(text: str) -> int:
    """Return how many places a terminal gives a text: two for wide letters, none for accents."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )

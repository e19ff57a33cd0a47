"""The table and the verdict as Markdown."""

import re

from nnplug.comparison.records import Comparison
from nnplug.comparison.tables.cells import columns
from nnplug.comparison.verdict import Verdict
from nnplug.comparison.words import say

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_LIST = re.compile(r"^(\d*)([-+.)])")
"""What begins a list within a list."""


def as_markdown(
    comparison: Comparison, verdict: Verdict, *, as_given: bool = False, words: bool = True
) -> str:
    """Return the table as GitHub's Markdown, best setting first, and the verdict below it.

    as_given : the settings in their own order instead
    words : False for the table alone
    """
    table = columns(comparison, verdict, as_given=as_given)
    ruler = [":---" if column.align == "left" else "---:" for column in table]
    cells = [
        [escape(column.heading), *(map(escape, column.cells) if column.words else column.cells)]
        for column in table
    ]
    heading, *lines = zip(*cells, strict=True)
    found = [f"| {' | '.join(line)} |" for line in (heading, ruler, *lines)]
    if words:
        found += ["", *(f"- {_sentence(sentence)}" for sentence in say(comparison, verdict))]
    return "".join(f"{line}\n" for line in found)


def escape(text: str) -> str:
    """Return a text that Markdown prints as it is, in a cell of a table."""
    return _SPECIAL.sub(r"\\\1", text)


def _sentence(text: str) -> str:
    return _LIST.sub(r"\1\\\2", escape(text))

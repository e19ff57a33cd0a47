"""The table as LaTeX that needs no package."""

import re
import unicodedata

from nnplug.comparison.records import Comparison
from nnplug.comparison.tables.cells import columns
from nnplug.comparison.verdict import Verdict
from nnplug.comparison.words import say

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",
    "`": r"{\char96}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
    # A bracket or a star after a row's end is taken for an option of it, two quotes for one.
    **{c: f"{{{c}}}" for c in "[]*'"},
}

_ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327"
"""Those that every LaTeX can put on a letter."""

_NUMBER = re.compile(r"(?P<minus>-?)(?P<mantissa>\d+(?:\.\d+)?)(?:e(?P<exponent>-?\d+))?")


def as_latex(
    comparison: Comparison, verdict: Verdict, *, as_given: bool = False, words: bool = True
) -> str:
    """Return the table as a tabular, best setting first, and above it the verdict as comments.

    as_given : the settings in their own order instead
    words : False for the table alone
    """
    table = columns(comparison, verdict, as_given=as_given)
    cells = [
        [escape(column.heading), *map(escape if column.words else _numbers, column.cells)]
        for column in table
    ]
    heading, *lines = (" & ".join(line) + r" \\" for line in zip(*cells, strict=True))
    sides = "".join("l" if column.align == "left" else "r" for column in table)
    inside = ["\\hline", heading, "\\hline", *lines, "\\hline"]
    said = [f"% {sentence}" for sentence in say(comparison, verdict)] if words else []
    found = [*said, f"\\begin{{tabular}}{{{sides}}}", *inside, "\\end{tabular}"]
    return "".join(f"{line}\n" for line in found)


def escape(text: str) -> str:
    """Return a text that LaTeX prints as it is; a letter that it may not have, as its code."""
    escaped = "".join(map(_character, text))
    # Two hyphens in a row would become a dash.
    return escaped.replace("--", "-{}-").replace("--", "-{}-")


def _character(c: str) -> str:
    if c in _SPECIAL:
        return _SPECIAL[c]
    if " " <= c <= "~":
        return c
    parts = unicodedata.normalize("NFD", c)
    accented = (
        len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in _ACCENTS
    )
    if accented or c in "ßæÆøØœŒłŁ":
        return c
    return f"{{[}}U+{ord(c):04X}{{]}}"


def _numbers(cell: str) -> str:
    """Return numbers in LaTeX's signs: a minus is none of the text's hyphens."""
    if cell == "-":
        return "--"

    def written(match: re.Match[str]) -> str:
        minus, mantissa, exponent = match["minus"], match["mantissa"], match["exponent"]
        if exponent is not None:
            return f"${minus}{mantissa}\\cdot 10^{{{exponent}}}$"
        return f"${minus}{mantissa}$" if minus else mantissa

    return _NUMBER.sub(written, cell).replace(" .. ", " -- ").replace("%", r"\%")

"""A hand calculation with its matrices set as mathematics: Markdown, and a LaTeX document."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nnplug.cli.render_steps import PARTS, number, slices
from nnplug.engine.step import Step

ROWS, COLUMNS, LETTERS = 30, 10, 60
"""What one matrix shows at most, so that it fits on a page; amsmath takes ten columns."""

PREAMBLE = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\usepackage[margin=2cm]{geometry}
\setlength{\parindent}{0pt}
\raggedright
\begin{document}
"""

GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda")
    for letter in "αβγδεζηθικλμνξπρστυφχψω"
}

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\`{}",
    "ß": r"\ss{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "æ": r"\ae{}",
    "œ": r"\oe{}",
    "ł": r"\l{}",
    "·": r"\ensuremath{\cdot}",
    "×": r"\ensuremath{\times}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "√": r"\ensuremath{\surd}",
    "∂": r"\ensuremath{\partial}",
    "∞": r"\ensuremath{\infty}",
    "→": r"\ensuremath{\to}",
    "−": "-",
    "–": "--",
    "²": r"\ensuremath{^2}",
    "³": r"\ensuremath{^3}",
    "Σ": r"\ensuremath{\Sigma}",
    "∑": r"\ensuremath{\sum}",
} | {letter: rf"\ensuremath{{\{name}}}" for letter, name in GREEK.items()}
"""How LaTeX writes what it does not take as it is."""

ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0308": '"',
    "\u030a": "r",
    "\u0327": "c",
    "\u030c": "v",
    "\u030b": "H",
}


def as_markdown(title: str, lines: Sequence[str], steps: Sequence[Step], digits: int) -> str:
    """Return the steps as Markdown, with matrices between dollar signs."""
    found = [f"# {_plain_markdown(title)}", *map(_plain_markdown, lines)]
    part = ""
    for step in steps:
        if step.part != part:
            part = step.part
            found.append(f"## {PARTS[part]}")
        spec = f": {_code(step.spec)}" if step.spec else ""
        found.append(f"### {_plain_markdown(step.title)}{spec}")
        if step.formula:
            found.append(_code(step.formula))
        if step.note:
            found.append(_plain_markdown(step.note))
        found += [f"$$\n{line}\n$$" for line in _equations(step, digits, str)]
    return "\n\n".join(found) + "\n"


def as_latex(title: str, lines: Sequence[str], steps: Sequence[Step], digits: int) -> str:
    """Return the steps as a document that pdflatex takes."""
    found = [PREAMBLE + rf"\section*{{{escape(title)}}}", *map(escape, lines)]
    part = ""
    for step in steps:
        if step.part != part:
            part = step.part
            found.append(rf"\subsection*{{{PARTS[part]}}}")
        spec = rf": \texttt{{{escape(step.spec)}}}" if step.spec else ""
        found.append(rf"\subsubsection*{{{escape(step.title)}{spec}}}")
        if step.formula:
            found.append(rf"\texttt{{{escape(step.formula)}}}")
        if step.note:
            found.append(escape(step.note))
        found += [f"\\[\n{line}\n\\]" for line in _equations(step, digits, escape)]
    return "\n\n".join([*found, r"\end{document}"]) + "\n"


def escape(text: str) -> str:
    """Return a text as LaTeX writes it; a character that no font of LaTeX has as its number."""
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character in SPECIAL:
        return SPECIAL[character]
    if character.isascii():
        return character
    base, *marks = list(unicodedata.normalize("NFD", character))
    if base.isascii() and len(marks) == 1 and marks[0] in ACCENTS:
        return rf"\{ACCENTS[marks[0]]}{{{base}}}"
    return f"U+{ord(character):04X}"


def _equations(step: Step, digits: int, text: Callable[[str], str]) -> Iterator[str]:
    """Yield "W = matrix" for each entry, in pieces where it is large.

    text : how a name that is not ASCII is written
    """
    for name, array in step.entries.items():
        left = _symbol(name, text)
        if array.ndim == 0:
            yield f"{left} = {_value(array[()], digits)}"
            continue
        shape = r" \times ".join(map(str, array.shape))
        for label, matrix in slices(array):
            wide = max((len(number(value, digits)) for value in matrix.flat), default=0)
            for where, rows in _pieces(matrix, min(COLUMNS, max(1, LETTERS // (wide + 3)))):
                cells = "\\\\\n".join(
                    " & ".join(_value(value, digits) for value in row) for row in rows
                )
                said = rf"\quad ({shape})" + (rf"\ \mathrm{{{where}}}" if where else "")
                yield (f"{left}{label} = \\begin{{bmatrix}}\n{cells}\n\\end{{bmatrix}} {said}")


def _pieces(matrix: Any, most: int) -> Iterator[tuple[str, Any]]:
    """Yield pieces of at most so many columns, each with the words that say which it is."""
    rows, columns = matrix.shape
    for top in range(0, rows, ROWS):
        for left in range(0, columns, most):
            bottom, right = min(top + ROWS, rows), min(left + most, columns)
            said = []
            if rows > ROWS:
                said.append(rf"rows\ {top + 1}\ to\ {bottom}")
            if columns > most:
                said.append(rf"columns\ {left + 1}\ to\ {right}")
            yield r",\ ".join(said), matrix[top:bottom, left:right]


def _symbol(name: str, text: Callable[[str], str]) -> str:
    """Return an entry's name as mathematics: dL/dW as a fraction, "w after" with an index."""
    derivative = re.fullmatch(r"d(\w)/d(.+)", name)
    if derivative:
        above, below = (_symbol(part, text) for part in derivative.groups())
        return rf"\frac{{\partial {above}}}{{\partial {below}}}"
    moment = re.fullmatch(r"(\S+) (before|after)", name)
    if moment:
        return rf"{_symbol(moment[1], text)}_{{\mathrm{{{moment[2]}}}}}"
    applied = re.fullmatch(r"(\w+)\((\w)\)", name)
    if applied:
        return rf"{_symbol(applied[1], text)}({applied[2]})"
    if re.fullmatch(r"[A-Za-z]", name):
        return name
    if not name.isascii():
        return rf"\text{{{text(name)}}}"
    escaped = re.sub(r"([_#$%&{}])", r"\\\1", name).replace(" ", r"\ ")
    return rf"\mathrm{{{escaped}}}"


def _value(value: Any, digits: int) -> str:
    text = number(value, digits)
    if text in ("inf", "-inf"):
        return text.replace("inf", r"\infty")
    if text == "nan":
        return r"\mathrm{nan}"
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _code(text: str) -> str:
    """Return a code span; longer fences where the text has backticks itself."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"


def _plain_markdown(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#$|])", r"\\\1", text)

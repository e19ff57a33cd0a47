"""A hand calculation as text: `nnplug explain` without a format."""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnplug.engine.step import Step

WIDTH = 120

PARTS = {
    "input": "Input",
    "forward": "Forward",
    "loss": "Loss",
    "backward": "Backward",
    "update": "Update",
}
"""The headings, by the part of a step."""


def render(style: str, title: str, lines: Sequence[str], steps: Sequence[Step], digits: int) -> str:
    """Return the steps as "text", "markdown" or "latex".

    title, lines : what stands above them;  digits : significant digits of every number
    """
    if style == "text":
        return as_text(title, lines, steps, digits)
    from nnplug.cli import render_math

    draw: Callable[..., str] = getattr(render_math, f"as_{style}")
    return draw(title, lines, steps, digits)


def as_text(title: str, lines: Sequence[str], steps: Sequence[Step], digits: int) -> str:
    """Return the steps as aligned text."""
    found = [title, *lines]
    part = ""
    for step in steps:
        if step.part != part:
            part = step.part
            found += ["", PARTS[part].upper()]
        found += ["", heading(step)]
        for said in (step.formula, step.note):
            found += textwrap.wrap(said, 100, initial_indent="  ", subsequent_indent="      ")
        found += _table(step, digits)
    return "\n".join(found) + "\n"


def heading(step: Step) -> str:
    """Return "layer 0: linear:units=2"."""
    return f"{step.title}: {step.spec}" if step.spec else step.title


def _table(step: Step, digits: int) -> Iterator[str]:
    names = max((len(name) for name in step.entries), default=0)
    shapes = max((len(shape_text(array)) for array in step.entries.values()), default=0)
    for name, array in step.entries.items():
        head = f"  {name:<{names}}  {shape_text(array):<{shapes}}  "
        for line in _lines(array, digits, WIDTH - len(head)):
            yield (head + line).rstrip()
            head = " " * len(head)


def _lines(array: Any, digits: int, width: int) -> Iterator[str]:
    if array.ndim == 0:
        yield number(array[()], digits)
        return
    for label, matrix in slices(array):
        cells = [[number(value, digits) for value in row] for row in matrix]
        wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
        if label:
            yield label
        for start, stop in _fitting(wide, width - 3):
            if (start, stop) != (0, len(wide)):
                yield f"columns {start + 1} to {stop}:"
            for row in cells:
                shown = zip(row[start:stop], wide[start:stop], strict=True)
                yield "[" + "".join(f"  {cell:>{w}}" for cell, w in shown) + " ]"


def _fitting(wide: list[int], width: int) -> Iterator[tuple[int, int]]:
    """Cut columns so wide into pieces that fit a line; yield where each starts and stops."""
    start = used = 0
    for i, w in enumerate(wide):
        if i > start and used + w + 2 > width:
            yield start, i
            start, used = i, 0
        used += w + 2
    yield start, len(wide)


def slices(array: Any) -> Iterator[tuple[str, Any]]:
    """Yield what can be printed as rows and columns: label and matrix.

    Axes of one number are left out where there are more than two axes: a grey picture is a matrix.
    """
    if array.ndim > 2:
        array = array.squeeze()
    if array.ndim <= 2:
        yield "", np.atleast_2d(array)
        return
    for index in np.ndindex(array.shape[:-2]):
        yield f"[{', '.join(map(str, index))}]", array[index]


def shape_text(array: Any) -> str:
    """Return "2 x 3", nothing for a number."""
    return " x ".join(map(str, array.shape))


def number(value: Any, digits: int) -> str:
    """Return a number with so many significant digits; all of them for an integer."""
    if isinstance(value, (np.integer, np.bool_)):
        return str(int(value))
    text = f"{value:.{digits}g}"
    return "0" if text == "-0" else text

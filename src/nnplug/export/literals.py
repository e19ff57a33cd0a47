"""Values as Python text that gives back the same value, to the last bit."""

import math
import textwrap
from typing import Any

import numpy as np

from nnplug.core.array import Array

WIDTH = 100
"""The longest line."""

MARGIN = 20
"""What a name before an array may take of it."""


def literal(value: Any) -> str | None:
    """Return what to write for plain data, or None for anything else.

    A negative number stands in brackets, since -2.0 ** x is not (-2.0) ** x.
    """
    text = _plain(value)
    return f"({text})" if text is not None and text.startswith("-") else text


def _plain(value: Any) -> str | None:
    if isinstance(value, str):
        quoted = repr(value)
        return quoted if "'" in value or '"' in value else f'"{quoted[1:-1]}"'
    if value is None or isinstance(value, (bool, bytes)):
        return repr(value)
    if isinstance(value, np.generic):
        inner = _plain(value.item())
        return None if inner is None else f"np.{value.dtype}({inner})"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, np.ndarray):
        return array_text(value) if value.dtype.kind in "fiub" else None
    if isinstance(value, dict):
        items = [(_plain(key), _plain(item)) for key, item in value.items()]
        known = not any(None in pair for pair in items)
        return "{" + ", ".join(f"{key}: {item}" for key, item in items) + "}" if known else None
    return _sequence(value) if type(value) in (tuple, list) else None


def _sequence(value: Any) -> str | None:
    items = [_plain(item) for item in value]
    if None in items:
        return None
    inner = ", ".join(map(str, items))
    if isinstance(value, list):
        return f"[{inner}]"
    return f"({inner},)" if len(items) == 1 else f"({inner})"


def array_text(array: Array) -> str:
    """Return `np.array([...])` with every number to its last bit, a row a line where it fits."""
    if array.size == 0:
        return f"np.zeros({tuple(array.shape)}, np.{array.dtype})"
    dtype = "" if array.dtype == np.float64 else f", np.{array.dtype}"
    whole = f"np.array({_on_one_line(array)}{dtype})"
    if len(whole) <= WIDTH - MARGIN and len(array) <= 1:
        return whole
    return f"np.array({_nested(array, '')}{dtype})"


def _on_one_line(array: Array) -> str:
    if array.ndim == 0:
        return _number(array[()])
    return f"[{', '.join(map(_on_one_line, array))}]"


def _nested(array: Array, indent: str) -> str:
    """Return nested brackets, those of the last axis on one line if that holds them."""
    deeper = indent + "    "
    if array.ndim > 1:
        parts = [f"{_nested(row, deeper)}," for row in array]
    else:
        numbers = [f"{_number(number)}," for number in np.atleast_1d(array)]
        whole = " ".join(numbers)[:-1]
        if len(indent) + len(whole) + 3 <= WIDTH:
            return f"[{whole}]"
        parts = textwrap.wrap(" ".join(numbers), WIDTH - len(deeper), break_on_hyphens=False)
    return "\n".join(["[", *(f"{deeper}{part}" for part in parts), f"{indent}]"])


def _number(number: Any) -> str:
    """Return a number's shortest text that is read back as the same one."""
    if isinstance(number, np.floating) and not np.isfinite(number):
        return f'float("{float(number)}")'
    if not isinstance(number, np.floating):
        return repr(number.item())
    # Of a float32, the short text is read as a float64 first; where that goes astray, all digits.
    short = repr(number.item()) if number.dtype == np.float64 else str(number)
    return short if number.dtype.type(float(short)) == number else repr(float(number))

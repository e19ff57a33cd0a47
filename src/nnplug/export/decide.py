"""Conditions whose value is known before a function runs."""

import ast
import operator
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from nnplug.export.source import ABSENT

COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
"""The comparisons that are decided beforehand, where both sides are known."""

Known = Callable[[str, str], Any]
"""known(name, attribute) -> the value of `name.attribute`, ABSENT where it is not known."""


def decide(test: ast.expr, known: Known) -> Any:
    """Return the value of a condition that is known beforehand, else ABSENT."""
    if isinstance(test, ast.Constant):
        return test.value
    if isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name):
        value = known(test.value.id, test.attr)
        return value if isinstance(value, (bool, int, float, str, type(None))) else ABSENT
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        value = decide(test.operand, known)
        return ABSENT if value is ABSENT else not value
    if isinstance(test, ast.BoolOp):
        values = [decide(one, known) for one in test.values]
        ending = isinstance(test.op, ast.Or)
        if any(one is not ABSENT and bool(one) is ending for one in values):
            return ending
        return ABSENT if any(one is ABSENT for one in values) else not ending
    if isinstance(test, ast.Compare):
        sides = [decide(one, known) for one in (test.left, *test.comparators)]
        if not any(one is ABSENT for one in sides) and all(type(o) in COMPARED for o in test.ops):
            pairs = zip(test.ops, pairwise(sides), strict=True)
            return all(COMPARED[type(one)](*pair) for one, pair in pairs)
    return ABSENT

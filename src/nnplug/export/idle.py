"""Assignments whose names nobody reads."""

import ast
from collections.abc import Iterator

from nnplug.export.edits import Edits, function_of


def without_idle(text: str) -> str:
    """Return a function without the assignments whose names nobody reads."""
    function, edits = function_of(text), Edits(text)
    read = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(function):
        for block in _blocks(node):
            idle = [one for one in block if _is_idle(one, read)]
            if len(idle) < len(block):
                for one in idle:
                    edits.drop_lines(_comment_above(edits, one), one.lineno - 1)
                    edits.drop(one)
    return edits.made()


def _is_idle(node: ast.stmt, read: set[str]) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    targets = [one for target in node.targets for one in getattr(target, "elts", [target])]
    return all(isinstance(one, ast.Name) and one.id not in read for one in targets)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        value = getattr(node, name, None)
        if isinstance(value, list) and value:
            yield value


def _comment_above(edits: Edits, node: ast.stmt) -> int:
    """Return the line where the comment above a statement begins, or its own."""
    line = node.lineno
    while edits.lines[line - 2].lstrip().startswith("#"):
        line -= 1
    return line

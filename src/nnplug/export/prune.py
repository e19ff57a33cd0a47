"""A method's source without what predicting does not need.

What training alone does goes, and so do annotations, the docstring, the cache that a layer returns,
and whatever is computed for nobody then. Comments stay.
"""

import ast
import io
import tokenize
from collections.abc import Sequence
from typing import Any

from nnplug.export.decide import Known, decide
from nnplug.export.edits import Edits, function_of
from nnplug.export.idle import without_idle
from nnplug.export.source import ABSENT


def prune(text: str, known: Known, *, layer: bool) -> str:
    """Return the text of a function, pruned.

    layer : whether it returns its output and a cache, of which the output is kept
    """
    edits = Edits(text)
    function = function_of(text)
    _Pruner(edits, known, layer=layer).function(function)
    pruned = edits.made()
    while True:
        shorter = without_idle(pruned)
        if shorter == pruned:
            return pruned.rstrip() + "\n"
        pruned = shorter


class _Pruner:
    def __init__(self, edits: Edits, known: Known, *, layer: bool) -> None:
        self.edits, self.known, self.layer = edits, known, layer
        self.nested = 0

    def function(self, node: ast.FunctionDef) -> None:
        """Prune a whole function; put its header on one line."""
        end = header_end(self.edits.text)
        arguments = ast.unparse(_unannotated(node.args))
        self.edits.replace(0, end, f"def {node.name}({arguments}):")
        body = node.body
        if body[0].lineno == _line_of(self.edits, end):
            self.edits.replace(end, self.edits.start(body[0]), "\n    ")
        else:
            # A comment behind the colon is one on the annotations.
            self.edits.replace(end, self.edits.line_start(_line_of(self.edits, end) + 1), "\n")
        if ast.get_docstring(node) is not None and len(body) > 1:
            self.edits.drop(body[0])
            body = body[1:]
        self.block(body)

    def block(self, statements: Sequence[ast.stmt]) -> bool:
        """Prune statements one after the other; say whether they always return."""
        for i, statement in enumerate(statements):
            if self.statement(statement):
                if i + 1 < len(statements):
                    self.edits.drop_lines(_last(statement) + 1, _last(statements[-1]))
                return True
        return False

    def statement(self, node: ast.stmt) -> bool:
        """Prune a statement; say whether it always returns."""
        if isinstance(node, ast.If):
            return self.condition(node)
        if isinstance(node, ast.Return) and node.value is not None and self.layer:
            self.returned(node.value)
        elif isinstance(node, ast.AnnAssign):
            self._unannotate(node)
        elif isinstance(node, ast.FunctionDef):
            self._inner_function(node)
        else:
            self.children(node)
        return isinstance(node, (ast.Raise, ast.Return)) and not self.nested

    def condition(self, node: ast.If) -> bool:
        """Prune `if`; of one that is decided, keep what it decides for."""
        decided = self._decided(node)
        if decided is ABSENT:
            return self._undecided(node)
        kept = node.body if decided else node.orelse
        if not kept:
            self.edits.drop(node)
            return False
        first, last = kept[0].lineno, _last(kept[-1])
        self.edits.drop_lines(node.lineno, first - 1)
        self.edits.drop_lines(last + 1, _last(node))
        if self._is_elif(kept):
            start = self.edits.start(kept[0])
            self.edits.replace(start, start + len("el"))
        elif any(_breaks_in_text(one) for one in kept):
            start = self.edits.line_start(first)
            self.edits.replace(start, start, " " * node.col_offset + "if True:\n")
        else:
            self.edits.dedent(first, last, node.col_offset, kept[0].col_offset)
        return self.block(kept)

    def _undecided(self, node: ast.If) -> bool:
        self.visit(node.test)
        always = self.block(node.body)
        if self._is_elif(node.orelse):
            return self._elif(node.orelse[0]) and always
        return self.block(node.orelse) and always

    def _elif(self, node: Any) -> bool:
        """Prune `elif` behind an `if` that stays."""
        decided = self._decided(node)
        if decided is ABSENT:
            return self._undecided(node)
        if decided:
            indent = " " * node.col_offset
            start = self.edits.line_start(node.lineno)
            self.edits.replace(start, start, f"{indent}else:\n")
            self.edits.drop_lines(node.lineno, node.body[0].lineno - 1)
            self.edits.drop_lines(_last(node.body[-1]) + 1, _last(node))
            return self.block(node.body)
        self.edits.drop_lines(node.lineno, _last(node.body[-1]))
        return self._elif(node.orelse[0]) if self._is_elif(node.orelse) else self.block(node.orelse)

    def _decided(self, node: ast.If) -> Any:
        # What shares a line with its `if` stays as it is.
        inline = node.body[0].lineno == node.lineno
        return ABSENT if inline else decide(node.test, self.known)

    def _is_elif(self, block: list[ast.stmt]) -> bool:
        return bool(block) and self.edits.text.startswith("elif", self.edits.start(block[0]))

    def returned(self, value: ast.expr) -> None:
        """Keep of an output and a cache the output."""
        if self.nested:
            self.visit(value)
        elif isinstance(value, ast.Tuple) and len(value.elts) == 2:
            self.edits.keep_only(value, value.elts[0])
            self.visit(value.elts[0])
        else:
            self.edits.replace(self.edits.start(value), self.edits.start(value), "(")
            self.visit(value)
            self.edits.replace(self.edits.end(value), self.edits.end(value), ")[0]")

    def visit(self, node: ast.AST) -> None:
        """Prune an expression, or whatever holds some."""
        if isinstance(node, ast.IfExp):
            decided = decide(node.test, self.known)
            if decided is not ABSENT:
                kept = node.body if decided else node.orelse
                self.edits.keep_only(node, kept)
                self.visit(kept)
                return
        self.children(node)

    def children(self, node: ast.AST) -> None:
        """Prune what a node holds."""
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.block(value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)

    def _unannotate(self, node: ast.AnnAssign) -> None:
        if node.value is None:
            self.edits.drop(node)
            return
        self.edits.replace(self.edits.end(node.target), self.edits.end(node.annotation))
        self.visit(node.value)

    def _inner_function(self, node: ast.FunctionDef) -> None:
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            if argument.annotation is not None:
                start = self.edits.place(argument.lineno, argument.col_offset)
                end = self.edits.end(argument.annotation)
                self.edits.replace(start + len(argument.arg), end)
        if node.returns is not None:
            start = self.edits.text.rindex("->", 0, self.edits.start(node.returns))
            start = len(self.edits.text[:start].rstrip())
            self.edits.replace(start, self.edits.end(node.returns))
        self.nested += 1
        self.block(node.body)
        self.nested -= 1


def _last(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def _line_of(edits: Edits, place: int) -> int:
    return edits.text.count("\n", 0, place) + 1


def _unannotated(arguments: ast.arguments) -> ast.arguments:
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return arguments


def _breaks_in_text(node: ast.stmt) -> bool:
    """Say whether a text inside goes over several lines, whose beginnings belong to it."""
    return any(
        isinstance(one, ast.Constant)
        and isinstance(one.value, (str, bytes))
        and one.lineno != one.end_lineno
        for one in ast.walk(node)
    )


def header_end(text: str) -> int:
    """Return where the text of a function goes on after the colon of its header."""
    edits, depth, begun = Edits(text), 0, False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        begun = begun or token.string == "def"
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        if begun and depth == 0 and token.string == ":":
            return edits.line_start(token.end[0]) + token.end[1]
    raise AssertionError

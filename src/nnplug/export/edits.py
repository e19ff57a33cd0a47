"""Changes to a piece of source text, at the places that its syntax tree names.

The text between them stays as its author wrote it, comments and line breaks too.
"""

import ast


class Edits:
    """Replacements in a text, gathered first and made at once.

    text : the source that the nodes were parsed from
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))
        self._made: list[tuple[int, int, str]] = []

    def place(self, line: int, column: int) -> int:
        """Return where a line, from 1, and a column in bytes are in the text."""
        before = self.lines[line - 1].encode()[:column] if column else b""
        return self._starts[line - 1] + len(before.decode())

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Return where a node begins."""
        return self.place(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Return where a node ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.place(node.end_lineno, node.end_col_offset)

    def line_start(self, line: int) -> int:
        """Return where a line, from 1, begins; one after the last is the end."""
        return self._starts[line - 1]

    def original(self, node: ast.expr | ast.stmt) -> str:
        """Return a node's text as it was."""
        return self.text[self.start(node) : self.end(node)]

    def replace(self, start: int, end: int, text: str = "") -> None:
        """Put another text in the place of a piece, or nothing."""
        self._made.append((start, end, text))

    def replace_node(self, node: ast.expr | ast.stmt, text: str) -> None:
        """Put another text in a node's place."""
        self.replace(self.start(node), self.end(node), text)

    def keep_only(self, outer: ast.expr, inner: ast.expr) -> None:
        """Drop what of an expression surrounds one inside it."""
        # Without the brackets around it, a line break would end the statement.
        broken = inner.lineno != inner.end_lineno
        self.replace(self.start(outer), self.start(inner), "(" * broken)
        self.replace(self.end(inner), self.end(outer), ")" * broken)

    def drop_lines(self, first: int, last: int) -> None:
        """Drop whole lines, counted from 1."""
        self.replace(self.line_start(first), self.line_start(last + 1))

    def drop(self, node: ast.stmt) -> None:
        """Drop a statement with its lines; one that shares them becomes `pass`."""
        assert node.end_lineno is not None
        before = self.text[self.line_start(node.lineno) : self.start(node)]
        after = self.text[self.end(node) : self.line_start(node.end_lineno + 1)].strip()
        if before.strip() or (after and not after.startswith("#")):
            self.replace_node(node, "pass")
        else:
            self.drop_lines(node.lineno, node.end_lineno)

    def dedent(self, first: int, last: int, start: int, stop: int) -> None:
        """Drop some columns of lines, those that are blank excepted."""
        for line in range(first, last + 1):
            if self.lines[line - 1].strip():
                begin = self.line_start(line)
                self.replace(begin + start, begin + stop)

    def made(self) -> str:
        """Return the text with all changes; what is dropped twice is dropped once."""
        dropped = bytearray(len(self.text) + 1)
        put: dict[int, str] = {}
        for start, end, new in self._made:
            dropped[start:end] = b"\1" * (end - start)
            put[start] = put.get(start, "") + new
        return "".join(
            put.get(i, "") + ("" if dropped[i] else self.text[i : i + 1])
            for i in range(len(self.text) + 1)
        )


def function_of(text: str) -> ast.FunctionDef:
    """Return what the text of a function parses to."""
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function

"""The source of functions, and what the names in it mean."""

import ast
import builtins
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import packages_distributions
from typing import Any

from nnplug.export.errors import ExportError

ABSENT: Any = object()
"""Stands for the value of a name that has none."""


@dataclass(frozen=True)
class Source:
    """A function as it was written.

    thing : itself;  text : its source, not indented;  node : what the text parses to
    """

    thing: Any
    text: str
    node: ast.FunctionDef

    @property
    def module(self) -> Any:
        """The module that it stands in."""
        return sys.modules[self.thing.__module__]

    def value(self, name: str) -> Any:
        """Return what a name outside it means, ABSENT where it means nothing."""
        function = inspect.unwrap(self.thing)
        code = getattr(function, "__code__", None)
        if code is not None and name in code.co_freevars:
            return function.__closure__[code.co_freevars.index(name)].cell_contents
        known = getattr(function, "__globals__", None) or vars(self.module)
        return known[name] if name in known else getattr(builtins, name, ABSENT)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.node.name

    @property
    def doc(self) -> str:
        """Its own docstring, or nothing."""
        return inspect.cleandoc(self.thing.__doc__ or "")

    def arguments(self) -> list[str]:
        """Return the names of its arguments."""
        return [one.arg for one in (*self.node.args.posonlyargs, *self.node.args.args)]

    def annotated(self, type_name: str) -> list[str]:
        """Return the names of the arguments that are said to be of a type."""
        given = (*self.node.args.posonlyargs, *self.node.args.args)
        return [
            one.arg
            for one in given
            if one.annotation is not None
            and type_name in re.split(r"\W", ast.unparse(one.annotation))
        ]


def source_of(thing: Any) -> Source:
    """Return the source of a function; raises ExportError where it cannot be read."""
    name = getattr(thing, "__qualname__", repr(thing))
    try:
        text = textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):
        raise ExportError(
            f"the source of {name} is not there to read", "define it in a file, not at a prompt"
        ) from None
    try:
        node = ast.parse(text).body[0]
    except SyntaxError:
        node = ast.Pass()
    if not isinstance(node, ast.FunctionDef):
        raise ExportError(f"{name} is not written as a function", f"write `def {name}(...):`")
    return Source(thing, text, node)


def import_of(module: Any, name: str) -> ast.Import | ast.ImportFrom | None:
    """Return the import statement by which a module has a name, None where it has it otherwise."""
    found: ast.Import | ast.ImportFrom | None = None
    for node in _imports(module):
        for alias in node.names:
            bound = alias.asname or alias.name
            if isinstance(node, ast.Import) and not alias.asname:
                bound = bound.partition(".")[0]
            if bound == name:
                found = copy(node)
                found.names = [alias]
    return found


def _imports(module: Any) -> Iterator[ast.Import | ast.ImportFrom]:
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return
    blocks: list[Any] = [tree]
    while blocks:
        for node in blocks.pop().body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield node
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                blocks += [node, *getattr(node, "handlers", ())]
                blocks += [ast.Module(part, []) for part in _others(node)]


def _others(node: Any) -> Iterator[list[ast.stmt]]:
    for part in ("orelse", "finalbody"):
        yield getattr(node, part, [])


def is_installed(package: str) -> bool:
    """Say whether a top-level package is there for every program: of Python, or installed."""
    return package in sys.stdlib_module_names or package in _distributed()


@lru_cache(maxsize=1)
def _distributed() -> frozenset[str]:
    return frozenset(packages_distributions())

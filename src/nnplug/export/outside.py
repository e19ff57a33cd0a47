"""What a name of a module means in a function: an import, a constant, another function."""

import ast
import builtins
from collections.abc import Sequence
from copy import copy
from types import FunctionType, ModuleType
from typing import Any

from nnplug.core.hooks import PROJECT
from nnplug.export.bind import bind
from nnplug.export.bound import Inherited, Role
from nnplug.export.definitions import Definitions
from nnplug.export.errors import ExportError
from nnplug.export.literals import literal
from nnplug.export.prune import prune
from nnplug.export.source import ABSENT, Source, import_of, is_installed, source_of


class Outside:
    """The names that one function uses and does not define.

    definitions : where what they need is written;  label : what messages call the function
    """

    def __init__(self, definitions: Definitions, source: Source, label: str) -> None:
        self.definitions, self.source, self.label = definitions, source, label

    def outside(self, name: str, attributes: Sequence[str]) -> tuple[str, int]:
        """Return what to write for `name.attribute...`, and for how many of the attributes."""
        value = self.source.value(name)
        if value is ABSENT or value is getattr(builtins, name, ABSENT):
            return name, 0
        statement = import_of(self.source.module, name)
        if statement is not None and not self._is_own(statement):
            return self._imported(name, statement), 0
        if isinstance(value, ModuleType):
            return self._of_module(value, name, attributes)
        return self._defined(name, value), 0

    def own(self, attributes: Sequence[str]) -> tuple[str, int]:
        """Raise: a function of a module has no `self`."""
        raise AssertionError(attributes)

    def inherited(self, name: str) -> Inherited:
        """Raise: a function of a module inherits nothing."""
        raise AssertionError(name)

    def _is_own(self, statement: ast.Import | ast.ImportFrom) -> bool:
        """Say whether an import is from where the function is, and not there for every program."""
        if isinstance(statement, ast.ImportFrom) and statement.level:
            return True
        if isinstance(statement, ast.Import):
            whole = statement.names[0].name
        else:
            whole = statement.module or ""
        package = whole.partition(".")[0]
        own = (self.source.module.__name__.partition(".")[0], PROJECT)
        return package in own or not is_installed(package)

    def _imported(self, name: str, statement: ast.Import | ast.ImportFrom) -> str:
        (alias,) = statement.names
        if isinstance(statement, ast.Import) and "." in alias.name and alias.asname is None:
            # `import scipy.special` binds scipy, and others that begin alike bind it too.
            self.definitions.take_import(alias.name, ast.unparse(statement))
            return name

        def under(bound: str) -> str:
            given = None if bound == alias.name else bound
            renamed = copy(statement)
            renamed.names = [ast.alias(alias.name, given)]
            return ast.unparse(renamed)

        return self.definitions.bring_in(name, under)

    def _of_module(
        self, module: ModuleType, name: str, attributes: Sequence[str]
    ) -> tuple[str, int]:
        """Return what to write for a name of a module that belongs to the function's package."""
        if not attributes:
            raise self._refused(name, "a module")
        value = getattr(module, attributes[0], ABSENT)
        if isinstance(value, ModuleType):
            text, used = self._of_module(value, name, attributes[1:])
            return text, used + 1
        return self._defined(attributes[0], value), 1

    def _defined(self, name: str, value: Any) -> str:
        """Return the name under which a constant or a function is written."""
        text = literal(value)
        if text is not None:
            return self.definitions.define(name, lambda bound: f"{bound} = {text}")
        function = getattr(value, "__wrapped__", value)
        if not isinstance(function, FunctionType):
            raise self._refused(
                name, type(value).__name__ if not isinstance(value, type) else "a class"
            )
        source = source_of(value)
        inner = Outside(self.definitions, source, f"{self.label}: {name}")
        pruned = prune(source.text, lambda name, attribute: ABSENT, layer=False)
        bound = bind(pruned, Role(), inner, inner.label)
        return self.definitions.define(name, bound.text, avoid=bound.names)

    def _refused(self, name: str, what: str) -> ExportError:
        return ExportError(
            f"{self.label} uses {name}, and {what} cannot be written out",
            "numbers, arrays and functions can, and what is installed can be imported",
        )

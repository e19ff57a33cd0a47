"""What a program consists of: imports, constants, functions, each there once."""

import builtins
import keyword
import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import Any

KNOWN = {*dir(builtins), *keyword.kwlist}
"""Names that mean something in Python."""


@dataclass
class Definitions:
    """The definitions of one program, in the order in which they are needed.

    imports : each bound name with its statement;  texts : each other name with its definition
    reserved : names that mean something without a definition here
    """

    imports: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)
    _same: set[Any] = field(default_factory=set)

    def define(
        self,
        wanted: str,
        text_of: Callable[[str], str],
        same: Any = None,
        avoid: Container[str] = (),
    ) -> str:
        """Add a definition, unless the same is there; return the name that it has.

        wanted : its name, if nothing else has it;  text_of : the definition under a name
        same : equal for definitions of which one is enough, or None where their texts tell
        avoid : names that it must not have
        """
        for name in self._choices(identifier(wanted)):
            key = (name, text_of(name) if same is None else same)
            if key in self._same:
                return name
            if self.is_free(name) and name not in avoid:
                self.texts[name] = text_of(name)
                self._same.add(key)
                return name
        raise AssertionError

    def take(self, wanted: str, text: str) -> None:
        """Add a definition that must have this very name."""
        self.texts.setdefault(wanted, text)

    def take_import(self, module: str, statement: str) -> None:
        """Add the import of a module by its dotted name."""
        self.imports.setdefault(module, statement)

    def bring_in(self, wanted: str, statement: Callable[[str], str]) -> str:
        """Add an import, unless it is there; return the name that it binds.

        statement : the import under a name
        """
        for name in self._choices(wanted):
            if self.imports.get(name) == statement(name):
                return name
            if self.is_free(name):
                self.imports[name] = statement(name)
                return name
        raise AssertionError

    def is_free(self, name: str) -> bool:
        """Say whether a name means nothing yet."""
        taken = (self.imports, self.texts, self.reserved, KNOWN)
        return not any(name in names for names in taken)

    @staticmethod
    def _choices(base: str) -> Iterable[str]:
        yield base
        for number in range(2, 1_000_000):
            yield f"{base}_{number}"


def identifier(text: str) -> str:
    """Return a name that Python takes for a text: "layer-norm" becomes layer_norm."""
    name = re.sub(r"\W", "_", text)
    if not name or name[0].isdigit():
        name = f"_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name

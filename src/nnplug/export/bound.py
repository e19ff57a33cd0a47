"""A function that stands by itself, and what is to be known to make one of a method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Inherited:
    """The function that stands for a method of a class above.

    parameters : how it takes a layer's: "dict", "names", or "none" where it has its own
    layer : whether the method returns an output and a cache, and the function the output alone
    """

    name: str
    parameters: str = "none"
    layer: bool = False


class Scope(Protocol):
    """Says what names mean outside a function."""

    def own(self, attributes: Sequence[str]) -> tuple[str, int]:
        """Return what to write for `self.attribute...`, and for how many of the attributes."""
        ...

    def inherited(self, name: str) -> Inherited:
        """Return what stands for `super().name`."""
        ...

    def outside(self, name: str, attributes: Sequence[str]) -> tuple[str, int]:
        """Return what to write for `name.attribute...`, and for how many of the attributes."""
        ...


@dataclass(frozen=True)
class Role:
    """What the arguments of a function are called, None for those that it does not have.

    parameters : a layer's, and keys : their names, where all of them are arrays
    context : a layer's, and facts : what is known of it
    """

    bound: str | None = None
    parameters: str | None = None
    keys: tuple[str, ...] = ()
    context: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bound:
    """A function that stands by itself.

    parameters : how it takes a layer's: "names" for one argument each, "dict" or "none"
    context : whether it takes a context
    names : those that it gives to things of its own
    """

    arguments: tuple[str, ...]
    body: str
    parameters: str
    context: bool
    names: frozenset[str]

    @property
    def passes(self) -> bool:
        """Whether it returns its first argument, and does nothing else."""
        statements = [line for line in self.body.splitlines() if not line.strip().startswith("#")]
        return [line.strip() for line in statements] == [f"return {self.arguments[0]}"]

    def text(self, name: str, docstring: str = "") -> str:
        """Return its definition under a name."""
        indent = self.body[: len(self.body) - len(self.body.lstrip())]
        doc = "".join(f"{indent}{line}".rstrip() + "\n" for line in docstring.splitlines())
        return f"def {name}({', '.join(self.arguments)}):\n{doc}{self.body}"

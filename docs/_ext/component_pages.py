"""The pages of components, written from the registry: a new built-in appears by itself."""

import inspect
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from docstrings import Docstring, read
from drawings import DRAWN

from nnplug.cli.show import describe
from nnplug.core.component import Component, facts
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.registry import Entry, Registry

CODE = ("Formula", "Derivative", "Gradient", "Update", "Rule")
"""The labelled lines that are set as code: other signs than theirs might be read as markup."""

SAID = {
    "kinks": "no derivative at",
    "range": "values",
    "initializer": "initial weights before it",
    "tasks": "tasks",
    "link": "output activation",
    "slots": "memory",
    "scope": "one call sees",
    "fixed": "the same points for every seed",
}
"""The facts that a reader is told, and how."""

BAR = "\\|"
"""What stands in a table's cell for a bar, in code as well."""

SEEN = {"parameter": "one parameter array at a time", "network": "all weights of a network at once"}

Draw = Callable[[Entry, Component], str]
"""Draws a component and returns the picture's path, as the page writes it."""


def page(registry: Registry, kind: str, draw: Draw) -> str:
    """Return the sections of all components of a kind, as MyST text."""
    return "\n".join(
        line for entry in registry.entries(kind) for line in section(registry, entry, draw)
    )


def section(registry: Registry, entry: Entry, draw: Draw) -> Iterator[str]:
    """Yield the lines of one component's section."""
    doc = read(entry.cls.__doc__)
    known = hyperparameters(entry.cls)
    complete = not any(p.required for p in known.values())
    component = registry.build(entry.kind, entry.name) if complete else None
    yield f"\n## {entry.name}\n"
    if entry.aliases:
        yield f"Also called {', '.join(f'`{alias}`' for alias in entry.aliases)}.\n"
    yield f"{_plain(doc.summary)}\n"
    yield from _table(("", ""), list(_rows(entry, component or entry.cls, doc)))
    for paragraph in doc.prose:
        yield f"\n{_plain(paragraph)}"
    if known:
        yield "\n**Hyperparameters**\n"
        yield from _table(
            ("name", "takes", "default", "meaning"),
            [
                (
                    f"`{p.name}`",
                    ", ".join(filter(None, (p.type_text, p.range_text))),
                    "required" if p.required else f"`{_value(p.default)}`",
                    _plain(p.doc),
                )
                for p in known.values()
            ],
        )
    yield f"\n```sh\n{_example(registry, entry)}\n```"
    if entry.kind in DRAWN and component is not None:
        yield f"\n![{entry.name}]({draw(entry, component)})"


def _rows(entry: Entry, component: Any, doc: Docstring) -> Iterator[tuple[str, str]]:
    """Yield what the docstring labels, what the component declares, and where it comes from."""
    for label, said in doc.labelled:
        yield label, f"`{said}`" if label in CODE else _plain(said)
    for name in [name for name in SAID if name in facts(entry.cls)]:
        value = getattr(component, name)
        said = "" if isinstance(value, property) else _fact(name, value)
        if said:
            yield SAID[name].capitalize(), said
    yield "From", f"{entry.provider.text}: {_where(entry.cls)}"


def _fact(name: str, value: Any) -> str:
    """Say a declared fact; nothing where it is what everybody has."""
    if name == "range":
        return "" if value is None else f"{_bound(value[0])} to {_bound(value[1])}"
    if name == "scope":
        return SEEN.get(value, "")
    if name == "link":
        return "" if value == "identity" else f"`{value}`, computed together with the loss"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" if isinstance(item, str) else f"{item:g}" for item in value)
    return f"`{value}`"


def _bound(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:g}"


def _where(cls: type[Component]) -> str:
    """Say where a component's code stands: a file of the repository, or a module."""
    path = Path(inspect.getsourcefile(cls) or "").as_posix()
    _, found, inside = path.rpartition("/src/nnplug/")
    return f"`src/nnplug/{inside}`" if found else f"`{cls.__module__}`"


def _example(registry: Registry, entry: Entry) -> str:
    return describe(registry, entry.kind, entry.name, entry.cls).rpartition("Try: ")[2]


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |"


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


def _plain(text: str) -> str:
    """Return text in which no sign is markup."""
    for sign in "\\`*_$<>[]#":
        text = text.replace(sign, f"\\{sign}")
    return text

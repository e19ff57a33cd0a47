"""A package from a single file that is a plugin already: what `--plugin ./mine.py` loads."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

from nnplug.core.component import Component
from nnplug.core.hooks import PROJECT
from nnplug.core.loader.loading import load
from nnplug.core.loader.offers import component_class
from nnplug.core.loader.plugin import Fault, Offer, fold_package
from nnplug.core.loader.requested import requested
from nnplug.scaffold.errors import ScaffoldError
from nnplug.scaffold.names import package_name, refuse_builtin
from nnplug.scaffold.package import Given, Package


def from_file(path: Path, author: str, year: int, name: str | None = None) -> Package:
    """Return the package of which a file becomes the module, unchanged.

    name : the package's, or None for the file's with the prefix nnplug-
    Raises ScaffoldError for a file that is no plugin, or one of whose components is no good.
    """
    if path.suffix != ".py" or not path.is_file():
        what = "it does not end in .py" if path.is_file() else "there is no such file"
        raise ScaffoldError(f"--from {path}: {what}", "name a file that --plugin would load")
    package = package_name(path.stem if name is None else name)
    source = path.read_bytes()
    components = list(_components(path))
    for offer, _ in components:
        for one in offer.names:
            refuse_builtin(offer.kind, one, f"rename it in {path}")
    needs, notes = _needs(source, [offer.target for offer, _ in components])
    return Package(
        package,
        source,
        [Given.of(offer.kind, offer.name, cls, cls.__doc__) for offer, cls in components],
        author,
        year,
        needs,
        notes,
    )


def _components(path: Path) -> Iterator[tuple[Offer, type[Component]]]:
    """Load the file and yield what it gives; raises ScaffoldError for the first thing wrong."""
    hint = f"nnplug plugins --plugin {path} shows its traceback"
    plugin = load(requested(str(path)))
    if plugin.status != "loaded":
        raise ScaffoldError(f"{path} is no plugin yet: {plugin.reason}", hint)
    faults = list(plugin.faults)
    for offer in plugin.offers:
        if isinstance(offer.target, str) and offer.target.partition(":")[0] == path.stem:
            raise ScaffoldError(
                f"{path} gives {offer.name!r} as {offer.target!r}, and a package has another "
                "module",
                "give the class itself",
            )
        found = component_class(offer)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            yield offer, found
    if faults:
        raise ScaffoldError(faults[0].text, hint)


def _needs(source: bytes, targets: list[type | str]) -> tuple[list[str], list[str]]:
    """Return the packages that a module needs beside nnplug, and notes on what is unclear."""
    imported = set(_imports(source))
    imported |= {target.partition(":")[0] for target in targets if isinstance(target, str)}
    modules = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - {PROJECT}
    # What nnplug itself stands on comes with it.
    brought = {
        fold_package(one.name) for one in map(Requirement, requires(PROJECT) or ()) if _base(one)
    }
    known = packages_distributions()
    needs, notes = set(), []
    for module in sorted(modules):
        givers = set(known.get(module, ()))
        if len(givers) == 1:
            needs |= {giver for giver in givers if fold_package(giver) not in brought}
        else:
            notes.append(
                f"it imports {module}: add the package that gives it to dependencies in "
                "pyproject.toml"
            )
    return sorted(needs), notes


def _base(requirement: Requirement) -> bool:
    """Say whether it is installed in any case, and not with an extra alone."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _imports(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module

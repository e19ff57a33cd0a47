"""Plugins for the loader's tests: real packages from tests/packages, and small ones made here."""

import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nnplug.core import Activation, hookimpl
from nnplug.core.loader.plugin import Found, Provider
from nnplug.core.registry import Registry

PACKAGES = Path(__file__).parents[1] / "packages"


def plugins_of(package: str) -> Iterator[Found]:
    project = tomllib.loads((PACKAGES / package / "pyproject.toml").read_text())["project"]
    for plugin, target in project["entry-points"]["nnplug"].items():
        provider = Provider(plugin, project["name"], project["version"])
        load = EntryPoint(plugin, target, "nnplug").load
        yield Found(provider, target, load, tuple(project["dependencies"]))


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Found]]]:
    """Return a function that finds the plugins of packages as if they were installed."""

    def find(*names: str) -> list[Found]:
        for name in names:
            monkeypatch.syspath_prepend(PACKAGES / name)
        return [found for name in names for found in plugins_of(name)]

    before = set(sys.modules)
    yield find
    for name in set(sys.modules) - before:
        if name.startswith("nnplug_"):
            del sys.modules[name]


def made(name: str, base: type[Any] = Activation, **members: Any) -> type[Any]:
    """Return a component class that keeps the contract of an activation."""
    formulas = {"forward": lambda self, z: z, "derivative": lambda self, z, y: 0 * z + 1}
    return type(name, (base,), {"__doc__": name, **formulas, **members})


def module(**hooks: Any) -> ModuleType:
    """Return a module whose hooks, named by their kind ("activations"), return these values.

    A function is taken as the hook itself.
    """
    result = ModuleType("nnplug_made_here")
    for plural, given in hooks.items():
        function = given if callable(given) else lambda given=given: given
        setattr(result, f"nnplug_{plural}", hookimpl(function))
    return result


def plugin_of(package: str, plugin: Any = None, *, name: str = "", **hooks: Any) -> Found:
    """Return a plugin as if a package gave it; `plugin`, or a module with these hooks."""
    thing = module(**hooks) if plugin is None else plugin

    def load() -> Any:
        if isinstance(thing, BaseException):
            raise thing
        return thing

    name = name or package.removeprefix("nnplug-")
    return Found(Provider(name, package, "1.0"), f"{package}:{name}", load)


class Recorded:
    """Plugins that record in which order they are imported."""

    def __init__(self) -> None:
        self.imported: list[str] = []

    def plugin(self, package: str, **hooks: Any) -> Found:
        found = plugin_of(package, **hooks)

        def load() -> Any:
            self.imported.append(package)
            return found.load()

        return Found(found.provider, found.target, load)


def registry_of(*found: Found, **settings: Any) -> Registry:
    """Return a registry of the built-ins and these plugins; a warning fails the test."""
    settings.setdefault("warn", lambda line: pytest.fail(f"warned: {line}"))
    return Registry(discover=lambda: list(found), **settings)


def alone() -> Registry:
    """Return a registry that fails the test when it looks for a stranger."""

    def nobody() -> list[Found]:
        raise AssertionError("a stranger was looked for")

    return Registry(discover=nobody)


@pytest.fixture
def make() -> Any:
    """Return the makers of this file."""

    class Makers:
        cls = staticmethod(made)
        module = staticmethod(module)
        plugin = staticmethod(plugin_of)
        recorded = Recorded
        registry = staticmethod(registry_of)
        alone = staticmethod(alone)

    return Makers

"""What the loader knows of plugins: plain values, one for each stage.

A plugin is `Found` before anything of it is imported, and a `Plugin` afterwards: loaded, broken,
disabled or incompatible. What a loaded one gives are `Offer`s; what of it is set aside, `Fault`s.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["loaded", "broken", "disabled", "incompatible"]

Origin = Literal["builtin", "requested", "installed"]
"""Whose code it is: nnplug's own, what the user named by hand, or anybody's."""


def fold(name: str) -> str:
    """Return a component's name as it is compared: without case, "-" and "_"."""
    return name.replace("-", "").replace("_", "").lower()


def fold_package(name: str) -> str:
    """Return a package's name as it is compared: without case, "-", "_" and "."."""
    return fold(name.replace(".", ""))


@dataclass(frozen=True)
class Provider:
    """Who gives a component.

    plugin : the name of the entry point, or of the file or module that --plugin names; empty where
        no plugin gives it
    package : the distribution, or that file or module
    version : empty where nobody states one
    """

    plugin: str
    package: str
    version: str = ""

    @property
    def text(self) -> str:
        """The package with its version: "nnplug-mish 0.2"."""
        return f"{self.package} {self.version}".rstrip()

    def answers_to(self, name: str) -> bool:
        """Say whether a user who types `name` means this plugin or its package."""
        return fold_package(name) in (fold_package(self.plugin), fold_package(self.package))

    def resembles(self, component: str) -> bool:
        """Say whether plugin or package are called as a component of this name would be."""
        like = "nnplug" + fold(component)
        return self.answers_to(component) or fold_package(self.package) == like


@dataclass(frozen=True)
class Found:
    """A plugin that is installed or asked for; nothing of it is imported yet.

    target : "module", "module:attribute", or the path of a file
    load : imports it and returns the module, instance or class
    requires : what its package requires, as its metadata says it
    origin : "builtin", "requested" or "installed"
    """

    provider: Provider
    target: str
    load: Callable[[], Any] = field(compare=False, repr=False)
    requires: tuple[str, ...] = ()
    origin: Origin = field(default="installed", compare=False)


@dataclass(frozen=True)
class Offer:
    """A component that a plugin gives: its names, and its class or "module:Class"."""

    kind: str
    name: str
    target: type[Any] | str
    provider: Provider
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and its aliases."""
        return (self.name, *self.aliases)

    @property
    def keys(self) -> set[str]:
        """The names that it answers to, as they are compared."""
        return {fold(name) for name in self.names}

    @property
    def text(self) -> str:
        """What messages call it: "activation 'mish' from nnplug-mish 0.2"."""
        return f"{self.kind} {self.name!r} from {self.provider.text}"


@dataclass(frozen=True)
class Fault:
    """A component that is set aside, and why."""

    kind: str
    name: str
    provider: Provider
    reason: str
    traceback: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The names that it would answer to, as they are compared."""
        return {fold(name) for name in (self.name, *self.aliases)}

    @property
    def text(self) -> str:
        """One line: which component of which package, and why."""
        return f"{self.kind} {self.name!r} from {self.provider.text} is set aside: {self.reason}"


@dataclass(frozen=True)
class Plugin:
    """A plugin, after the loader dealt with it.

    reason : why it is not loaded, in one line
    traceback : where it broke, if that was in its own code
    seconds : how long its import took, or None where nothing was imported
    printed : what it printed while it was imported
    offers, faults : its components, and those that are set aside
    """

    provider: Provider
    status: Status
    reason: str = ""
    traceback: str = ""
    seconds: float | None = None
    printed: str = ""
    offers: tuple[Offer, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The plugin's own name."""
        return self.provider.plugin

    @property
    def package(self) -> str:
        """The distribution, file or module that it comes from."""
        return self.provider.package

    @property
    def version(self) -> str:
        """The version of its package, or an empty text."""
        return self.provider.version

    @property
    def text(self) -> str:
        """One line: which plugin of which package, and how it fares."""
        line = f"plugin {self.name!r} from {self.provider.text} is {self.status}"
        return f"{line}: {self.reason}" if self.reason else line

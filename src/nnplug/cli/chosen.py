"""What `nnplug check` is to look at: names, packages, files, or everything there is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nnplug.core.errors import NnplugError, PluginError, SpecError, UnknownNameError
from nnplug.core.spec import Spec, read_spec

if TYPE_CHECKING:
    from nnplug.core.loader.plugin import Fault
    from nnplug.core.registry import Plugin, Registry


@dataclass
class Chosen:
    """Components to check, and what was asked for and is not there.

    components : kind and class, or kind and instance where hyperparameters were typed
    missing : plugins that did not load, and components that are set aside
    """

    components: list[tuple[str, Any]] = field(default_factory=list)
    missing: list["Plugin | Fault"] = field(default_factory=list)

    def add(self, other: "Chosen") -> None:
        """Add what another choice has and this one lacks."""
        for component in other.components:
            if component not in self.components:
                self.components.append(component)
        self.missing += [one for one in other.missing if one not in self.missing]

    def of_kind(self, kind: str) -> "Chosen":
        """Return what is of a kind; a plugin that did not load may have given it."""
        return Chosen(
            [pair for pair in self.components if pair[0] == kind],
            [one for one in self.missing if getattr(one, "kind", kind) == kind],
        )


def choose(
    registry: "Registry", names: Sequence[str], packages: Sequence[str], *, everything: bool
) -> Chosen:
    """Return what names and packages mean, or all that is registered.

    Where nothing is named, it is what `--plugin` gives. Raises NnplugError for what there is not.
    """
    chosen = Chosen()
    if everything:
        chosen.add(_all(registry))
    for name in names:
        chosen.add(named(registry, name))
    for package in packages:
        chosen.add(_package(registry, package))
    if not (everything or names or packages):
        chosen.add(_of_plugins(registry, _requested(registry)))
    return chosen


def named(registry: "Registry", name: str) -> Chosen:
    """Return the components of a name in every kind; with hyperparameters where they are typed."""
    if name.endswith(".py"):
        raise NnplugError(f"{name} is a file", f"nnplug check --plugin {name}")
    spec = read_spec(name)
    try:
        found = registry.everywhere(spec.full_name)
    except (PluginError, UnknownNameError):
        missing = _missing(registry, spec)
        if missing:
            return Chosen(missing=missing)
        if spec.package is None and any(p.provider.answers_to(name) for p in registry.plugins()):
            hint = f"nnplug check --package {name} checks all that it gives"
            raise UnknownNameError(f"{name!r} is a package, and no component", hint) from None
        raise
    if not spec.arguments and spec.inner is None:
        return Chosen(list(found))
    return Chosen(_with_hyperparameters(registry, name, [kind for kind, _ in found]))


def _with_hyperparameters(
    registry: "Registry", name: str, kinds: Sequence[str]
) -> list[tuple[str, Any]]:
    """Build what was typed in each kind that takes it; raises SpecError where none does."""
    built, refused = [], []
    for kind in kinds:
        try:
            component = registry.build(kind, name)
        except SpecError as error:
            refused.append(error)
        else:
            built.append((kind, component))
    if not built:
        raise refused[0]
    return built


def _missing(registry: "Registry", spec: Spec) -> list["Plugin | Fault"]:
    """Return what would have given a name: components set aside, and plugins named by hand."""
    from nnplug.core.loader.plugin import Plugin, fold
    from nnplug.testing.package import missing_of

    plugins = registry.plugins()
    asked = _requested(registry)
    if spec.package is not None:
        asked = plugins = [p for p in plugins if p.provider.answers_to(spec.package)]
    return [
        one
        for one in missing_of(plugins)
        if (one in asked if isinstance(one, Plugin) else fold(spec.name) in one.keys)
    ]


def _package(registry: "Registry", package: str) -> Chosen:
    from nnplug.testing.package import plugins_of

    return _of_plugins(registry, plugins_of(package, registry))


def _requested(registry: "Registry") -> list["Plugin"]:
    """Return what `--plugin` names."""
    # The built-ins come first, then these, then what is installed.
    return registry.plugins()[1 : 1 + len(registry.settings()["extra"])]


def _all(registry: "Registry") -> Chosen:
    # What the user disabled is not asked for.
    plugins = [plugin for plugin in registry.plugins() if plugin.status != "disabled"]
    return _of_plugins(registry, plugins)


def _of_plugins(registry: "Registry", plugins: list["Plugin"]) -> Chosen:
    from nnplug.testing.package import entries_of, missing_of

    entries = entries_of(plugins, registry)
    return Chosen([(entry.kind, entry.cls) for entry in entries], missing_of(plugins))

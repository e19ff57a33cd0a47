"""What a package gives to the kit: its plugins, and what of them is not there to check."""

from importlib.metadata import PackageNotFoundError, distribution

from nnplug.core.errors import NnplugError, PluginError, UnknownNameError
from nnplug.core.hooks import PROJECT
from nnplug.core.loader.plugin import Fault, Plugin, fold_package
from nnplug.core.registry import Entry, Registry


def plugins_of(package: str, registry: Registry) -> list[Plugin]:
    """Return the plugins of a package, or the one of this name; those that did not load, too.

    Raises UnknownNameError where there is none, or PluginError for a package without entry point.
    """
    known = registry.plugins()
    found = [plugin for plugin in known if plugin.provider.answers_to(package)]
    if not found:
        raise _no_plugin(package, known)
    key = fold_package(package)
    exactly = [plugin for plugin in found if fold_package(plugin.package) == key]
    return exactly or found


def entries_of(plugins: list[Plugin], registry: Registry) -> list[Entry]:
    """Return the components that these plugins give."""
    providers = {plugin.provider for plugin in plugins}
    return [entry for entry in registry.entries() if entry.provider in providers]


def missing_of(plugins: list[Plugin]) -> list[Plugin | Fault]:
    """Return what is not there to check: plugins that did not load, components set aside."""
    found: list[Plugin | Fault] = []
    for plugin in plugins:
        found += [plugin] if plugin.status != "loaded" else plugin.faults
    return found


def components_of(package: str, registry: Registry) -> list[Entry]:
    """Return all components of a package, and be sure that there are no others.

    Raises PluginError where a plugin of it did not load or a component of it is set aside, and
    UnknownNameError where there is no such package.
    """
    plugins = plugins_of(package, registry)
    missing = missing_of(plugins)
    if missing:
        raise PluginError(
            "; ".join(one.text for one in missing), f"nnplug check --package {package} says more"
        )
    return entries_of(plugins, registry)


def _no_plugin(package: str, known: list[Plugin]) -> NnplugError:
    try:
        installed = distribution(package)
    except (PackageNotFoundError, ValueError):
        pass
    else:
        return PluginError(
            f"{package} {installed.version} is installed, and has no entry point for nnplug",
            f'in its pyproject.toml: [project.entry-points.{PROJECT}], a line NAME = "MODULE"; '
            "then install it again",
        )
    others = sorted({plugin.package for plugin in known})
    return UnknownNameError(
        f"no plugin or package {package!r} is installed",
        f"with plugins there are {', '.join(others)}; install it with: pip install {package}",
    )

"""Which plugins there are, and which of them may be imported; nothing is imported here."""

from collections.abc import Collection, Iterator
from importlib.metadata import Distribution, EntryPoint, distributions

from nnplug import __version__
from nnplug.core.hooks import PROJECT
from nnplug.core.loader.plugin import Found, Plugin, Provider, fold_package

_BUILTINS = EntryPoint("builtin", f"{PROJECT}.plugins", PROJECT)

BUILTIN = Found(
    Provider("builtin", PROJECT, __version__),
    _BUILTINS.value,
    _BUILTINS.load,
    origin="builtin",
)
"""The components that come with nnplug, found without reading what is installed."""


def installed() -> list[Found]:
    """Return the plugins of all installed packages but nnplug, sorted by package."""
    packages: dict[str, list[Found]] = {}
    for distribution in distributions():
        found = list(_plugins_of(distribution))
        if found:
            # Of a package that is there twice, Python imports the first on the path.
            packages.setdefault(fold_package(found[0].provider.package), found)
    packages.pop(PROJECT, None)
    return sorted(
        (found for plugins in packages.values() for found in plugins),
        key=lambda found: (found.provider.package.lower(), found.provider.plugin),
    )


def _plugins_of(distribution: Distribution) -> Iterator[Found]:
    try:
        # Metadata is slow to read, and some packages have it damaged: ask only those that matter.
        if f"[{PROJECT}]" not in (distribution.read_text("entry_points.txt") or ""):
            return
        entries = distribution.entry_points.select(group=PROJECT)
        package, version = distribution.metadata["Name"] or "unknown", distribution.version
        requires = tuple(distribution.requires or ())
    except Exception:
        return
    for entry in entries:
        provider = Provider(entry.name, package, version or "")
        yield Found(provider, entry.value, entry.load, requires)


def decide(
    found: Found, only: Collection[str] | None = None, disabled: Collection[str] = ()
) -> Plugin | None:
    """Return the plugin as what keeps it from being imported, or None if it may be.

    only : names of the plugins or packages that load (NNPLUG_PLUGINS), or None for all
    disabled : names of those that do not (-p no:NAME)
    """
    provider = found.provider
    left_out = next((name for name in disabled if provider.answers_to(name)), None)
    if left_out is not None:
        return Plugin(provider, "disabled", f"-p no:{left_out} leaves it out")
    if only is not None and not any(provider.answers_to(name) for name in only):
        return Plugin(provider, "disabled", "NNPLUG_PLUGINS does not name it")
    refusal = incompatibility(found)
    return Plugin(provider, "incompatible", refusal) if refusal else None


def incompatibility(found: Found, version: str = __version__) -> str:
    """Return why a plugin's package refuses this nnplug, or an empty text."""
    lines = [line for line in found.requires if line.lower().startswith(PROJECT)]
    if not lines:
        return ""
    from packaging.requirements import InvalidRequirement, Requirement

    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if requirement.name.lower() != PROJECT:
            continue  # nnplug-mish needs nnplug-swish
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            return f"it needs nnplug{requirement.specifier}, and this is nnplug {version}"
    return ""


def unknown_names(
    found: Collection[Found], only: Collection[str] | None, disabled: Collection[str]
) -> list[str]:
    """Return a line for each name in NNPLUG_PLUGINS and -p no:NAME that no plugin has."""
    wanted = [(name, f"-p no:{name}") for name in disabled]
    wanted += [(name, "NNPLUG_PLUGINS") for name in only or ()]
    lines = []
    for name, origin in wanted:
        if BUILTIN.provider.answers_to(name):
            if name in disabled:
                lines.append(f"{origin}: the built-in components cannot be left out")
        elif not any(one.provider.answers_to(name) for one in found):
            lines.append(f"{origin}: no installed plugin or package is called {name!r}")
    return lines

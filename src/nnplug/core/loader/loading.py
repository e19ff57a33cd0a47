"""Loading one plugin: import it, and ask its hooks what it gives.

Each plugin has a PluginManager of its own and its hooks are called one by one. Through `pm.hook`
one exception would lose the results of all plugins, and a wrapper could rewrite them.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from difflib import get_close_matches
from inspect import getattr_static, isroutine
from time import perf_counter
from typing import Any

import pluggy

from nnplug.core import hooks
from nnplug.core.component import Component
from nnplug.core.errors import PluginError
from nnplug.core.kinds import KINDS
from nnplug.core.loader.failure import one_line, stack
from nnplug.core.loader.offers import read_names
from nnplug.core.loader.plugin import Fault, Found, Offer, Plugin, Provider

_PREFIX = f"{hooks.PROJECT}_"
_KIND_OF = {kind.hook: kind.name for kind in KINDS.values()}


def load(found: Found) -> Plugin:
    """Return the plugin, loaded or broken; nothing that its code raises gets out of here."""
    started = perf_counter()
    try:
        # Stdout may be carrying JSON, and an import that prints should not spoil it.
        with redirect_stdout(sys.stderr):
            given = list(_components(_plugin_object(found), found.provider))
        return Plugin(
            found.provider,
            "loaded",
            seconds=perf_counter() - started,
            offers=tuple(item for item in given if isinstance(item, Offer)),
            faults=tuple(item for item in given if isinstance(item, Fault)),
        )
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, and what test frameworks skip with, too
        return Plugin(
            found.provider,
            "broken",
            one_line(error),
            stack(error),
            seconds=perf_counter() - started,
        )


def _plugin_object(found: Found) -> Any:
    """Import the plugin: a module or an instance; of a class, an instance is made."""
    plugin = found.load()
    if not isinstance(plugin, type):
        return plugin
    if issubclass(plugin, Component):
        hook = KINDS[plugin.kind].hook if plugin.kind in KINDS else "a hook"
        raise PluginError(
            f"its entry point names the component {plugin.__name__}",
            f"point it to the module, and give {plugin.__name__} from {hook}()",
        )
    return plugin()


def _components(plugin: Any, provider: Provider) -> Iterator[Offer | Fault]:
    given: dict[str, list[tuple[Any, Any]]] = {}
    for hook, function in _implementations(plugin):
        result = function()
        if not isinstance(result, Mapping):
            raise PluginError(
                f"{hook}() returns {'None' if result is None else f'a {type(result).__name__}'}",
                "it returns a mapping of name to class",
            )
        given.setdefault(_KIND_OF[hook], []).extend(result.items())
    if not any(given.values()):
        raise PluginError("it gives no component", "let a hook return a name and a class")
    for kind in KINDS:
        yield from read_names(kind, given.get(kind, []), provider)


def _implementations(plugin: Any) -> Iterator[tuple[str, Any]]:
    """Yield each hook that the plugin implements, and its function; raises PluginError."""
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin)
    implementations = [
        (caller, implementation)
        for caller in manager.get_hookcallers(plugin) or ()
        for implementation in caller.get_hookimpls()
    ]
    _refuse_forgotten_marks(plugin, anything_marked=bool(implementations))
    for caller, implementation in implementations:
        if not caller.has_spec():
            if implementation.optionalhook:
                continue  # a hook of a later nnplug
            raise _no_such_hook(caller.name)
        if implementation.wrapper or implementation.hookwrapper:
            raise PluginError(
                f"{caller.name} is a hook wrapper, and nnplug takes none",
                "write a plain @nnplug.hookimpl function",
            )
        yield caller.name, implementation.function


def _no_such_hook(name: str) -> PluginError:
    plurals = {hook.removeprefix(_PREFIX): hook for hook in _KIND_OF}
    near = get_close_matches(name.removeprefix(_PREFIX), plurals, 1)
    meant = f"did you mean {plurals[near[0]]}?" if near else f"there are {', '.join(_KIND_OF)}"
    return PluginError(f"there is no hook {name}", meant)


def _refuse_forgotten_marks(plugin: Any, *, anything_marked: bool) -> None:
    """Raise PluginError for a hook without `@nnplug.hookimpl`, which pluggy does not see."""
    unmarked = [
        name for name in dir(plugin) if name.startswith(_PREFIX) and _is_unmarked(plugin, name)
    ]
    # Other functions of a like name are the plugin's own affair, unless it has no hook at all.
    forgotten = [name for name in unmarked if name in _KIND_OF or not anything_marked]
    if forgotten:
        raise PluginError(f"{forgotten[0]}() lacks its mark", "write @nnplug.hookimpl above it")
    if not anything_marked:
        raise PluginError(
            "it has no hook",
            "write a function such as nnplug_activations() with @nnplug.hookimpl above it",
        )


def _is_unmarked(plugin: Any, name: str) -> bool:
    function = getattr_static(plugin, name, None)
    function = getattr(function, "__func__", function)  # of a static or class method
    return isroutine(function) and not (
        hasattr(function, f"{_PREFIX}impl") or hasattr(function, f"{_PREFIX}spec")
    )

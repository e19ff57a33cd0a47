"""Loading one plugin: import it, and ask its hooks what it gives.

Each plugin has a PluginManager of its own and its hooks are called one by one. Through `pm.hook`
one exception would lose the results of all plugins, and a wrapper could rewrite them.
"""

from collections.abc import AsyncGenerator, Coroutine, Generator, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from inspect import getattr_static, isroutine
from typing import Any

import pluggy

from nnplug.core import hooks
from nnplug.core.component import Component
from nnplug.core.errors import PluginError
from nnplug.core.kinds import KINDS
from nnplug.core.loader.answer import Answer, answer
from nnplug.core.loader.failure import one_line, stack
from nnplug.core.loader.offers import component_class, read_names
from nnplug.core.loader.plugin import Fault, Found, Offer, Plugin, Provider

_PREFIX = f"{hooks.PROJECT}_"
_KIND_OF = {kind.hook: kind.name for kind in KINDS.values()}


def load(found: Found) -> Plugin:
    """Return the plugin, loaded or broken; nothing that its code raises gets out of here."""
    if found.origin != "builtin":
        import_module("numpy")  # or the first plugin that needs it would be charged for it
    given = answer(lambda: list(_components(_plugin_object(found), found.provider)), found.origin)
    plugin = Plugin(found.provider, "loaded", seconds=given.seconds, printed=given.printed)
    if given.error is not None:
        reason, where = one_line(given.error), stack(given.error)
        return replace(plugin, status="broken", reason=reason, traceback=where)
    return replace(
        plugin,
        offers=tuple(item for item in given.value or () if isinstance(item, Offer)),
        faults=tuple(item for item in given.value or () if isinstance(item, Fault)),
    )


def load_late(found: Found, offer: Offer) -> Answer[type[Component] | Fault]:
    """Return the class of a component that its plugin gave as "module:Class", or its fault."""
    return answer(lambda: component_class(offer), found.origin)


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
        try:
            result = function()
        except BaseException as error:
            error.add_note(f"in {hook}()")
            raise
        if not isinstance(result, Mapping):
            raise _no_mapping(hook, result)
        given.setdefault(_KIND_OF[hook], []).extend(result.items())
    if not any(given.values()):
        raise PluginError("it gives no component", "let a hook return a name and a class")
    for kind in KINDS:
        yield from read_names(kind, given.get(kind, []), provider)


def _no_mapping(hook: str, result: Any) -> PluginError:
    what = "None" if result is None else f"a {type(result).__name__}"
    if isinstance(result, Generator | AsyncGenerator):
        return PluginError(
            f"{hook}() is a generator: it yields, and is to return once",
            'write `return {"name": Class}`',
        )
    if isinstance(result, Coroutine):
        result.close()  # or Python warns that nobody awaited it
        return PluginError(f"{hook}() is an async function", "write `def` without `async`")
    return PluginError(f"{hook}() returns {what}", "it returns a mapping of name to class")


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

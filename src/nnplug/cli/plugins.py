"""`nnplug plugins`: what is installed, what each plugin gives, and what is wrong with it."""

import json
from collections.abc import Iterator
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.plugin_options import plugin_options
from nnplug.core.kinds import KINDS

if TYPE_CHECKING:
    from nnplug.core.loader.plugin import Plugin


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of text.")
@plugin_options
def plugins(as_json: bool) -> int:
    """Show the plugins: what each gives, how long its import takes, and what is wrong with it.

    A plugin is loaded, broken, disabled (NNPLUG_PLUGINS, -p no:NAME) or incompatible (its package
    needs another nnplug). With --strict, anything broken or incompatible makes the exit code 1.
    """
    from nnplug.core.registry import default_registry

    registry = default_registry()
    found = registry.plugins()
    if as_json:
        click.echo(json.dumps([_row(plugin) for plugin in found], indent=1))
    else:
        click.echo("\n\n".join("\n".join(_lines(plugin)) for plugin in found))
    return 1 if registry.settings()["strict"] and any(map(_is_wrong, found)) else 0


def _is_wrong(plugin: "Plugin") -> bool:
    return plugin.status in ("broken", "incompatible") or bool(plugin.faults)


def _gives(plugin: "Plugin") -> dict[str, list[str]]:
    """Return the names that a plugin gives, aliases included, by kind."""
    given: dict[str, list[str]] = {}
    for offer in plugin.offers:
        given.setdefault(offer.kind, []).extend((offer.name, *offer.aliases))
    return given


def _row(plugin: "Plugin") -> dict[str, Any]:
    return {
        "plugin": plugin.name,
        "package": plugin.package,
        "version": plugin.version,
        "status": plugin.status,
        "reason": plugin.reason,
        "seconds": plugin.seconds,
        "gives": _gives(plugin),
        "set_aside": [
            {
                "kind": fault.kind,
                "name": fault.name,
                "reason": fault.reason,
                "traceback": fault.traceback,
            }
            for fault in plugin.faults
        ],
        "traceback": plugin.traceback,
        "printed": plugin.printed,
    }


def _lines(plugin: "Plugin") -> Iterator[str]:
    time = "" if plugin.seconds is None else f", imported in {1000 * plugin.seconds:.0f} ms"
    yield f"{plugin.name} from {plugin.provider.text}: {plugin.status}{time}"
    if plugin.reason:
        yield f"  {plugin.reason}"
    if plugin.traceback:
        yield indent(plugin.traceback.rstrip(), "    ")
    if plugin.printed.strip():
        yield "  it prints while it is imported:"
        yield indent(plugin.printed.rstrip(), "    ")
    given = _gives(plugin)
    width = max((len(KINDS[kind].plural) for kind in given), default=0)
    for kind, names in given.items():
        yield f"  {KINDS[kind].plural:<{width}}  {', '.join(names)}"
    for fault in plugin.faults:
        yield f"  {fault.kind} {fault.name!r} is set aside: {fault.reason}"
        if fault.traceback:
            yield indent(fault.traceback.rstrip(), "    ")

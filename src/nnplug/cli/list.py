"""`nnplug list`: the components that can be named."""

import json
from typing import Any

import click

from nnplug.cli.plugin_options import plugin_options
from nnplug.core.errors import NnplugError
from nnplug.core.kinds import KINDS


def read_kind(text: str) -> str:
    """Return the kind that was typed, singular or plural; raises NnplugError for none."""
    known = {word: kind.name for kind in KINDS.values() for word in (kind.name, kind.plural)}
    if text.lower() in known:
        return known[text.lower()]
    from difflib import get_close_matches

    near = get_close_matches(text.lower(), known, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    plurals = ", ".join(kind.plural for kind in KINDS.values())
    raise NnplugError(f"there is no kind {text!r}{meant}", f"the kinds: {plurals}")


@click.command("list")
@click.argument("kind", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of a table.")
@plugin_options
def list_components(kind: str | None, as_json: bool) -> None:
    """List the components that can be named, by kind, and who provides each.

    KIND is layers, activations, losses, optimizers, initializers, schedules, callbacks or datasets.
    """
    wanted = None if kind is None else read_kind(kind)

    from nnplug.core.component import summary
    from nnplug.core.registry import default_registry

    rows: list[dict[str, Any]] = [
        {
            "kind": entry.kind,
            "name": entry.name,
            "aliases": list(entry.aliases),
            "summary": summary(entry.cls),
            "package": entry.provider.package,
            "version": entry.provider.version,
        }
        for entry in default_registry().entries(wanted)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    width = max((len(_name(row)) for row in rows), default=0)
    for listed in KINDS.values():
        its = [row for row in rows if row["kind"] == listed.name]
        if not its:
            continue
        click.echo(listed.plural)
        for row in its:
            by = (
                ""
                if row["package"] == "nnplug"
                else f"  [{row['package']} {row['version']}".rstrip() + "]"
            )
            click.echo(f"  {_name(row):<{width}}  {row['summary'].rstrip('.')}{by}")


def _name(row: dict[str, Any]) -> str:
    return ", ".join([row["name"], *row["aliases"]])

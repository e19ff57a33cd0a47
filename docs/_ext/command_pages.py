"""The reference of the commands, written from the commands themselves."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from nnplug.cli.main import COMMANDS, group

BAR = "\\|"
"""What stands in a table's cell for a bar, in code as well."""


def page() -> str:
    """Return a section for each command, and one for `nnplug` alone, as MyST text."""
    root = click.Context(group, info_name="nnplug")
    lines = list(section("nnplug", root))
    for name in COMMANDS:
        command = group.get_command(root, name)
        assert command is not None
        lines += section(f"nnplug {name}", click.Context(command, root, info_name=name))
    return "\n".join(lines)


def section(title: str, ctx: click.Context) -> Iterator[str]:
    """Yield the lines of one command's section: usage, what it does, options."""
    command = ctx.command
    yield f"\n## {title}\n"
    usage = " ".join(["nnplug" if title == "nnplug" else title, *command.collect_usage_pieces(ctx)])
    yield f"```text\n{usage}\n```\n"
    yield _markup(cleandoc(command.help or "")) + "\n"
    yield "| option | meaning |\n|---|---|"
    for parameter in command.get_params(ctx):
        record = parameter.get_help_record(ctx)
        if isinstance(parameter, click.Option) and record is not None:
            option, meaning = record
            yield f"| `{option.replace('|', BAR)}` | {_markup(meaning)} |"


def _markup(text: str) -> str:
    for sign in "\\*_$<>[]#|":
        text = text.replace(sign, f"\\{sign}")
    return text

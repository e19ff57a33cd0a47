"""The options that choose plugins, alike for `nnplug` and each of its commands."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_CHOICE = "nnplug.plugin_choice"


def plugin_options(command: Command) -> Command:
    """Give a command -p no:NAME, --plugin and --strict, which choose what its registry loads."""
    for option in (_STRICT, _PLUGIN, _LEFT_OUT):
        command = option(command)
    return command


def _leave_out(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> None:
    for text in value:
        if not text.startswith("no:") or text == "no:":
            raise click.BadParameter(
                f"{text!r}; write no:NAME to leave a plugin out, or --plugin to load a file.",
                ctx,
                parameter,
            )
    if value:
        _choose(ctx, disabled=tuple(text.removeprefix("no:") for text in value))


def _load_too(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        _choose(ctx, extra=value)


def _be_strict(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        _choose(ctx, strict=True)


def _choose(ctx: click.Context, **more: Any) -> None:
    """Add to what was chosen before on this command line, and make the registry of it."""
    if ctx.resilient_parsing:
        return
    from nnplug.core.loader.choice import Choice
    from nnplug.core.registry import Registry, set_default

    before = ctx.meta.get(_CHOICE)  # shared by `nnplug` and its command
    choice = (before or Choice.of(os.environ)).plus(**more)
    replaced = set_default(Registry(**choice.data()))
    if before is None:
        # Who runs a command inside a program of their own finds their registry again.
        ctx.find_root().call_on_close(lambda: set_default(replaced))
    ctx.meta[_CHOICE] = choice


# Eager: a component that another option names is looked up in the registry that these make.
_LEFT_OUT = click.option(
    "-p",
    metavar="no:NAME",
    multiple=True,
    is_eager=True,
    expose_value=False,
    callback=_leave_out,
    help="Leave out the plugin or package NAME.",
)
_PLUGIN = click.option(
    "--plugin",
    metavar="FILE|MODULE",
    multiple=True,
    is_eager=True,
    expose_value=False,
    callback=_load_too,
    help="Load a file (./mine.py) or a module as a plugin, too.",
)
_STRICT = click.option(
    "--strict",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_be_strict,
    help="Make a broken plugin an error, not a warning.",
)

"""A click group whose commands are imported when they are used."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

QUIET = (
    click.ClickException,
    click.exceptions.Exit,
    click.Abort,
    KeyboardInterrupt,
    BrokenPipeError,  # the reader of our output has gone
)
"""What ends a command, and no component is to blame for."""


class LazyGroup(click.Group):
    """Commands by name: where each stands ("module:attribute"), and its line in `--help`."""

    def __init__(
        self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **keywords: Any
    ) -> None:
        super().__init__(*args, **keywords)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a first visit."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; note on what escapes from it which component it came from."""
        from nnplug.core.errors import NnplugError

        try:
            return super().invoke(ctx)
        except (*QUIET, NnplugError):
            raise
        except BaseException as error:
            # Here and not later: after the command, its registry is no longer the default one.
            from nnplug.core.provenance import blame
            from nnplug.core.registry import default_registry

            blame(error, default_registry())
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.lazy.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or say which one may be meant."""
        from difflib import get_close_matches

        if args and args[0] not in self.lazy and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.lazy, 1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)

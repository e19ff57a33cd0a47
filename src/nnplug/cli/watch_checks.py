"""What is shown while components are checked, as the results come."""

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nnplug.cli.render_checks import Checked
    from nnplug.testing import Check, CheckResult


class Watch:
    """Prints results on stdout, and on a terminal which check is running.

    each : a line for each check as it ends; else a few for each component
    silent : nothing is printed; --json prints one document at the end
    """

    def __init__(self, *, each: bool, silent: bool = False) -> None:
        self.each = each
        self.silent = silent
        self.running = ""
        self._live = sys.stdout.isatty() and sys.stderr.isatty() and not _plain()

    def begins(self, checked: "Checked") -> None:
        """Say which component is next."""
        if self.each:
            from nnplug.cli.render_checks import heading

            self.say(heading(checked))

    def looks(self, checked: "Checked", check: "Check") -> None:
        """Note which check is running, and show it on a terminal."""
        self.running = f"{check.id} of {checked.kind} {checked.spec}"
        if self._live:
            click.echo(f"\r\x1b[K{self.running} ...", nl=False, err=True)

    def found(self, checked: "Checked", result: "CheckResult") -> None:
        """Say how a check ended."""
        if self.each:
            from nnplug.cli.render_checks import line

            self.say(line(result, checked))

    def ends(self, checked: "Checked") -> None:
        """Say how a component did."""
        if not self.each:
            from nnplug.cli.render_checks import block

            self.say(block(checked))
        self.running = ""

    def say(self, text: str) -> None:
        """Print something on stdout, in colour if that is wanted there."""
        self.clear()
        if not self.silent:
            click.echo(text, color=False if _plain() else None)

    def clear(self) -> None:
        """Take away what the terminal shows of the running check."""
        if self._live:
            click.echo("\r\x1b[K", nl=False, err=True)


def _plain() -> bool:
    """Say whether colours and the like are unwanted: https://no-color.org."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"

"""The options that say how a table of text is read, for commands that take a trained model."""

from collections.abc import Callable
from typing import Any

import click

NAMES = ("delimiter", "header", "encoding", "missing")


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; what is not typed is as it was for training."""
    for option in reversed(
        (
            click.option(
                "--delimiter", metavar="VALUE", help="Between cells. [default: as for training]"
            ),
            click.option(
                "--header/--no-header",
                default=None,
                help="Whether the first line names the columns. [default: as for training]",
            ),
            click.option("--encoding", metavar="VALUE", help="Of the table's characters."),
            click.option(
                "--missing",
                metavar="TEXT",
                multiple=True,
                help="A text that is a missing value; may be given several times.",
            ),
        )
    ):
        command = option(command)
    return command

"""`nnplug report`: runs and comparisons as a report to hand in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.train import NewPath

if TYPE_CHECKING:
    from nnplug.report.write import Written


@click.command()
@click.argument(
    "folders", nargs=-1, required=True, metavar="FOLDER...", type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    type=NewPath(),
    metavar="DIR",
    help="The report's folder. [default: report, in the folder that is reported on]",
)
@click.option("--title", metavar="TEXT", help="What stands above it.")
@click.option("--author", metavar="TEXT", default="", help="Who hands it in.")
@plugin_options
def report(folders: tuple[Path, ...], output: str | None, title: str | None, author: str) -> int:
    """Write what runs and comparisons gave: report.html, report.md and the figures.

    A FOLDER is one that `nnplug train` or `nnplug compare` saved. Nothing is trained. Where an
    experiment makes claims, it says whether they held, and over how many seeds.
    """
    from nnplug.core.registry import default_registry
    from nnplug.report.write import write_report

    written = write_report(
        folders,
        default_registry(),
        target=None if output is None else Path(output),
        title=title,
        author=author,
    )
    _say(written)
    return 0


def _say(written: "Written") -> None:
    from nnplug.cli.say_claims import say_claims

    for name, settled in written.claims.items():
        if settled:
            heading = f"{name}:\n" if len(written.claims) > 1 else ""
            click.echo(f"{heading}{say_claims(settled)}\n")
    figures = sum(file.endswith(".png") for file in written.files)
    click.echo(f"written: {written.folder / written.files[0]}")
    beside = [file for file in written.files[1:] if not file.endswith(".png")]
    click.echo(f"         {', '.join(beside)} and {figures} figures beside it")
    for name, missing in written.missing.items():
        if missing:
            lacks = f"{name} lacks {missing} of its runs; nnplug compare --resume goes on with it"
            click.echo(f"nnplug: note: {lacks}", err=True)
    for note in written.notes:
        click.echo(f"nnplug: note: {note}", err=True)

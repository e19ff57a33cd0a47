"""`nnplug play`: the playground in a browser."""

import click

from nnplug.cli.plugin_options import plugin_options


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Of this machine; 0 takes any that is free. [default: 8765, or the next]",
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@click.option(
    "--behind",
    metavar="URL",
    default="",
    help="The address under which a proxy gives the page out: its host is let in, too.",
)
@plugin_options
def play(port: int | None, no_browser: bool, behind: str) -> None:
    """See any registered component learn, in a page of your browser.

    The page is given out on this machine alone. Saved runs go to runs/ below the folder that this
    is started in.
    """
    from nnplug.core.registry import default_registry
    from nnplug.play.serve import serve

    serve(default_registry(), port=port, browser=not no_browser, behind=behind, say=click.echo)

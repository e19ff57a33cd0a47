"""`nnplug export`: a trained model as a program of its own, or as ONNX."""

import click

from nnplug.cli.load_model import load_model
from nnplug.cli.plugin_options import plugin_options


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("file", metavar="FILE")
@click.option("--best", is_flag=True, help="With the weights of the lowest loss recorded.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@plugin_options
def export(run: str, file: str, best: bool, force: bool) -> None:
    """Write a trained model into FILE, to take elsewhere.

    FILE.py is a program in NumPy alone: the formulas of its components, its weights, and a way to
    run it. FILE.onnx is for the runtimes of ONNX. What is written is run first, and its predictions
    are compared with those of RUN.
    """
    from pathlib import Path

    from nnplug.export import write

    write.check_name(Path(file), force=force)
    path = write.export(load_model(run, best=best), file, force=force)
    click.echo(f"written to {path}")

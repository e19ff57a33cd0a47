"""A trained model for a command, and what is to be known about it."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nnplug.engine.result import Model


def load_model(run: str, *, best: bool) -> "Model":
    """Return the model of a run's folder; say if packages are of other versions than then.

    best : with the weights of the lowest loss that was recorded
    """
    from nnplug.core.registry import default_registry
    from nnplug.engine.train import load

    model = load(run, default_registry(), best=best)
    for note in model.notes:
        click.echo(f"nnplug: note: {note}", err=True)
    return model

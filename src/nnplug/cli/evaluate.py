"""`nnplug evaluate`: what a trained model is worth on other points."""

import json
from typing import Any

import click

from nnplug.cli.load_model import load_model
from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.reading_options import NAMES, reading_options


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("table", metavar="[TABLE]", required=False)
@click.option(
    "--part",
    type=click.Choice(("test", "train")),
    help="Without TABLE: the points that RUN held out, or those it was trained on. [default: test]",
)
@click.option(
    "--target", metavar="NAMES", multiple=True, help="The column to predict, if it is called anew."
)
@click.option("--weight-column", metavar="NAME", help="How much each row counts.")
@click.option("--best", is_flag=True, help="With the weights of the lowest loss recorded.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@reading_options
@plugin_options
def evaluate(
    run: str, table: str | None, part: str | None, best: bool, as_json: bool, **options: Any
) -> None:
    """Say how good a trained model is on the rows of TABLE.

    Of classes: accuracy, log loss, area under the ROC curve, the confusion matrix, and precision,
    recall and F1 of each class. Of values: R2, mean absolute and root mean squared error. Without
    TABLE, the points that RUN held out are loaded or drawn again.
    """
    from nnplug.core.provenance import blamed
    from nnplug.core.registry import default_registry
    from nnplug.engine.assess import assess_part, assess_table
    from nnplug.report.assessment import say_assessment

    if table is None:
        typed = [f"--{name.replace('_', '-')}" for name, value in options.items() if value]
        if typed:
            raise click.UsageError(f"{typed[0]} goes with a TABLE")
    elif part is not None:
        raise click.UsageError("--part goes without TABLE")
    model = load_model(run, best=best)
    reading = {name: options.pop(name) for name in NAMES}
    with blamed(default_registry()):
        if table is None:
            found = assess_part(model, part or "test")
        else:
            found = assess_table(model, table, **options, **reading)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        click.echo("\n".join(say_assessment(found)))

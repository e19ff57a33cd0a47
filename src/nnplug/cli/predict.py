"""`nnplug predict`: a trained model's predictions for a table."""

from typing import Any

import click

from nnplug.cli.load_model import load_model
from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.reading_options import NAMES, reading_options

NO_TEXT = (".parquet", ".npz", ".npy", ".xlsx", ".gz", ".bz2", ".xz", ".zip", ".zst")
"""Endings of files that are no plain text."""


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("table", metavar="TABLE")
@click.option("-o", "--output-file", metavar="FILE", help="Write here, not to stdout.")
@click.option("--proba", is_flag=True, help="How likely each class is, too.")
@click.option(
    "--keep",
    metavar="NAMES",
    multiple=True,
    help="Columns of TABLE that come along: a name, or several between commas.",
)
@click.option("--keep-all", is_flag=True, help="All columns of TABLE come along.")
@click.option(
    "--unknown",
    type=click.Choice(("error", "ignore")),
    default="error",
    show_default=True,
    help="What becomes of a text that no training row had: ignored, it is none of the categories.",
)
@click.option("--best", is_flag=True, help="With the weights of the lowest loss recorded.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row, instead of CSV.")
@reading_options
@plugin_options
def predict(
    run: str, table: str, output_file: str | None, best: bool, as_json: bool, **options: Any
) -> None:
    """Predict the rows of TABLE with a trained model, and print them as CSV.

    TABLE is any that `nnplug train --data` takes, with the columns that RUN was trained on, in any
    order. A class is printed by its name under the name of its target.
    """
    from pathlib import Path

    from nnplug.core.errors import SettingsError
    from nnplug.core.provenance import blamed
    from nnplug.core.registry import default_registry
    from nnplug.engine.files import write_whole
    from nnplug.engine.predicting import predict_table

    model = load_model(run, best=best)
    if output_file is not None:
        target = Path(output_file)
        for source in (Path(table), model.path):
            if target.exists() and source.exists() and target.samefile(source):
                raise SettingsError(f"-o {output_file} would write over {source}")
        if target.suffix.lower() in NO_TEXT:
            raise SettingsError(
                f"-o {output_file}: predictions are written as text",
                f"call it {target.with_suffix('.json' if as_json else '.csv')}",
            )
    reading = {name: options.pop(name) for name in NAMES}
    with blamed(default_registry()):
        found = predict_table(model, table, **options, **reading)
    text = found.as_json_lines() if as_json else found.as_csv()
    if output_file is None:
        click.echo(text, nl=False)
        return
    write_whole(Path(output_file), text)
    click.echo(f"{sum(1 for _ in found.rows()):,} predictions in {output_file}")

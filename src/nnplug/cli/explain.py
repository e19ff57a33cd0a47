"""`nnplug explain`: every number of one sample's way through a network, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.settings_options import settings_options
from nnplug.cli.train import NewPath, TrainCommand, read_settings
from nnplug.core.errors import NnplugError
from nnplug.engine.settings import Settings, read_config, settings

if TYPE_CHECKING:
    from nnplug.engine.assemble import Assembly
    from nnplug.engine.network import Network


@click.command(cls=TrainCommand)
@click.option(
    "--sample",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="Which sample, from 1: 3 is Iter3 in the table of --show-predictions.",
)
@click.option(
    "--run",
    "folder",
    type=NewPath(),
    metavar="DIR",
    help="A trained model, with its own settings. [default: fresh weights]",
)
@click.option(
    "--training", is_flag=True, help="Dropout and the like as in a training step, not switched off."
)
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "markdown", "latex")),
    default="text",
    show_default=True,
    help="How the numbers are written.",
)
@click.option(
    "--digits",
    type=click.IntRange(1, 17),
    default=4,
    show_default=True,
    metavar="N",
    help="Significant digits of every number.",
)
@click.option("--output-file", type=NewPath(), metavar="FILE", help="Write here, not to stdout.")
@settings_options
@click.option(
    "--config", type=NewPath(), metavar="FILE", help="Settings from a TOML file; flags win."
)
@plugin_options
def explain(**options: Any) -> None:
    """Print every number of one sample's forward and backward pass, to tick off by hand.

    Layer by layer: input, weights and output ahead, then the loss, then the gradients from the last
    layer to the first, and the optimizer's step along them. The settings are those of `nnplug
    train`: with the same ones, these are the weights with which it starts.
    """
    folder = None if options["folder"] is None else Path(options["folder"])
    wanted = read_settings(options) if folder is None else _settings_of(folder, options)

    from nnplug.cli.render_steps import render
    from nnplug.core.registry import default_registry
    from nnplug.engine import explain as engine
    from nnplug.engine.train import prepare

    assembly = prepare(wanted, default_registry())
    network = assembly.network if folder is None else _trained(folder)
    part, row = engine.find_sample(assembly.run, options["sample"])
    steps = engine.explain(
        network,
        part.x[row : row + 1],
        part.t[row : row + 1],
        None if part.weights is None else float(part.weights[row]),
        training=options["training"],
    )
    title = _title(assembly, options["sample"], held_out=part is not assembly.run.train)
    lines = _lines(assembly, folder, training=options["training"])
    text = render(options["style"], title, lines, steps, options["digits"])
    if options["output_file"] is None:
        click.echo(text, nl=False)
        return
    _write(Path(options["output_file"]), text)
    click.echo(f"written to {options['output_file']}")


def _settings_of(folder: Path, options: dict[str, Any]) -> Settings:
    """Return the settings of a run; raises NnplugError where others are typed beside it."""
    from nnplug.engine.folder import CONFIG

    typed = [name for name in settings() if options[name] not in (None, ())]
    if typed or options["config"]:
        flag = f"--{(typed or ['config'])[0].replace('_', '-')}"
        raise NnplugError(f"--run {folder} has settings of its own", f"leave {flag} out")
    found = read_config(folder / CONFIG)
    if found.get("dataset") == "data":
        raise NnplugError(
            f"{folder} was trained on arrays that are not in it",
            "in Python: nnplug.engine.explain.explain(model.network, x, t)",
        )
    return Settings().but(**found)


def _trained(folder: Path) -> "Network":
    from nnplug.core.registry import default_registry
    from nnplug.engine.train import load

    return load(folder, default_registry()).network


def _title(assembly: "Assembly", number: int, *, held_out: bool) -> str:
    total = len(assembly.train) + (0 if assembly.test is None else len(assembly.test))
    said = f"Iter{number}: sample {number} of the {total} of {assembly.source}"
    return said + (", held out from training" if held_out else "")


def _lines(assembly: "Assembly", folder: Path | None, *, training: bool) -> list[str]:
    """Return what holds for all of the numbers."""
    weights = (
        f"fresh weights of seed {assembly.settings.seed}"
        if folder is None
        else f"trained weights of {folder}"
    )
    chance = (
        "dropout and the like as in the next training step"
        if training
        else "dropout and the like are off, --training turns them on"
    )
    return [
        "samples are numbered from 1, as in the table of --show-predictions",
        f"{weights}; {chance}",
    ]


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NnplugError(f"cannot write {path}: {error.strerror or error}") from None

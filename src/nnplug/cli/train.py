"""`nnplug train`: train one network."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.settings_options import join_dims, settings_options
from nnplug.core.errors import DivergedError, NnplugError
from nnplug.core.spec import read_spec
from nnplug.engine.settings import (
    OF_A_TABLE,
    Settings,
    read_config,
    refuse_contradictions,
    settings,
    write_config,
)

if TYPE_CHECKING:
    from nnplug.cli.watch import Quiet
    from nnplug.engine.assemble import Assembly
    from nnplug.engine.lock import Lock
    from nnplug.engine.result import Result


class NewPath(click.ParamType[str]):
    """A path to write; `--save --quiet` forgot it, and does not mean a folder "--quiet"."""

    name = "path"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the path, or fail where it reads like an option."""
        if value.startswith("-"):
            flag = param.opts[0] if param is not None else "this option"
            self.fail(f"{flag} needs a name; {value} is an option", param, ctx)
        return value


class TrainCommand(click.Command):
    """Lets `--hidden-dims 10 10` be typed without quotes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, those after --hidden-dims as one."""
        return super().parse_args(ctx, join_dims(args))


@click.command(cls=TrainCommand)
@settings_options
@click.option(
    "--config", type=NewPath(), metavar="FILE", help="Settings from a TOML file; flags win."
)
@click.option("--print-config", is_flag=True, help="Print the settings as TOML, and train nothing.")
@click.option("--show-predictions", is_flag=True, help="Print truth beside prediction at the end.")
@click.option("--all", "every_row", is_flag=True, help="Print all predictions, not 200 at most.")
@click.option(
    "--plot", type=NewPath(), metavar="FILE", help="Save the picture here: png, svg or pdf."
)
@click.option("--show", "show_window", is_flag=True, help="Open the picture in a window.")
@click.option(
    "--save",
    type=NewPath(),
    metavar="DIR",
    help="The run's folder. [default: a new one under runs/]",
)
@click.option("--no-save", is_flag=True, help="Leave nothing behind.")
@click.option(
    "--resume",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Go on with a run that was ended early, as if it had not been; --epochs is the new total.",
)
@click.option(
    "--extend",
    is_flag=True,
    help="With --resume, go on where a longer run would have done otherwise, too.",
)
@click.option(
    "--checkpoint-every",
    type=click.IntRange(min=1),
    metavar="N",
    help="Epochs between two states that are kept. [default: one every few seconds]",
)
@click.option("--quiet", is_flag=True, help="Print the result alone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, the result last.")
@plugin_options
def train(**options: Any) -> int:
    """Train a network and say how good it is.

    A SPEC names a component and sets its hyperparameters: adam, adam:lr=0.01,beta1=0.95. `nnplug
    list` shows what there is, `nnplug show NAME` how it is set. A CHAIN is specs in a row:
    "linear:units=8 relu dropout:p=0.2".
    """
    if options["plot"]:
        from nnplug.figures.output import check_suffix

        check_suffix(Path(options["plot"]))
    if options["resume"]:
        return _resume(Path(options["resume"]), options)
    if options["extend"]:
        raise click.UsageError("--extend goes with --resume")
    wanted = read_settings(options)
    if options["save"] and options["no_save"]:
        raise click.UsageError("--save and --no-save contradict each other")

    from nnplug.core.registry import default_registry
    from nnplug.engine.chance import stream
    from nnplug.engine.folder import discard, make_folder
    from nnplug.engine.lock import locked
    from nnplug.engine.result import title_of
    from nnplug.engine.train import prepare

    assembly = prepare(wanted, default_registry())
    if options["print_config"]:
        click.echo(write_config(assembly.resolved), nl=False)
        return 0
    shuffle = stream(wanted.seed, "shuffle")
    if options["no_save"]:
        return _train(assembly, shuffle, options, None)
    folder = make_folder(options["save"], title_of(assembly.resolved))
    try:
        with locked(folder, new=True) as lock:
            return _train(assembly, shuffle, options, lock)
    finally:
        discard(folder)


def _resume(folder: Path, options: dict[str, Any]) -> int:
    """Go on with the run of a folder."""
    from nnplug.core.registry import default_registry
    from nnplug.engine.agreement import refuse_no_run
    from nnplug.engine.lock import locked
    from nnplug.engine.resume import where_it_stood

    typed = [name for name in settings() if name != "epochs" and options[name] not in (None, ())]
    typed += [name for name in ("config", "save", "no_save", "print_config") if options[name]]
    if typed:
        flags = " ".join(f"--{name.replace('_', '-')}" for name in typed)
        raise click.UsageError(f"--resume goes on with the settings of the folder; drop {flags}")
    refuse_no_run(folder)
    with locked(folder) as lock:
        found = where_it_stood(
            folder, default_registry(), epochs=options["epochs"], extend=options["extend"]
        )
        if not (options["quiet"] or options["as_json"]):
            click.echo("\n".join(found.said) + "\n")
        return _train(found.assembly, found.shuffle, options, lock)


def _train(assembly: "Assembly", shuffle: Any, options: dict[str, Any], lock: "Lock | None") -> int:
    from nnplug.cli import say_results, track
    from nnplug.cli.main import INTERRUPTED
    from nnplug.cli.watch import stoppable
    from nnplug.engine.keeper import FolderKeeper
    from nnplug.engine.train import keep_unfinished, run_assembly
    from nnplug.report.lines import say_predictions

    quiet, as_json = options["quiet"], options["as_json"]
    if not (quiet or as_json):
        click.echo(say_results.say_before(assembly) + "\n")
    watch = _watch(assembly.settings, quiet=quiet, as_json=as_json)
    keeper, folder = None, None
    if lock is not None:
        keeper, folder = (
            FolderKeeper(lock, assembly, shuffle, options["checkpoint_every"]),
            lock.folder,
        )
    failure: DivergedError | None = None
    with stoppable(watch):
        try:
            result = run_assembly(assembly, watch, shuffle=shuffle, keeper=keeper)
        except DivergedError as error:
            failure, result = error, error.result
        except Exception:
            if folder is not None and keep_unfinished(assembly, folder) and not as_json:
                click.echo(f"saved in {folder}, as far as it went")
            raise
        finally:
            watch.close()
    result.folder = folder
    if as_json:
        click.echo(json.dumps(say_results.result_json(result)))
    else:
        click.echo(("" if quiet else "\n") + say_results.say_after(result))
        if track.was_tracked(result):
            click.echo("\n" + track.say_track(result))
        if options["show_predictions"]:
            click.echo("\n" + say_predictions(result, every_row=options["every_row"]))
    if keeper is not None:
        keeper.finish(result)
        folder = result.folder
    _picture(result, options, folder)
    if folder is not None and track.was_tracked(result):
        track.draw(result, folder)
    if folder is not None and not as_json:
        click.echo(("" if quiet else "\n") + f"saved in {folder}")
        if track.was_tracked(result):
            click.echo(f"layers in {folder / track.PICTURE}")
    if failure is not None:
        raise failure
    return INTERRUPTED if result.reason == "interrupted" else 0


def _picture(result: "Result", options: dict[str, Any], folder: Path | None) -> None:
    """Draw the result: into the run's folder, where --plot says, or in a window."""
    paths = [Path(options["plot"])] if options["plot"] else []
    if folder is not None:
        from nnplug.engine.folder import PICTURE

        paths.append(folder / PICTURE)
    if not (paths or options["show_window"]):
        return
    from nnplug.figures.output import save_figure, show_figure

    figure = result.plot()
    notes = {save_figure(figure, path) for path in paths}
    if options["plot"] and not options["as_json"]:
        click.echo(f"picture in {options['plot']}")
    if options["show_window"]:
        notes.add(show_figure(figure))
    for note in notes - {None}:  # which characters no installed font has
        click.echo(f"nnplug: note: {note}", err=True)


def read_settings(options: dict[str, Any]) -> Settings:
    """Return what was typed, over what --config says, over the defaults."""
    typed = {name: options[name] for name in settings() if options[name] is not None}
    if typed["callback"] == ():  # an option that may be given several times, and was not given
        del typed["callback"]
    found: dict[str, Any] = {}
    if options["config"]:
        found = read_config(options["config"])
        if "hidden_dims" in found and isinstance(found["hidden_dims"], list):
            found["hidden_dims"] = tuple(found["hidden_dims"])
    if "layers" in typed:
        found.pop("hidden_dims", None)
        found.pop("activation", None)
    if {"hidden_dims", "activation"} & typed.keys():
        found.pop("layers", None)
    refuse_contradictions({name: typed[name] for name in ("dataset", "data") if name in typed})
    if "dataset" in typed:
        for name in ("data", "test_data", *OF_A_TABLE):
            found.pop(name, None)
    for one, other in (("data", "dataset"), ("test_data", "test_split")):
        if one in typed:
            found.pop(other, None)
        if other in typed:
            found.pop(one, None)
    if "optimizer" in typed:
        # The file's rate was chosen for the file's optimizer.
        found.pop("lr", None)
    elif "optimizer" in found:
        found["optimizer"] = _without(found["optimizer"], {"lr", "momentum"} & typed.keys())
    if "layers" in typed and {"hidden_dims", "activation"} & typed.keys():
        raise NnplugError(
            "--layers and --hidden-dims or --activation are both given",
            "--layers names every hidden layer with its activation",
        )
    return Settings().but(**{**found, **typed})


def _without(spec: Any, names: set[str]) -> Any:
    """Return a file's spec without the hyperparameters that flags give."""
    if isinstance(spec, dict):
        return {key: value for key, value in spec.items() if key not in names}
    if not names or not isinstance(spec, str):
        return spec
    read = read_spec(spec)
    kept = ",".join(f"{key}={v}" for key, v in read.arguments.items() if key not in names)
    return f"{read.full_name}:{kept}" if kept else read.full_name


def _watch(wanted: Settings, *, quiet: bool, as_json: bool) -> "Quiet":
    from nnplug.cli.watch import Bar, Lines, Quiet

    if quiet:
        return Quiet()
    if as_json:
        return Lines(wanted.epochs, wanted.log_interval, as_json=True)
    if sys.stderr.isatty() and sys.stdout.isatty() and wanted.log_interval is None:
        return Bar(wanted.epochs)
    return Lines(wanted.epochs, wanted.log_interval)

"""`nnplug compare`: many settings, many seeds, one verdict."""

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.ask_comparison import asked_claims, asked_plan, form_of
from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.settings_options import settings_options
from nnplug.cli.train import NewPath, TrainCommand
from nnplug.comparison.defaults import SEEDS, TUNING_SEEDS
from nnplug.core.errors import NnplugError

if TYPE_CHECKING:
    from nnplug.cli.watch_comparison import Quiet
    from nnplug.comparison.claims import Claim
    from nnplug.comparison.execute import Executor
    from nnplug.comparison.plan import Plan, Prepared
    from nnplug.comparison.records import Comparison
    from nnplug.comparison.store import Store
    from nnplug.core.registry import Registry


@click.command(cls=TrainCommand)
@click.argument("experiment", required=False, metavar="[FILE]", type=click.Path(dir_okay=False))
@click.option(
    "--vary",
    multiple=True,
    metavar="NAME=VALUES",
    help='What is compared: "optimizer=gd adam:lr=0.01", lr=0.001..1:log7, "optimizer.beta1=0.8 '
    '0.9". Given several times, their grid.',
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Runs of each setting, from --seed on. [default: {SEEDS}]",
)
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Draw so many points of the grid."
)
@click.option(
    "--tune",
    metavar="lr=VALUES",
    help="Give each setting its own learning rate of these, chosen on seeds that judge nothing.",
)
@click.option(
    "--tuning-seeds",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"How many seeds choose it. [default: {TUNING_SEEDS}]",
)
@click.option(
    "--metric",
    metavar="NAME",
    help="What is judged. [default: the loss, on held-out points where there are some]",
)
@click.option(
    "--goal",
    metavar="NAME=VALUE",
    help="What the epochs are counted to. [default: accuracy=0.95; r2=0.9 for a regression]",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    default=1,
    show_default=True,
    help="Processes that train, one BLAS thread each.",
)
@settings_options
@click.option(
    "--save",
    type=NewPath(),
    metavar="DIR",
    help="The comparison's folder. [default: a new one under runs/]",
)
@click.option("--no-save", is_flag=True, help="Leave nothing behind.")
@click.option(
    "--resume",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Go on with a comparison that was ended early; nothing that is done is done again.",
)
@click.option("--json", is_flag=True, help="One JSON document, all runs in it.")
@click.option("--csv", is_flag=True, help="A line for each run.")
@click.option("--markdown", is_flag=True, help="The table and verdict in Markdown.")
@click.option("--latex", is_flag=True, help="The table in LaTeX.")
@click.option("--quiet", is_flag=True, help="Print the result alone.")
@plugin_options
def compare(**options: Any) -> int:
    """Compare settings over many seeds, and say what the numbers carry.

    Every setting is trained with the same seeds, and every pair of settings is tested over them.
    FILE is an experiment in TOML: settings, and in [compare] what is compared; flags win over it.
    """
    from nnplug.comparison.claims import read_claims
    from nnplug.comparison.plan import prepare_plan
    from nnplug.core.registry import default_registry

    registry = default_registry()
    options["form"] = form_of(options)
    plan, store = asked_plan(options)
    prepared = prepare_plan(plan, registry)
    given = asked_claims(store, options)
    claims = read_claims(given, plan, prepared)
    if store is not None:
        store.refuse_other_points(prepared.digests())
    elif not options["no_save"]:
        store = _new_store(plan, prepared, given, options)
    if store is None:
        return _compare(plan, prepared, claims, store, registry, options)
    from nnplug.engine.lock import locked

    try:
        with locked(store.folder):
            return _compare(plan, prepared, claims, store, registry, options)
    except KeyboardInterrupt:
        if not options["quiet"]:
            files = [f" --plugin {shlex.quote(file)}" for file in registry.settings()["extra"]]
            again = f"nnplug compare --resume {shlex.quote(str(store.folder))}{''.join(files)}"
            click.echo(f"\nto go on: {again}", err=True)
        raise


def _new_store(
    plan: "Plan", prepared: "Prepared", claims: list[Any], options: dict[str, Any]
) -> "Store":
    from nnplug.comparison.plan_file import plan_data
    from nnplug.comparison.store import Store
    from nnplug.engine.folder import make_folder

    names = "-".join(axis.name.partition(".")[0] for axis in plan.axes)
    store = Store(make_folder(options["save"], f"compare-{names}"))
    store.write_plan({**plan_data(plan), "points": prepared.digests(), "claims": claims})
    return store


def _compare(
    plan: "Plan",
    prepared: "Prepared",
    claims: "list[Claim]",
    store: "Store | None",
    registry: "Registry",
    options: dict[str, Any],
) -> int:
    from nnplug.comparison.compare import run_plan
    from nnplug.comparison.tables import written

    watch = _watch(plan, prepared, options)
    watch.begin()
    try:
        comparison = run_plan(
            plan,
            prepared,
            _executor(options["workers"], registry),
            store=store,
            progress=watch,
            on_record=watch.finished,
            on_known=watch.known,
        )
    finally:
        watch.close()
    click.echo(written(comparison, options["form"]), nl=False)
    if claims and options["form"] == "text":
        from nnplug.cli.say_claims import say_claims
        from nnplug.comparison.outcomes import settle_claims

        click.echo("\n" + say_claims(settle_claims(claims, comparison)))
    for note in sorted({record.note for record in comparison.records if record.note}):
        click.echo(f"nnplug: note: {note}", err=True)
    if store is not None:
        _keep(comparison, store, options)
    failed = [record for record in comparison.records if record.status == "failed"]
    if failed:
        first = failed[0]
        raise NnplugError(
            f"{len(failed)} of {len(comparison.records)} runs failed; the first, "
            f"{comparison.settings[first.setting].label} with seed {first.seed}: {first.error}"
        )
    return 0


def _executor(workers: int, registry: "Registry") -> "Executor":
    if workers == 1:
        from nnplug.comparison.execute import InProcess

        return InProcess(registry)
    from nnplug.comparison.pool import LocalPool

    return LocalPool(workers, registry)


def _watch(plan: "Plan", prepared: "Prepared", options: dict[str, Any]) -> "Quiet":
    from nnplug.cli.watch_comparison import Bar, BarAndLines, Lines, Quiet

    terminal = sys.stderr.isatty()
    if options["quiet"]:
        return Quiet()
    if options["form"] != "text":
        return Bar(plan, prepared) if terminal else Quiet()
    return (BarAndLines if terminal and sys.stdout.isatty() else Lines)(plan, prepared)


def _keep(comparison: "Comparison", store: "Store", options: dict[str, Any]) -> None:
    """Write the table and the pictures beside the runs."""
    from nnplug.comparison.tables import written
    from nnplug.engine.files import write_whole
    from nnplug.figures.comparison import save_pictures

    write_whole(store.folder / "runs.csv", written(comparison, "csv"))
    write_whole(store.folder / "table.md", written(comparison, "markdown"))
    notes = save_pictures(comparison, store.folder)
    for note in notes:
        click.echo(f"nnplug: note: {note}", err=True)
    if options["form"] == "text":
        click.echo(("" if options["quiet"] else "\n") + f"saved in {store.folder}")

"""`nnplug check`: prove components right, or say what they look like instead."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.chosen import Chosen, choose
from nnplug.cli.few_lines import FewLines
from nnplug.cli.list import read_kind
from nnplug.cli.main import INTERRUPTED, say_error
from nnplug.cli.plugin_options import plugin_options
from nnplug.cli.time_limit import OutOfTime, at_most
from nnplug.cli.watch_checks import Watch
from nnplug.core.errors import NnplugError
from nnplug.core.kinds import KINDS, article

if TYPE_CHECKING:
    from nnplug.cli.render_checks import Checked
    from nnplug.core.registry import Registry
    from nnplug.testing import Check, CheckResult
    from nnplug.testing.subject import Subject

PATIENCE = 60.0
"""Seconds that a check may take."""

TIMES_IMPORT = "C1"
"""The check that measures how long the import takes."""


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="DIST",
    help="Check all components of an installed package.",
)
@click.option("--all", "everything", is_flag=True, help="Check all components, built-ins too.")
@click.option("--kind", metavar="KIND", help="Of what is meant, only this kind: layers, losses ...")
@click.option("--only", multiple=True, metavar="ID", help="Only this check: A2, or A2,A3.")
@click.option("--list", "listed", is_flag=True, help="List the checks and run none.")
@click.option("-v", "--verbose", is_flag=True, help="A line for each check of many components.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Look at other points.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=PATIENCE,
    show_default=True,
    help="End a check that takes longer; 0 for never.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@plugin_options
def check(**options: Any) -> int:
    """Check that components are right: derivatives, shapes, dtypes, memory, and what they declare.

    NAME may be a spec: `nnplug check leaky_relu:slope=0.2`. Of a name that several kinds have, all
    are checked. With `--plugin FILE` and no NAME, it is all that the file gives. The exit code is 1
    if anything fails.
    """
    kind = None if options["kind"] is None else read_kind(options["kind"])
    only = [part.strip().upper() for text in options["only"] for part in text.split(",")]
    if options["listed"] and not (options["names"] or options["packages"]):
        return _list([kind] if kind else None, only, options)

    from nnplug.core.registry import default_registry

    registry = default_registry()
    chosen = _chosen(registry, kind, options)
    kinds = [of for of, _ in chosen.components]
    if options["listed"]:
        return _list(kinds, only, options)
    if only and kinds:
        from nnplug.testing.collect import refuse_unknown

        refuse_unknown("--only", only, kinds)
    registry.entries()  # so that what others have broken is warned of before the report begins
    return _run(registry, chosen, only, options)


def _chosen(registry: "Registry", kind: str | None, options: dict[str, Any]) -> Chosen:
    names, packages, everything = (options[key] for key in ("names", "packages", "everything"))
    if bool(names) + bool(packages) + everything > 1:
        raise click.UsageError("give NAMEs, or --package, or --all")
    if not (names or packages or everything or registry.settings()["extra"]):
        raise click.UsageError(
            "say what to check: a name (nnplug check tanh), --package nnplug-mish, "
            "--plugin ./mine.py, or --all"
        )
    chosen = choose(registry, names, packages, everything=everything)
    if kind is None:
        return chosen
    of_kind = chosen.of_kind(kind)
    if not (of_kind.components or of_kind.missing):
        raise NnplugError(f"none of them is {article(kind)}", "leave --kind out")
    return of_kind


def _list(kinds: Sequence[str] | None, only: Sequence[str], options: dict[str, Any]) -> int:
    """List the checks of some kinds, or of all."""
    from nnplug.cli.render_checks import listing
    from nnplug.testing import all_checks
    from nnplug.testing.collect import refuse_unknown

    known = [c for c in all_checks() if kinds is None or not set(kinds).isdisjoint(c.kinds)]
    refuse_unknown("--only", only, KINDS if kinds is None else kinds)
    wanted = [one for one in known if not only or one.id in only]
    if options["as_json"]:
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "about": (one.function.__doc__ or "").strip(),
                "kinds": one.kinds,
            }
            for one in wanted
        ]
        click.echo(json.dumps(rows, indent=1))
    else:
        click.echo(listing(wanted, verbose=options["verbose"]))
    return 0


def _run(registry: "Registry", chosen: Chosen, only: Sequence[str], options: dict[str, Any]) -> int:
    """Check what was chosen, say it as it comes, and return the exit code."""
    from nnplug.cli.render_checks import Checked, closing, missing_text

    each = options["verbose"] or len(chosen.components) == 1
    watch = Watch(each=each, silent=options["as_json"])
    started = time.perf_counter()
    done: list[Checked] = []
    try:
        for one in chosen.missing:
            watch.say(missing_text(one))
        for _, thing in chosen.components:
            _check(registry, thing, only, options, watch, done)
    except KeyboardInterrupt:
        watch.clear()
        say_error(f"interrupted in {watch.running}" if watch.running else "interrupted")
        if done:
            watch.say(closing(done, chosen.missing, time.perf_counter() - started))
        return INTERRUPTED
    seconds = time.perf_counter() - started
    if options["as_json"]:
        from nnplug.cli.checks_json import document
        from nnplug.cli.version import versions

        found = document(done, chosen.missing, versions(), options["seed"], seconds)
        click.echo(json.dumps(found, indent=1, allow_nan=False))
    else:
        watch.say(closing(done, chosen.missing, seconds, each=each))
    return 1 if chosen.missing or any(checked.failed for checked in done) else 0


def _check(
    registry: "Registry",
    thing: Any,
    only: Sequence[str],
    options: dict[str, Any],
    watch: Watch,
    done: "list[Checked]",
) -> None:
    """Run the checks of one component, and collect in `done` what they give as they give it."""
    from nnplug.cli.render_checks import Checked
    from nnplug.testing import checks_for
    from nnplug.testing.draws import seeded
    from nnplug.testing.imports import import_seconds
    from nnplug.testing.subject import subject_of

    apart = partial(_kept_apart, FewLines(sys.stderr), options["timeout"])
    with apart():
        subject = subject_of(thing, registry)
    wanted = [one for one in checks_for(subject.kind) if not only or one.id in only]
    if not wanted:
        return
    checked = Checked(subject.kind, subject.spec, registry.provider(subject.cls))
    done.append(checked)
    watch.begins(checked)
    started = time.perf_counter()
    for one in wanted:
        watch.looks(checked, one)
        with seeded(options["seed"]):
            result = _result(one, subject, apart)
        checked.results.append(result)
        if result.id == TIMES_IMPORT:
            checked.import_seconds = import_seconds(subject.cls.__module__)
        watch.found(checked, result)
    checked.seconds = time.perf_counter() - started
    watch.ends(checked)


def _result(
    check: "Check", subject: "Subject", apart: Callable[[], AbstractContextManager[None]]
) -> "CheckResult":
    """Run one check within its time; nothing but Ctrl-C gets out."""
    from nnplug.testing import CheckResult, run_check

    try:
        with apart():
            result = run_check(check, subject)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # while other settings of its hyperparameters were tried
        package = subject.registry.provider(subject.cls).package
        result = CheckResult(
            check.id,
            check.title,
            subject.kind,
            subject.spec,
            package,
            "failed",
            reason=f"it raises {type(error).__name__}: {error}",
            error=error,
        )
    if isinstance(result.error, OutOfTime):
        return replace(result, reason=f"{result.error}; --timeout SECONDS gives it more")
    return result


@contextmanager
def _kept_apart(printed: FewLines, timeout: float) -> Iterator[None]:
    """Keep what a component prints off stdout, which may carry JSON, and end it in time."""
    with redirect_stdout(printed), at_most(timeout):
        yield

"""`nnplug new`: a package to write a component in."""

import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnplug.cli.list import read_kind
from nnplug.core.kinds import KINDS

if TYPE_CHECKING:
    from nnplug.scaffold.package import Package


@click.command("new")
@click.argument("package", required=False)
@click.option("--kind", metavar="KIND", help="What it gives: activation, layer, loss, ...")
@click.option("--from", "file", metavar="FILE", help="Make a package of this single-file plugin.")
@click.option("--name", metavar="NAME", help="The component's name, if not the package's.")
@click.option("--into", metavar="DIR", default=".", help="Where its folder goes, if not here.")
@click.option("--author", metavar="NAME", help="For the license, if not git's user.name.")
def new(
    package: str | None,
    kind: str | None,
    file: str | None,
    name: str | None,
    into: str,
    author: str | None,
) -> None:
    """Write a package with a component of your own: `nnplug new nnplug-mish --kind activation`.

    It can be installed and passes its own tests as it is; its formula is an example, to be replaced
    by yours. KIND is layer, activation, loss, optimizer, initializer, schedule, callback or
    dataset. With `--from ./mine.py` instead, the package gives what that file gives.
    """
    _refuse_what_is_unclear(package, kind, file, name)
    from nnplug.scaffold.author import author_name
    from nnplug.scaffold.existing import from_file
    from nnplug.scaffold.fresh import fresh
    from nnplug.scaffold.names import package_name
    from nnplug.scaffold.write import write

    folder = Path(into)
    full_name = package_name(Path(file).stem if file and package is None else package or "")
    holder, year = author_name(full_name, folder, author), date.today().year
    if file is None:
        made = fresh(full_name, read_kind(kind or ""), holder, year, name)
    else:
        made = from_file(Path(file), holder, year, full_name)
    written = write(made, folder)
    click.echo("\n".join(_said(made, written, package, file)))


def _refuse_what_is_unclear(
    package: str | None, kind: str | None, file: str | None, name: str | None
) -> None:
    if file is not None:
        for option, value in (("--kind", kind), ("--name", name)):
            if value is not None:
                raise click.UsageError(f"--from reads the file for what it gives; drop {option}")
    elif package is None:
        raise click.UsageError("give the PACKAGE a name, or a file with --from")
    elif kind is None:
        raise click.UsageError(f"give a --kind: {', '.join(KINDS)}")


def _said(made: "Package", written: Path, asked: str | None, source: str | None) -> Iterator[str]:
    """Yield what was written, and what to type next."""
    gives = ", ".join(f"the {one.kind} {one.name}" for one in made.given)
    yield f"{made.name}: a package with {gives}"
    if asked is not None and asked != made.name:
        yield f"  called {made.name}, as packages for nnplug are: small letters, nnplug- first"
    if source is None:
        yield f"  {made.module}.py is an example that works; write yours there and in README.md"
    else:
        yield f"  {made.module}.py is {source}, unchanged"
    if made.needs:
        yield f"  beside nnplug it needs {', '.join(made.needs)}"
    yield from (f"  {note}" for note in made.notes)
    yield f"  its license is MIT, by {made.author}"
    yield ""
    yield "Type next:"
    yield f"  cd {shlex.quote(str(written))}"
    yield '  pip install -e ".[test]"'
    yield "  pytest"
    one, *others = made.given
    yield f"  nnplug check {f'--package {made.name}' if others else one.name}"
    yield f"  {one.trial}"

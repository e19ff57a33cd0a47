"""`nnplug rerun`: do a run again, and say whether it is the same."""

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.plain import plain
from nnplug.cli.plugin_options import plugin_options

if TYPE_CHECKING:
    from nnplug.cli.watch import Quiet
    from nnplug.engine.apart import Apart
    from nnplug.engine.rerun import Rerun


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@plugin_options
def rerun(run: Path, as_json: bool) -> int:
    """Do a run again from its folder, and say whether it is the same to the last bit.

    RUN is the folder that `nnplug train` saved; nothing in it is changed. The exit code is 0 where
    curve and weights are equal, and 1 where they are not; then what differs is named: versions,
    BLAS, threads, processor, data.
    """
    from nnplug.engine.rerun import rerun as do_again

    watch = _watch(run, as_json=as_json)
    try:
        found = do_again(run, watch=watch)
    finally:
        watch.close()
    click.echo(json.dumps(_as_json(found), indent=1) if as_json else _say(found))
    return 0 if found.equal else 1


def _watch(run: Path, *, as_json: bool) -> "Quiet":
    from nnplug.cli.watch import Bar, Quiet
    from nnplug.engine.folder import MODEL
    from nnplug.engine.saved import read_summary

    if as_json or not (sys.stderr.isatty() and (run / MODEL).exists()):
        return Quiet()
    return Bar(read_summary(run / MODEL).meta["epoch"])


def _say(found: "Rerun") -> str:
    lines = [f"{found.folder}: {found.epochs} epochs again, in {found.seconds:.2f} s", ""]
    equal = [plain(name) for name, apart in found.curves.items() if apart.equal]
    if equal:
        lines.append(f"curve    {', '.join(equal)}: equal to the bit")
    for name, apart in found.curves.items():
        if not apart.equal:
            lines.append(f"curve    {plain(name)}: {_apart(apart)}")
    weights = "equal to the bit" if found.weights.equal else _apart(found.weights)
    lines += [f"weights  {weights}"]
    lines += [f"differs  {one}" for one in found.differs]
    if not found.known:
        lines.append("differs  perhaps: the folder does not say where it was trained")
    elif not found.differs:
        lines.append("differs  nothing: versions, machine and data are as they were")
    if not found.equal and found.known and not found.differs:
        lines += ["", "A component may not repeat itself; nnplug check NAME finds out."]
    return "\n".join(lines)


def _apart(apart: "Apart") -> str:
    """Say how far two series are apart."""
    said = []
    if apart.differing:
        first = "" if apart.first is None else f", from epoch {apart.first} on"
        said.append(
            f"{apart.differing} of {apart.points} differ{first}, by up to {apart.most:.2g} "
            f"({apart.share:.2g} of it)"
        )
    if apart.missing:
        said.append(f"{apart.missing} are there but once")
    return "; ".join(said)


def _as_json(found: "Rerun") -> dict[str, Any]:
    def asdict(apart: "Apart") -> dict[str, Any]:
        numbers = {"most": apart.most, "share": apart.share}
        finite = {name: n if math.isfinite(n) else None for name, n in numbers.items()}
        return {**vars(apart), **finite}

    return {
        "folder": str(found.folder),
        "equal": found.equal,
        "epochs": found.epochs,
        "seconds": found.seconds,
        "curves": {name: asdict(apart) for name, apart in found.curves.items()},
        "weights": asdict(found.weights),
        "differs": [one._asdict() for one in found.differs] if found.known else None,
    }

"""`nnplug runs`: the saved runs in a table, or all that one of them says."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.plain import plain
from nnplug.cli.plugin_options import plugin_options

if TYPE_CHECKING:
    from nnplug.engine.runs import Listed

HEADS = ("run", "data", "layers", "optimizer", "epochs", "loss", "score", "ended", "when")

WIDEST = 40
"""The most characters of a cell."""


@click.command()
@click.argument("paths", metavar="[RUN...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@plugin_options
def runs(paths: tuple[Path, ...], as_json: bool) -> None:
    """List the runs in runs/ or in other folders, or show one run.

    RUN is a folder that `nnplug train` saved, or one with such folders in it. Of one run it shows
    the layers with their shapes, parameters and providers, the settings, and how it went; plugins
    that gave a component need not be there.
    """
    from nnplug.engine.folder import RUNS
    from nnplug.engine.runs import details, is_run, list_runs

    if len(paths) == 1 and is_run(paths[0]) and not (paths[0] / "comparison.json").exists():
        from nnplug.core.registry import default_registry

        found = details(paths[0], default_registry())
        click.echo(json.dumps(found, indent=1) if as_json else "\n".join(_shown(found)))
        return
    if not paths and not RUNS.is_dir():
        click.echo("[]" if as_json else "no runs: there is no folder runs/ here")
        return
    listed = list_runs(paths or (RUNS,))
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in listed], indent=1))
        return
    click.echo("\n".join(_table(listed)) or "no runs")


def _as_json(one: "Listed") -> dict[str, Any]:
    return {
        "folder": str(one.folder),
        "run": one.is_run,
        "ended": one.ended,
        "changed": datetime.fromtimestamp(one.changed).isoformat(timespec="seconds"),
        "epoch": one.epoch,
        "settings": dict(one.settings),
        "metrics": one.metrics,
    }


def _table(listed: Sequence["Listed"]) -> list[str]:
    rows: list[Sequence[str]] = [HEADS]
    others = []
    for one in listed:
        if one.is_run:
            rows.append(tuple(map(_cell, _row(one))))
        else:
            others.append(f"{plain(one.folder)}: {plain(one.ended)}")
    table = _aligned(rows) if len(rows) > 1 else []
    return [*table, *([""] if table and others else []), *others]


def _row(one: "Listed") -> Iterator[Any]:
    settings = one.settings
    yield one.folder
    yield settings.get("data") or settings.get("dataset", "")
    units = " ".join(map(str, settings.get("hidden_dims", ())))
    yield settings.get("layers") or f"{units} {settings.get('activation', '')}"
    yield settings.get("optimizer", "")
    total = settings.get("epochs", 0)
    yield str(one.epoch) if one.epoch == total else f"{one.epoch} of {total}"
    metrics = dict(one.metrics.get("test", one.metrics.get("train", {})))
    loss = metrics.pop("loss", math.nan)
    yield "" if math.isnan(loss) else f"{loss:.4g}"
    yield _score(metrics)
    yield one.ended
    yield f"{datetime.fromtimestamp(one.changed):%Y-%m-%d %H:%M}"


def _score(metrics: Mapping[str, float]) -> str:
    from nnplug.cli.watch import say_metric

    return next((f"{name} {say_metric(name, value)}" for name, value in metrics.items()), "")


def _shown(found: Mapping[str, Any]) -> list[str]:
    """Return the lines about one run."""
    return [
        *_headed("run", _run(found)),
        *_headed("layers", _layers(found["layers"])),
        *_headed("weights", _weights(found["layers"])),
        *_headed("made by", _components(found)),
        *_headed("settings", [f"{key} {_value(v)}" for key, v in found["settings"].items()]),
        *_headed("machine", [_machine(one) for one in found["machines"]]),
        *_headed("missing", [f"{plain(o['what'])}; {plain(o['hint'])}" for o in found["missing"]]),
        *_headed("note", map(plain, found["notes"])),
    ]


def _run(found: Mapping[str, Any]) -> Iterator[str]:
    task = found["task"]
    names = f" of {', '.join(map(plain, task['names']))}" if task["names"] else ""
    yield f"{plain(found['folder'])}: {task['task']}{names}"
    seconds = f" in {found['seconds']:.2f} s" if found["seconds"] else ""
    yield f"{found['epoch']} of {found['epochs']} epochs{seconds}, {plain(found['ended'])}"
    from nnplug.cli.watch import say_metrics

    for part, metrics in found["metrics"].items():
        yield f"{part} {say_metrics(metrics)}"
    if found["best"] is not None:
        yield f"the best loss that was recorded is {found['best']:.5g}"


def _layers(layers: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        (
            str(i),
            _cell(_spec(layer)),
            f"{_shape(layer['in_shape'])} -> {_shape(layer['out_shape'])}",
            f"{layer['size']:,}" if layer["size"] else "",
            _provider(layer),
        )
        for i, layer in enumerate(layers)
    ]
    total = sum(layer["size"] for layer in layers)
    kept = sum(
        math.prod(p["shape"]) for one in layers for p in one["parameters"] if not p["trainable"]
    )
    frozen = f", {kept:,} of them not trained" if kept else ""
    return [*_aligned(rows), f"{total:,} parameters{frozen}"]


def _weights(layers: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = []
    for layer in layers:
        for one in layer["parameters"]:
            spread = ""
            if one["mean"] is not None:
                spread = f"mean {one['mean']:.3g}, deviation {one['deviation']:.3g}"
            kept = "" if one["trainable"] else "not trained"
            rows.append((_cell(one["name"]), _shape(one["shape"]), spread, kept))
    return _aligned(rows)


def _components(found: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("loss", "optimizer", "schedule"):
        if found[kind] is not None:
            yield f"{kind} {_spec(found[kind])}  {_provider(found[kind])}"


def _machine(facts: Mapping[str, Any]) -> str:
    versions = {"nnplug": facts.get("nnplug"), "numpy": facts.get("numpy")}
    said = [f"{name} {value}" for name, value in versions.items() if value]
    said += [str(facts[name]) for name in ("python", "blas", "cpu", "system") if facts.get(name)]
    return plain(", ".join(said))


def _headed(head: str, lines: Any) -> Iterator[str]:
    for i, line in enumerate(lines):
        yield f"{head if i == 0 else '':<10}{line}".rstrip()


def _spec(described: Mapping[str, Any]) -> str:
    """Return a described component nearly as one would type it, all hyperparameters written out."""
    values = described["hyperparameters"]
    said = ",".join(f"{name}={_value(value)}" for name, value in values.items())
    return plain(described["name"]) + (f":{said}" if said else "")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _spec(value)
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(map(_value, value)) + "]"
    return plain(value)


def _provider(described: Mapping[str, Any]) -> str:
    return plain(f"{described['package']} {described['version']}".rstrip())


def _shape(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "1"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = (
        [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    )
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(value: Any) -> str:
    said = plain(value)
    return said if len(said) <= WIDEST else f"{said[: WIDEST - 3]}..."

"""What `nnplug train` prints before and after training."""

from typing import Any

import numpy as np

from nnplug.cli.watch import say_metric
from nnplug.core.dataset import Data
from nnplug.engine.assemble import Assembly
from nnplug.engine.network import Network
from nnplug.engine.result import Result
from nnplug.engine.scores import classes

TABLE_ROWS = 200
"""How many predictions are printed where not --all are wanted."""


def say_before(assembly: Assembly) -> str:
    """Say the data, the layers and the settings."""
    lines = [f"data      {say_data(assembly)}"]
    lines += [
        f"layers    {line}" if i == 0 else f"          {line}"
        for i, line in enumerate(say_layers(assembly.network))
    ]
    lines += [
        f"settings  {line}" if i == 0 else f"          {line}"
        for i, line in enumerate(_settings(assembly))
    ]
    lines += [f"          {line}" for line in assembly.said]
    return "\n".join(lines)


def say_data(assembly: Assembly) -> str:
    """Say name, task, rows, features and classes: "xor: binary, 21 rows of 2 features, ..."."""
    data = assembly.data
    features = " x ".join(map(str, data.x.shape[1:]))
    said = f"{assembly.resolved['dataset']}: {data.task}, {len(data)} rows of {features} features"
    if data.task != "regression":
        counts = _counts(data)
        said += ", classes " + ", ".join(f"{name}: {n}" for name, n in counts.items())
    if assembly.test is not None:
        said += f"; {len(assembly.train)} to train on, {len(assembly.test)} to test on"
    return said


def _counts(data: Data) -> dict[str, int]:
    indices = data.y.argmax(axis=1) if data.y.shape[1] > 1 else data.y[:, 0].astype(int)
    n = max(data.y.shape[1], 2)
    names = data.names or tuple(map(str, range(n)))
    return dict(zip(names, np.bincount(indices, minlength=n).tolist(), strict=False))


def say_layers(network: Network) -> list[str]:
    """Say every layer with its shape and how many parameters it has, and their sum."""
    rows = []
    for i, layer in enumerate(network.layers):
        places = [p for p in network.layout.places if p.path[0] == str(i)]
        count = sum(place.parameter.size for place in places)
        init = {
            network.registry.spec(network.initializers[p.path])
            for p in places
            if p.parameter.init is None
        }
        shapes = f"{_shape(network.shapes[i])} -> {_shape(network.shapes[i + 1])}"
        rows.append(
            (
                str(i),
                network.registry.spec(layer),
                shapes,
                f"{count:,}" if count else "",
                ", ".join(sorted(init)),
            )
        )
    widths = [max((len(row[c]) for row in rows), default=0) for c in range(4)]
    lines = []
    for number, spec, shape, size, initializer in rows:
        cells = (f"{number:>{widths[0]}}", f"{spec:<{widths[1]}}", f"{shape:<{widths[2]}}")
        lines.append("  ".join((*cells, f"{size:>{widths[3]}}", initializer)).rstrip())
    total = network.layout.size
    frozen = total - network.layout.trainable_size
    return [
        *lines,
        f"{total:,} parameters" + (f", {frozen:,} of them not trained" if frozen else ""),
    ]


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "1"


def _settings(assembly: Assembly) -> list[str]:
    resolved = assembly.resolved
    first = [
        f"{key} {resolved[key]}"
        for key in ("loss", "output", "optimizer", "schedule", "init")
        if resolved.get(key) is not None
    ]
    if assembly.callbacks:
        first.append("callback " + " ".join(resolved["callback"]))
    lr = assembly.optimizer.lr
    second = [
        f"lr {lr:g}",
        f"epochs {resolved['epochs']}",
        f"batch size {resolved['batch_size'] or 'all'}",
    ]
    second += [
        f"{key.replace('_', ' ')} {resolved[key]}"
        for key in ("weight_decay", "clip", "test_split", "threshold")
        if resolved[key]
    ]
    second += [f"seed {resolved['seed']}", str(resolved["dtype"])]
    return [", ".join(first), ", ".join(second)]


def say_after(result: Result) -> str:
    """Say why the run ended, and its scores beside a constant's and a linear model's."""
    ended = {"epochs": "done", "interrupted": "interrupted", "diverged": "diverged"}
    why = ended.get(result.reason, f"stopped: {result.reason}")
    lines = [f"{why} after {result.epochs} epochs in {result.seconds:.2f} s", ""]
    columns = [(part, name) for part, metrics in result.metrics.items() for name in metrics]
    baselines = result.baselines
    rows = {"this run": [say_metric(name, result.metrics[part][name]) for part, name in columns]}
    for model in ("constant", "linear"):
        rows[model] = [
            say_metric(name, baselines[part][model][name]) if name != "loss" else ""
            for part, name in columns
        ]
    heads = [f"{part} {name}" for part, name in columns]
    width = max(len(head) for head in heads)
    lines.append(" " * 10 + "  ".join(f"{head:>{width}}" for head in heads))
    lines += [
        f"{label:<10}" + "  ".join(f"{cell:>{width}}" for cell in cells)
        for label, cells in rows.items()
    ]
    return "\n".join(line.rstrip() for line in lines)


def result_json(result: Result) -> dict[str, Any]:
    """Return the last line of --json."""
    row: dict[str, Any] = {"event": "result", **result.metrics["train"]}
    row |= {f"test_{name}": v for name, v in result.metrics.get("test", {}).items()}
    return {
        **row,
        "epochs": result.epochs,
        "seconds": result.seconds,
        "reason": result.reason,
        "baselines": result.baselines,
        "folder": None if result.folder is None else str(result.folder),
    }


def say_predictions(result: Result, *, every_row: bool = False) -> str:
    """Say truth beside prediction for each point, test points after the train points."""
    parts = [("train", result.train)] + ([("test", result.test)] if result.test else [])
    lines: list[str] = []
    total = sum(len(part) for _, part in parts)
    limit = total if every_row else TABLE_ROWS
    for name, data in parts:
        mark = "" if result.test is None else f"  ({name})"
        predictions = result.predict(data.x)
        found = None
        if data.task == "multiclass":
            found = classes(predictions, data.task)
        for i in range(min(len(data), limit - len(lines))):
            lines.append(_row(len(lines) + 1, data, predictions[i], i, found) + mark)
    if total > limit:
        lines.append(f"... {total - limit} more rows; --all prints them")
    return "\n".join(lines)


def _row(number: int, data: Data, prediction: Any, i: int, found: Any) -> str:
    if found is not None:
        names = data.names or tuple(map(str, range(data.y.shape[1])))
        truth, guess = names[int(data.y[i].argmax())], names[int(found[i])]
        said = f"{guess} ({prediction[int(found[i])]:.5f})"
    else:
        truth = " ".join(f"{v:g}" for v in data.y[i])
        said = " ".join(f"{v:.5f}" for v in prediction)
    return f"Iter{number}\tGround truth: {truth}\tprediction: {said}"

"""What a run is in lines of text: its data, its layers, truth beside prediction."""

from typing import Any

import numpy as np

from nnplug.comparison.spelling import percent
from nnplug.core.dataset import Data
from nnplug.engine.assemble import Assembly
from nnplug.engine.network import Network
from nnplug.engine.result import Result
from nnplug.engine.scores import classes

MOST_CLASSES = 20
"""Of how many classes the rows are counted one by one."""

TABLE_ROWS = 200
"""How many predictions are printed where not --all are wanted."""


def say_data(assembly: Assembly) -> str:
    """Say name, task, rows, features and classes: "xor: binary, 21 rows of 2 features, ..."."""
    data = assembly.data
    features = " x ".join(map(str, data.x.shape[1:]))
    said = f"{assembly.source}: {data.task}, {len(data)} rows of {features} features"
    if data.task != "regression":
        counts = _counts(data)
        if len(counts) > MOST_CLASSES:
            few, many = min(counts.values()), max(counts.values())
            said += f", {len(counts)} classes of {few} to {many} rows"
        else:
            said += ", classes " + ", ".join(f"{name}: {n}" for name, n in counts.items())
    if assembly.test is not None:
        said += f"; {len(assembly.train)} to train on, {len(assembly.test)} to test on"
    return said


def _counts(data: Data) -> dict[str, int]:
    indices = data.y.argmax(axis=1) if data.y.shape[1] > 1 else data.y[:, 0].astype(int)
    n = max(data.y.shape[1], 2)
    names = data.names or tuple(map(str, range(n)))
    return dict(zip(names, np.bincount(indices, minlength=n).tolist(), strict=False))


def say_layers(network: Network, *, init: bool = True) -> list[str]:
    """Say every layer with its shape and how many parameters it has, and their sum.

    init : whether to name the initializer, which a network from a file does not know
    """
    rows = []
    for i, layer in enumerate(network.layers):
        places = [p for p in network.layout.places if p.path[0] == str(i)]
        count = sum(place.parameter.size for place in places)
        fresh = {
            network.registry.spec(network.initializers[p.path])
            for p in places
            if init and p.parameter.init is None
        }
        shapes = f"{_shape(network.shapes[i])} -> {_shape(network.shapes[i + 1])}"
        rows.append(
            (
                str(i),
                network.registry.spec(layer),
                shapes,
                f"{count:,}" if count else "",
                ", ".join(sorted(fresh)),
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


def say_predictions(result: Result, *, every_row: bool = False) -> str:
    """Say truth beside prediction for each point, test points after the train points."""
    parts = [("train", result.train)] + ([("test", result.test)] if result.test else [])
    lines: list[str] = []
    total = sum(len(part) for _, part in parts)
    limit = total if every_row else TABLE_ROWS
    for name, data in parts:
        mark = "" if result.test is None else f"  ({name})"
        predictions = result.predict_points(data.x)
        found = None
        if data.task == "multiclass":
            found = classes(predictions, data.task)
        for i in range(min(len(data), limit - len(lines))):
            lines.append(_row(len(lines) + 1, data, predictions[i], i, found) + mark)
    if total > limit:
        lines.append(f"... {total - limit} more rows; --all prints them")
    return "\n".join(lines)


def say_scores(result: Result) -> list[str]:
    """Say loss and scores as the last line of that table: "loss=0.00003 accuracy=100.00%"."""
    lines = []
    for part, metrics in result.metrics.items():
        said = [
            f"accuracy={percent(value).replace(' ', '')}"
            if name == "accuracy"
            else f"{name}={value:.5f}"
            for name, value in metrics.items()
        ]
        mark = "" if result.test is None else f"  ({part})"
        lines.append(" ".join(said) + mark)
    return lines


def _row(number: int, data: Data, prediction: Any, i: int, found: Any) -> str:
    if found is not None:
        names = data.names or tuple(map(str, range(data.y.shape[1])))
        truth, guess = names[int(data.y[i].argmax())], names[int(found[i])]
        said = f"{guess} ({prediction[int(found[i])]:.5f})"
    else:
        truth = " ".join(f"{v:g}" for v in data.y[i])
        said = " ".join(f"{v:.5f}" for v in prediction)
    return f"Iter{number}\tGround truth: {truth}\tprediction: {said}"

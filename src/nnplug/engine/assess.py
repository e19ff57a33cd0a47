"""A trained model before other points: a file, a data frame, arrays, or those it held out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, RunFileError, SettingsError, ShapeError
from nnplug.engine.agreement import wanted
from nnplug.engine.alike import points_alike, reading_of
from nnplug.engine.arguments import numbers
from nnplug.engine.choices import LINK_OF
from nnplug.engine.data import fingerprint
from nnplug.engine.evaluation import evaluate
from nnplug.engine.features import strange_texts
from nnplug.engine.names import class_names, target_names
from nnplug.engine.points import points_of
from nnplug.engine.run import CHUNK
from nnplug.engine.saved import read_saved
from nnplug.engine.scores import as_task
from nnplug.tables.column import column_of
from nnplug.tables.targets import encode

if TYPE_CHECKING:
    from nnplug.engine.network import Network
    from nnplug.engine.result import Model


@dataclass(frozen=True)
class Assessment:
    """What a model is worth on some points.

    source : what the points are called;  rows : how many;  names : the classes, or the targets
    metrics : as `evaluate` returns them, and "loss", that of training
    notes : lines on what the training part did not have
    """

    source: str
    rows: int
    task: str
    names: tuple[str, ...]
    metrics: dict[str, Any]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        about = {"source": self.source, "rows": self.rows, "task": self.task}
        return {**about, **self.metrics, "notes": list(self.notes)}


def assess_points(model: "Model", data: Data, source: str) -> Assessment:
    """Return what a model is worth on points that have its columns and classes."""
    preparation = model.preparation
    filled = preparation.filled(data).x
    notes = strange_texts(filled, preparation.columns, preparation.categories, "rows")
    x = preparation.encode(filled)
    return replace(_assessed(model, x, data.y, data.weights, source), notes=tuple(notes))


def assess_table(
    model: "Model",
    table: Any,
    *,
    target: Sequence[str] = (),
    weight_column: str | None = None,
    **reading: Any,
) -> Assessment:
    """Return what a model is worth on a file, or a data frame, with its columns and its target.

    target : the columns of the targets, if they are not called as those that it was trained on,
        in the order of those
    weight_column : how much each row counts; that of training, if it is there
    reading : delimiter, header, encoding, missing; by default those of training
    """
    given = [part.strip() for name in target for part in name.split(",")]
    if sorted(given) == sorted(model.targets):
        target = ()  # its own, in whatever order
    like = SimpleNamespace(
        task=model.task, names=model.names, targets=tuple(target) or model.targets
    )
    if not like.targets:
        raise DataError(
            "the model does not know the column of its targets by name", "--target NAME says it"
        )
    data = points_alike(
        table,
        model.preparation,
        like,
        weight_column=weight_column or model.settings.get("weight_column"),
        options=reading_of(model, reading),
    )
    source = str(table) if isinstance(table, (str, Path)) else "the data frame"
    return assess_points(model, data, source)


def assess_arrays(model: "Model", x: Any, y: Any, weights: Any = None) -> Assessment:
    """Return what a model is worth on arrays of points and labels, or values."""
    labels = np.asarray(y)
    columns = [labels] if labels.ndim == 1 else list(labels.T)
    known = None if model.task == "regression" else class_names(model)
    t, _ = encode([column_of("y", one) for one in columns], model.task, known)
    w = None if weights is None else numbers(weights, "weights")
    features = model.preparation.apply(x)
    if len(features) != len(t) or (w is not None and w.shape != (len(t),)):
        raise ShapeError("x, y and weights have one entry a sample, and are not of one length")
    return _assessed(model, features, t, w, "the arrays")


def assess_part(model: "Model", part: str) -> Assessment:
    """Return what a model is worth on its own points, loaded or drawn again.

    part : "test" for those held out, or "train"
    Raises RunFileError where they are not those of before, and SettingsError where there are none.
    """
    folder = model.path.parent
    saved = read_saved(model.path)
    settings = wanted(folder, saved)
    if settings.dataset == "data" and settings.data is None:
        raise RunFileError(
            f"{folder} was trained on arrays, which its folder does not hold",
            f"nnplug evaluate {folder} FILE takes a table; in Python: model.evaluate(x, y)",
        )
    points = points_of(settings, model.network.registry)
    data = points.test if part == "test" else points.train
    if data is None:
        raise SettingsError(
            f"{folder} held no points out",
            f"nnplug evaluate {folder} FILE takes others; --part train takes those it was trained "
            "on, which says nothing about new ones",
        )
    known = saved.meta["points"].get(part)
    if known not in (None, fingerprint(data)):
        raise RunFileError(
            f"{folder} was trained with other {part} points than its settings give today",
            "the data has changed since, or what makes it",
        )
    said = "held out from" if part == "test" else "that it was trained on, of"
    name = settings.data or settings.dataset
    return assess_points(model, data, f"the points {said} {name}")


def gives_probabilities(network: "Network") -> bool:
    """Say whether what a network predicts of classes are probabilities."""
    links = set(LINK_OF.values())
    if network.loss is not None and network.loss.link in links:
        return True
    last = network.layers[-1]
    return isinstance(last, ActivationLayer) and network.registry.name(last.activation) in links


def chunks(n: int) -> Iterator[slice]:
    """Yield slices of rows, so that many of them need little memory."""
    yield from (slice(start, start + CHUNK) for start in range(0, n, CHUNK))


def _assessed(model: "Model", x: Array, y: Array, weights: Array | None, source: str) -> Assessment:
    """Return what a model is worth on features as its network takes them."""
    if weights is not None and not weights.sum() > 0:
        raise DataError(f"the weights of {source} are all 0")
    prediction, loss = _measured(model, x, y, weights)
    names = target_names(model) if model.task == "regression" else class_names(model)
    metrics = evaluate(
        prediction,
        y,
        model.task,
        names,
        threshold=model.threshold,
        weights=weights,
        probable=gives_probabilities(model.network),
    )
    return Assessment(source, len(y), model.task, names, {"loss": loss, **metrics})


def _measured(
    model: "Model", x: Array, y: Array, weights: Array | None
) -> tuple[Array, float | None]:
    """Return the predictions, and the mean loss if the network has one."""
    network = model.network
    loss, n = network.loss, len(x)
    found, total = [], 0.0
    t = None if loss is None else np.asarray(loss.encode(y, model.task), network.dtype)
    scaled = None if weights is None else weights / weights.mean()
    for rows in chunks(n):
        z, _ = network.peek(x[rows])
        found.append(as_task(z if loss is None else loss.predict(z), model.task))
        if t is not None:
            own = None if scaled is None else scaled[rows]
            total += network.loss_value(z, t[rows], own) * len(z) / n
    return np.concatenate(found), None if loss is None else total

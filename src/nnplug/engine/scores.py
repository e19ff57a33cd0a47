"""How good predictions are, and what a constant and a linear model reach on the same points."""

from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data

SCORES = {"binary": ("accuracy",), "multiclass": ("accuracy",), "regression": ("r2", "mae")}
"""The scores of each task, in the order in which they are printed."""


def as_task(prediction: Array, task: str) -> Array:
    """Return predictions with as many columns as the task's targets.

    A loss that gives a binary task two outputs predicts both classes; the second column is class 1.
    """
    if task == "binary" and prediction.shape[-1] == 2:
        return prediction[..., 1:]
    return prediction


def classes(prediction: Array, task: str, threshold: float | str | None = None) -> Any:
    """Return each sample's class: (samples,).

    threshold : where class 1 begins in a binary task: a value, "median", or None for 0.5
    """
    if task == "multiclass":
        return prediction.argmax(axis=-1)
    column = prediction[..., 0]
    limit: Any = 0.5 if threshold is None else threshold
    if threshold == "median":
        limit = np.median(column)
    return (column >= limit).astype(int)


def scores(
    prediction: Array,
    y: Array,
    task: str,
    threshold: float | str | None = None,
    weights: Array | None = None,
) -> dict[str, float]:
    """Return the task's scores of predictions for targets y, both (samples, outputs).

    weights : (samples,), how much each sample counts, or None for all alike
    """
    if task == "regression":
        error = prediction - y
        squares = _mean(error**2, weights)
        spread = _mean((y - np.average(y, axis=0, weights=weights)) ** 2, weights)
        # A constant target has no variance to explain.
        r2 = 1 - squares / spread if spread > 0 else float(squares == 0)
        return {"r2": r2, "mae": _mean(np.abs(error), weights)}
    truth = y.argmax(axis=-1) if task == "multiclass" else y[..., 0]
    right = classes(prediction, task, threshold) == truth
    if weights is None:
        return {"accuracy": int(np.count_nonzero(right)) / len(right)}
    return {"accuracy": _mean(right, weights)}


def _mean(values: Any, weights: Array | None) -> float:
    return float(np.mean(np.average(values, axis=0, weights=weights)))


def baselines(train: Data, points: Data) -> dict[str, dict[str, float]]:
    """Return what a constant and a linear model, fitted to `train`, score on `points`."""
    # The mean of one-hot rows is largest at the majority's class, as the mean of 0 and 1 tells it.
    constant = np.broadcast_to(np.average(train.y, axis=0, weights=train.weights), points.y.shape)
    models = {"constant": constant, "linear": _linear(train, points.x)}
    return {
        name: scores(prediction, points.y, points.task, weights=points.weights)
        for name, prediction in models.items()
    }


def _linear(train: Data, x: Array) -> Array:
    """Predict by least squares: a column of ones and the features."""

    def table(points: Array) -> Array:
        flat = points.reshape(len(points), -1)
        return np.concatenate([np.ones((len(flat), 1)), flat], axis=1)

    root = 1.0 if train.weights is None else np.sqrt(train.weights)[:, None]
    weights = np.linalg.lstsq(root * table(train.x), root * train.y, rcond=None)[0]
    return np.asarray(table(x) @ weights)

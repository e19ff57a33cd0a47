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
    limit: Any = threshold
    if threshold is None:
        limit = 0.5
    elif threshold == "median":
        limit = np.median(column)
    return (column >= limit).astype(int)


def scores(
    prediction: Array, y: Array, task: str, threshold: float | str | None = None
) -> dict[str, float]:
    """Return the task's scores of predictions for targets y, both (samples, outputs)."""
    if task == "regression":
        error = prediction - y
        spread = float(((y - y.mean(axis=0)) ** 2).sum())
        squares = float((error**2).sum())
        # A constant target has no variance to explain.
        r2 = 1 - squares / spread if spread > 0 else float(squares == 0)
        return {"r2": r2, "mae": float(np.abs(error).mean())}
    truth = y.argmax(axis=-1) if task == "multiclass" else y[..., 0]
    right = np.count_nonzero(classes(prediction, task, threshold) == truth)
    return {"accuracy": right / len(truth)}


def baselines(train: Data, points: Data) -> dict[str, dict[str, float]]:
    """Return what a constant and a linear model, fitted to `train`, score on `points`."""
    # The mean of one-hot rows is largest at the majority's class, as the mean of 0 and 1 tells it.
    constant = np.broadcast_to(train.y.mean(axis=0), points.y.shape)
    return {
        "constant": scores(constant, points.y, points.task),
        "linear": scores(_linear(train, points.x), points.y, points.task),
    }


def _linear(train: Data, x: Array) -> Array:
    """Predict by least squares: a column of ones and the features."""

    def table(points: Array) -> Array:
        flat = points.reshape(len(points), -1)
        return np.concatenate([np.ones((len(flat), 1)), flat], axis=1)

    weights = np.linalg.lstsq(table(train.x), train.y, rcond=None)[0]
    return np.asarray(table(x) @ weights)

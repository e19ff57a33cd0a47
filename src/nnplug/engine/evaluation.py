"""How good predictions are, in all the numbers that the field has for it.

Every number takes sample weights: a row of weight 2 counts as two equal rows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.engine.scores import classes, scores


def evaluate(
    prediction: Array,
    y: Array,
    task: str,
    names: Sequence[str],
    *,
    threshold: float | str | None = None,
    weights: Array | None = None,
    probable: bool = True,
) -> dict[str, Any]:
    """Return everything that predictions for targets say, as JSON holds it.

    prediction, y : (samples, outputs), as `scores` takes them;  names : of classes or targets
    threshold : where class 1 begins in a binary task
    weights : (samples,), how much each sample counts, or None for all alike
    probable : whether predictions of classes are probabilities; without it there is no log loss
    What has no meaning for these samples is None: a precision where nothing was predicted, an area
    under the curve where all samples are of one class.
    """
    w = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    if task == "regression":
        columns = {name: slice(j, j + 1) for j, name in enumerate(names) if len(names) > 1}
        each = {name: _errors(prediction[:, j], y[:, j], w) for name, j in columns.items()}
        return {**_errors(prediction, y, w), "targets": each}
    two = task == "binary"
    truth = y[:, 0].astype(int) if two else y.argmax(axis=1)
    guess = classes(prediction, task, threshold)
    likely = np.concatenate([1 - prediction, prediction], axis=1) if two else prediction
    n = likely.shape[1]
    matrix = confusion(truth, guess, n, w)
    areas = [roc_auc(likely[:, k], truth == k, w) for k in range(n)]
    counted = areas[1:] if two else areas
    known = [area for area in counted if area is not None]
    return {
        **scores(prediction, y, task, threshold, weights),
        "log_loss": log_loss(likely, truth, w) if probable else None,
        "roc_auc": float(np.mean(known)) if len(known) == len(counted) else None,
        "confusion": matrix.tolist(),
        "classes": {
            name: {**_of_class(matrix, k), "roc_auc": areas[k]} for k, name in enumerate(names)
        },
    }


def confusion(truth: NDArray[Any], guess: NDArray[Any], n: int, weights: Array) -> Array:
    """Return how much weight each true class (row) has at each predicted one (column): (n, n)."""
    matrix = np.zeros((n, n))
    np.add.at(matrix, (truth, guess), weights)
    return matrix


def log_loss(likely: Array, truth: NDArray[Any], weights: Array) -> float:
    """Return the mean of -log of what each sample's true class was given.

    likely : (samples, classes), whose rows are brought to sum 1
    A probability of 0 counts as the smallest step of its type, or one sample would be infinite.
    """
    eps = np.finfo(likely.dtype).eps
    p = np.clip(likely, eps, 1 - eps)
    p = p / p.sum(axis=1, keepdims=True)
    each = -np.log(p[np.arange(len(truth)), truth])
    return float(np.average(each, weights=weights))


def roc_auc(score: Array, positive: NDArray[Any], weights: Array) -> float | None:
    """Return the chance that a positive sample scores higher than a negative; half where equal.

    That is the area under the receiver operating characteristic. None without both kinds.
    """
    values, place = np.unique(score, return_inverse=True)
    up = np.bincount(place, weights * positive, len(values))
    down = np.bincount(place, weights * ~positive, len(values))
    if not up.sum() * down.sum() > 0:
        return None
    below = np.cumsum(down) - down
    return float((up * (below + 0.5 * down)).sum() / (up.sum() * down.sum()))


def _of_class(matrix: Array, k: int) -> dict[str, float | None]:
    """Return precision, recall, F1 and rows of one class."""
    right, predicted, there = matrix[k, k], matrix[:, k].sum(), matrix[k].sum()
    return {
        "precision": _share(right, predicted),
        "recall": _share(right, there),
        "f1": _share(2 * right, predicted + there),
        "rows": float(there),
    }


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _errors(prediction: Array, y: Array, weights: Array) -> dict[str, float]:
    """Return R2, MAE and RMSE, over all targets alike."""
    found = scores(prediction, y, "regression", None, weights)
    squares = np.average((prediction - y) ** 2, axis=0, weights=weights)
    return {**found, "rmse": float(np.sqrt(np.mean(squares)))}

"""How far predictions agree with the truth, whatever the features: matrix or scatter."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnplug.core.array import Array
from nnplug.figures.style import FAINT, INK, SHARE, SMALL, class_names, colour, marker, plain

COUNTED = 12
"""How many classes a confusion matrix names and counts in figures; of more it shows colours."""


def confusion(truth: Any, predicted: Any, count: int) -> NDArray[np.int64]:
    """Return how often each class (rows) was predicted as each (columns)."""
    return np.bincount(truth * count + predicted, minlength=count * count).reshape(count, count)


def draw_confusion(axes: Axes, matrix: NDArray[np.int64], names: Sequence[str]) -> None:
    """Draw a confusion matrix, each row's shares in colour, the counts in figures."""
    count = len(matrix)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap=SHARE, vmin=0, vmax=1, aspect="auto")
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.tick_params(length=0)
    if count > COUNTED:
        return
    labels = [plain(name, 10) for name in class_names(names, count)]
    # What does not fit side by side is turned.
    turned = max(map(len, labels)) * count > 36
    axes.set_xticks(range(count), labels)
    axes.set_yticks(range(count), labels)
    if turned:
        for text in axes.get_xticklabels():
            text.set(rotation=45, ha="right", va="top", rotation_mode="anchor")
    size = SMALL if count <= 10 and matrix.max() < 10_000 else SMALL - 2
    for row, column in np.ndindex(matrix.shape):
        if matrix[row, column]:
            dark = shares[row, column] > 0.55
            axes.text(
                column,
                row,
                f"{matrix[row, column]:,}",
                ha="center",
                va="center",
                fontsize=size,
                color="white" if dark else INK,
            )


def draw_agreement(axes: Axes, truth: Array, predicted: Array, names: Sequence[str]) -> None:
    """Draw predicted against true values, (samples, outputs) both; on the line they agree."""
    outputs = truth.shape[1]
    finite = predicted[np.isfinite(predicted)]
    low = min(float(truth.min()), float(finite.min()) if finite.size else np.inf)
    high = max(float(truth.max()), float(finite.max()) if finite.size else -np.inf)
    margin = 0.05 * (high - low or 1.0)
    low, high = low - margin, high + margin
    axes.plot((low, high), (low, high), color=FAINT, linewidth=1.0, linestyle="--", zorder=1)
    size = float(np.clip(3000 / len(truth), 6, 30))
    for i in range(outputs):
        axes.scatter(
            truth[:, i],
            predicted[:, i],
            s=size,
            c=colour(i),
            marker=marker(i),
            alpha=0.8,
            edgecolors="white",
            linewidths=0.3,
            zorder=2,
            label=plain(names[i], 14) if i < len(names) else f"y{i + 1}",
        )
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.locator_params(nbins=5)
    axes.set_xlabel("true value")
    axes.set_ylabel("predicted value")
    if 1 < outputs <= 6:
        axes.legend(loc="upper left", fontsize=SMALL, borderaxespad=0.2, handletextpad=0.1)

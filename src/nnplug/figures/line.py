"""One feature: what a network says along it, over the points."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.plane import limits
from nnplug.figures.points import column_name, size_for, some
from nnplug.figures.style import FAINT, INK, SMALL, colour, marker, plain

STEPS = 400
SERIES = 4
"""How many outputs are drawn at most."""


def draw_line(
    axes: Axes,
    predict: Callable[[Any], Array],
    whole: Data,
    parts: Sequence[Data],
    threshold: float,
) -> None:
    """Draw the prediction along one feature as a curve, and the points of train and test.

    whole : all points, which say how far the curve reaches
    parts : train, and test if there is one
    threshold : where class 1 begins, drawn for a binary task
    """
    train = parts[0]
    binary = train.task == "binary"
    along = np.linspace(*limits(whole, 0), STEPS)
    predicted = np.asarray(predict(along[:, None]), np.float64)
    predicted[~np.isfinite(predicted)] = np.nan
    outputs = min(train.y.shape[1], SERIES)
    for i in range(outputs):
        for data, rim in zip(parts, ("white", INK), strict=False):
            rows = some(data)
            axes.scatter(
                data.x[rows, 0],
                data.y[rows, i],
                s=size_for(len(train)),
                c=colour(i),
                marker=marker(i),
                edgecolors=rim,
                linewidths=0.5 if rim == "white" else 1.0,
                zorder=2,
                label=_name(train, i, outputs)
                if data is train
                else "held out"
                if i == outputs - 1
                else None,
            )
        label = "prediction" if i == outputs - 1 else None
        axes.plot(along, predicted[:, i], color="black", zorder=3, label=label)
    if binary:
        axes.axhline(threshold, color=FAINT, linestyle=":", linewidth=1.0, zorder=1)
    axes.set_xlim(*limits(whole, 0))
    axes.set_xlabel(column_name(train, 0))
    axes.set_ylabel(_side(train, outputs))
    axes.set_title("prediction over truth")
    if outputs > 1:
        # Names of several outputs do not fit beside the title: room for them below it.
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + 0.14 * (high - low))
    axes.legend(
        loc="lower right" if outputs == 1 else "upper right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=outputs + len(parts),
        fontsize=SMALL,
        borderaxespad=0.2,
        handletextpad=0.3,
        columnspacing=1.2,
    )


def _name(data: Data, i: int, outputs: int) -> str:
    if outputs == 1:
        return "truth"
    return "truth " + (plain(data.names[i], 8) if i < len(data.names) else f"y{i + 1}")


def _side(data: Data, outputs: int) -> str:
    if data.task == "binary":
        one = plain(data.names[1], 20) if len(data.names) > 1 else "1"
        return f"probability of {one}"
    return plain(data.names[0], 32) if outputs == 1 and data.names else "y"

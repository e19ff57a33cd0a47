"""Pictures of single components: an activation with its derivative, a schedule, a dataset."""

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnplug.core.activation import Activation, is_elementwise
from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.schedule import Schedule
from nnplug.figures import points, samples
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import (
    BLUE,
    FAINT,
    LINES,
    ORANGE,
    SMALL,
    VERMILION,
    add_axes,
    class_names,
    colour,
    heading,
    look,
    new_figure,
    plain,
)

REACH = 5.0
"""An activation is drawn from -REACH to REACH."""

STEPS = 1000
"""How many steps a schedule is drawn for."""


def draw_activation(activation: Activation, name: str) -> Figure:
    """Draw f and f' from -5 to 5, with its kinks marked.

    One that is not elementwise is drawn over inputs (z, 0, 0): its outputs, and dy1/dz.
    """
    with look():
        figure = new_figure(560, 400)
        axes = add_axes(figure, 56, 50, 484, 286)
        heading(figure, name)
        axes.axhline(0, color=LINES, linewidth=0.8, zorder=0)
        axes.axvline(0, color=LINES, linewidth=0.8, zorder=0)
        if is_elementwise(type(activation)):
            _draw_elementwise(axes, activation)
        else:
            _draw_vector(axes, activation)
        axes.set_xlim(-REACH, REACH)
        axes.set_xlabel("z")
        axes.margins(y=0.08)
        _legend_above(axes)
        fit_fonts(figure)
    return figure


def _draw_elementwise(axes: Axes, activation: Activation) -> None:
    kinks = sorted(k for k in activation.kinks if -REACH < k < REACH)
    # Each piece ends just beside a kink: f' jumps there, and a line across would tell otherwise.
    ends = [-REACH, *kinks, REACH]
    shown = "f", "f'"
    for i, (a, b) in enumerate(pairwise(ends)):
        z = np.linspace(a, b, 400)
        z[0], z[-1] = a + (i > 0) * 1e-9, b - (b < REACH) * 1e-9
        z = z[:, None]
        y = activation.forward(z)
        slope = activation.derivative(z, y)
        for values, label, line in ((y, shown[0], "-"), (slope, shown[1], "--")):
            axes.plot(
                z[:, 0],
                np.asarray(values)[:, 0],
                line,
                color=BLUE if line == "-" else ORANGE,
                label=label if i == 0 else None,
            )
    for i, kink in enumerate(kinks):
        at = float(activation.forward(np.array([[kink]]))[0, 0])
        axes.plot(
            kink,
            at,
            linestyle="none",
            marker="o",
            markerfacecolor="white",
            markeredgecolor=VERMILION,
            markersize=6,
            label="kink: f has no derivative" if i == 0 else None,
        )


def _draw_vector(axes: Axes, activation: Activation) -> None:
    z = np.zeros((401, 3))
    z[:, 0] = np.linspace(-REACH, REACH, len(z))
    y = np.asarray(activation.forward(z))
    first = np.zeros_like(y)
    first[:, 0] = 1
    slope = np.asarray(activation.backward(first, z, y))[:, 0]
    axes.plot(z[:, 0], y[:, 0], color=BLUE, label="y1 for inputs (z, 0, 0)")
    axes.plot(z[:, 0], y[:, 1], color=colour(2), linestyle="-.", label="y2 = y3")
    axes.plot(z[:, 0], slope, color=ORANGE, linestyle="--", label="dy1/dz")


def draw_schedule(schedule: Schedule, name: str, total: int = STEPS) -> Figure:
    """Draw what multiplies the learning rate, step by step."""
    with look():
        figure = new_figure(560, 400)
        axes = add_axes(figure, 60, 50, 480, 286)
        heading(figure, name)
        axes.plot(range(total), [schedule.factor(step, total) for step in range(total)], color=BLUE)
        axes.set_xlim(0, total)
        low, high = axes.get_ylim()
        axes.set_ylim(min(0.0, low), max(1.05, high))
        axes.grid(axis="y", color=LINES, linewidth=0.6)
        axes.set_xlabel(f"step of {total:,}")
        axes.set_ylabel("factor of the learning rate")
        fit_fonts(figure)
    return figure


def draw_dataset(data: Data, title: str) -> Figure:
    """Draw points and their classes or values; of many features, the two main directions.

    Pictures are drawn as such. Of a regression, the first output is drawn.
    """
    with look():
        figure = new_figure(560, 430)
        features = " x ".join(map(str, data.x.shape[1:]))
        heading(figure, title, f"{data.task}, {len(data):,} rows of {features} features")
        axes = add_axes(figure, 64, 52, 308, 308)
        if data.x.ndim in (3, 4) and data.task != "regression":
            _draw_pictures(axes, data)
        elif data.x.shape[1:] == (1,):
            axes.set_position((64 / 560, 52 / 430, 470 / 560, 308 / 430))
            _draw_one_feature(axes, data)
        else:
            _draw_two_features(figure, axes, data)
        fit_fonts(figure)
    return figure


def _draw_pictures(axes: Axes, data: Data) -> None:
    rows = np.arange(min(len(data), 28))
    truth = points.true_classes(data)[rows]
    axes.set_position((0.03, 0.03, 0.94, 0.82))
    samples.draw_samples(axes, data.x[rows], truth, None, data.names, rows=4, columns=7)


def _draw_one_feature(axes: Axes, data: Data) -> None:
    rows = points.some(data)
    x, y = data.x[rows], data.y[rows]
    size = points.size_for(len(x))
    if data.task == "regression":
        axes.scatter(x[:, 0], y[:, 0], s=size, c=BLUE, edgecolors="white", linewidths=0.4)
        axes.set_ylabel(plain(data.names[0] if data.names else "y", 32))
    else:
        labels = points.true_classes(data)[rows]
        points.draw_classes(
            axes, np.column_stack([x[:, 0], labels.astype(x.dtype)]), labels, size=size
        )
        count = points.class_count(data)
        names = [plain(name, 8) for name in class_names(data.names, count)]
        axes.set_yticks(range(count), names)
    axes.set_xlabel(points.column_name(data, 0))


def _draw_two_features(figure: Figure, axes: Axes, data: Data) -> None:
    rows = points.some(data)
    if data.x.shape[1:] == (2,):
        x = data.x[rows]
        points.set_plane(axes, data)
    else:
        x, shares = _main_directions(data.x.reshape(len(data), -1)[rows])
        axes.set_xlabel(f"1st principal component ({100 * shares[0]:.0f} % of the variance)")
        axes.set_ylabel(f"2nd principal component ({100 * shares[1]:.0f} %)")
    if data.task == "regression":
        values = data.y[rows, 0]
        size = points.size_for(len(x))
        low, high = float(values.min()), float(values.max())
        image = points.draw_values(axes, x, values, low, high, size=size)
        bar = figure.colorbar(image, cax=add_axes(figure, 388, 52, 13, 308))
        bar.outline.set_visible(False)
        bar.set_label(plain(data.names[0] if data.names else "y", 30), fontsize=SMALL)
        return
    labels = points.true_classes(data)
    points.draw_classes(axes, x, labels[rows], size=points.size_for(len(x)))
    count = points.class_count(data)
    counts = np.bincount(labels, minlength=count)
    names = [
        f"{plain(name, 14)} ({n:,})"
        for name, n in zip(class_names(data.names, count), counts, strict=True)
    ]
    points.name_classes(figure, names, count, (388 / 560, 360 / 430), width=30)


def _main_directions(x: Array) -> tuple[Array, Any]:
    """Return samples along their two directions of largest variance, and both shares of it."""
    centred = x - x.mean(axis=0)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    main = np.zeros((len(x), 2))
    shares = np.zeros(2)
    k = min(2, len(directions))
    main[:, :k] = centred @ directions[:k].T
    total = float((lengths**2).sum())
    shares[:k] = lengths[:k] ** 2 / (total or 1.0)
    return main, shares


def _legend_above(axes: Axes) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        fontsize=SMALL,
        borderaxespad=0.3,
        columnspacing=1.4,
        labelcolor=FAINT,
    )

"""The picture of one component, for the page of its kind."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nnplug import Loss
from nnplug.engine.chance import stream
from nnplug.figures import component as figures
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import (
    BLUE,
    LINES,
    ORANGE,
    SMALL,
    add_axes,
    colour,
    heading,
    look,
    new_figure,
)

REACH = 4.0
"""A loss is drawn for outputs from -REACH to REACH."""


def draw(component: Any, name: str) -> Figure:
    """Draw a component of a kind that DRAWN names."""
    return DRAWN[component.kind](component, name)


def draw_loss(loss: Loss, name: str) -> Figure:
    """Draw a loss and its slope over the last raw output, for each target that it takes.

    A classification has the targets 0 and 1; a regression is drawn for the target 0.
    """
    task = "binary" if "binary" in loss.tasks and "regression" not in loss.tasks else "regression"
    targets = (1.0, 0.0) if task == "binary" else (0.0,)
    k = loss.outputs(task, 1)
    z = np.zeros((401, k))
    z[:, -1] = np.linspace(-REACH, REACH, len(z))
    with look():
        figure = new_figure(560, 400)
        heading(figure, name)
        axes = add_axes(figure, 56, 50, 484, 286)
        axes.axhline(0, color=LINES, linewidth=0.8, zorder=0)
        axes.axvline(0, color=LINES, linewidth=0.8, zorder=0)
        for i, target in enumerate(targets):
            t = loss.encode(np.full((len(z), 1), target), task)
            shown = BLUE if i == 0 else colour(2)
            axes.plot(z[:, -1], loss.value(z, t), color=shown, label=f"L for t = {target:g}")
            axes.plot(
                z[:, -1],
                loss.gradient(z, t)[:, -1],
                linestyle="--",
                color=ORANGE if i == 0 else colour(3),
                label=f"dL/dz for t = {target:g}",
            )
        axes.set_xlim(-REACH, REACH)
        axes.set_xlabel("raw output z" if k == 1 else "raw output z of class 1, 0 for class 0")
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=4, fontsize=SMALL, borderaxespad=0.3
        )
        fit_fonts(figure)
    return figure


DRAWN: dict[str, Callable[[Any, str], Figure]] = {
    "activation": figures.draw_activation,
    "schedule": figures.draw_schedule,
    "dataset": lambda dataset, name: figures.draw_dataset(dataset.load(stream(0, "data")), name),
    "loss": draw_loss,
}
"""How each kind is drawn that has pictures."""

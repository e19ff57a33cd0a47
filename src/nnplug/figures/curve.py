"""Learning curves: series over epochs, the loss above and the score below."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from nnplug.core.array import Array
from nnplug.engine.history import History
from nnplug.figures.style import BLUE, LINES, ORANGE, SMALL, VERMILION

DECADES = 1.5
"""How many powers of ten a loss spans before its axis is logarithmic."""

SCORES = {"accuracy": "accuracy", "r2": "R²"}
"""The score under the loss, by its series."""


def draw_series(
    axes: Axes, epochs: Any, values: Any, *, label: str = "", colour: str = BLUE, dashed: bool
) -> None:
    """Draw one series; a dot where it is one value."""
    axes.plot(
        epochs,
        values,
        color=colour,
        linestyle="--" if dashed else "-",
        marker="o" if len(values) == 1 else "",
        markersize=4,
        label=label,
    )


def draw_loss(axes: Axes, history: History) -> None:
    """Draw the loss on train and, dashed, on test points; logarithmic if it spans decades."""
    _draw_both(axes, history, "loss")
    measured = [history[name] for name in ("loss", "test_loss") if name in history]
    values: Array = np.concatenate([np.empty(0), *measured])  # nothing, of a run that never began
    positive = values[np.isfinite(values) & (values > 0)]
    spread = len(positive) == len(values) > 0
    decades = float(np.ptp(np.log10(positive))) if spread else 0.0
    if decades > DECADES:
        logarithmic(axes, decades)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.set_ylabel("loss")
    if "test_loss" in history:
        axes.legend(loc="upper right", fontsize=SMALL, borderaxespad=0.2, handlelength=2.2)


def draw_score(axes: Axes, history: History) -> bool:
    """Draw accuracy or R² on train and test points; return False where the history has neither."""
    name = next((name for name in SCORES if name in history), None)
    if name is None:
        return False
    _draw_both(axes, history, name)
    values: Array = np.concatenate(
        [history[key] for key in (name, f"test_{name}") if key in history]
    )
    finite = values[np.isfinite(values)]
    lowest = float(finite.min()) if finite.size else 0.0
    # The first R² is often far below that of a constant, 0; what matters is from there to 1.
    floor = max(min(lowest, 0.9), -1.0)
    axes.set_ylim(floor - 0.06 * (1 - floor), 1 + 0.06 * (1 - floor))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    if name == "accuracy":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:g} %"))
    axes.set_ylabel(SCORES[name])
    return True


def logarithmic(axes: Axes, decades: float) -> None:
    """Make the y axis logarithmic, with ticks that suit so many powers of ten."""
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3) if decades < 2.5 else (1,), numticks=6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def set_epochs(axes: Axes, last: float, *, labels: bool, ticks: int = 5) -> None:
    """Set the axis of epochs up to the last one, labelled or bare, with faint lines across."""
    axes.set_xlim(-0.02 * last, 1.02 * last)
    axes.xaxis.set_major_locator(MaxNLocator(ticks, integer=True, steps=[1, 2, 2.5, 5, 10]))
    axes.grid(axis="y", color=LINES, linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if labels:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
        axes.set_xlabel("epoch")
    else:
        axes.tick_params(labelbottom=False)


def mark_end(axes: Axes, epoch: int, what: str) -> None:
    """Draw a line at the last epoch, and say beside it how the run ended there."""
    axes.axvline(epoch, color=VERMILION, linestyle=":", linewidth=1.4)
    axes.annotate(
        what,
        (epoch, 0.5),
        (-5, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right",
        va="center",
        rotation=90,
        fontsize=SMALL,
        color=VERMILION,
    )


def _draw_both(axes: Axes, history: History, name: str) -> None:
    for series, label, colour in (
        (name, "train", BLUE),
        (f"test_{name}", "test", ORANGE),
    ):
        if series in history:
            draw_series(
                axes,
                history.epochs(series),
                history[series],
                label=label,
                colour=colour,
                dashed=series != name,
            )

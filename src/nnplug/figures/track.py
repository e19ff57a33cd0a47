"""What `--track` recorded, layer by layer: where gradients vanish and units die."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from nnplug.core.errors import NnplugError
from nnplug.engine.tracked import Group, groups_of, tracked, verdict
from nnplug.figures.curve import mark_end, set_epochs
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.headline import settings_line
from nnplug.figures.style import FAINT, SMALL, add_axes, heading, look, marker, new_figure, plain

WIDTH, HEIGHT = 1200, 400
BOTTOM, SIDE = 52, 276
"""The lower edge of the panels and their height, in pixels."""

DASHES = ("-", "--", "-.", ":")
MOST = 12
"""How many layers the legend names; of more, some between the first and the last are left out."""

USUAL = 1e-3
"""The update ratio of a network that learns well, as a rule of thumb."""


def draw_track(result: Any) -> Figure:
    """Draw each layer's gradient norm, update ratio, dead and saturated units over the epochs.

    Layers go from dark at the input to light at the output, each with its marker and dashes.

    result : an `nnplug.Result` or `nnplug.Model` that was trained with `track`
    """
    history = result.history
    if not tracked(history, "gradient_norm"):
        raise NnplugError(
            "this run has not recorded its layers",
            "train with --track, or nnplug.train(track=True)",
        )
    groups = groups_of(result.network, history)
    last = max(int(history.epochs("epoch")[-1]), getattr(result, "epochs", 1), 1)
    with look():
        figure = new_figure(WIDTH, HEIGHT)
        settings = getattr(result, "settings", None)
        heading(figure, settings_line(settings) if settings else "layers", verdict(history))
        half = (SIDE - 34) // 2
        panels = {
            "gradient_norm": add_axes(figure, 64, BOTTOM, 370, SIDE),
            "update_ratio": add_axes(figure, 500, BOTTOM, 230, SIDE),
            "dead": add_axes(figure, 808, BOTTOM + SIDE - half, 184, half),
            "saturated": add_axes(figure, 808, BOTTOM, 184, half),
        }
        titles = {
            "gradient_norm": "gradient norm",
            "update_ratio": "step size / weight size",
            "dead": "dead units",
            "saturated": "saturated slopes",
        }
        for series, axes in panels.items():
            _draw_series(axes, history, series, groups)
            set_epochs(axes, last, labels=series != "dead")
            axes.set_title(titles[series])
            if getattr(result, "reason", "") in ("diverged", "interrupted"):
                mark_end(axes, last, result.reason)
        _usual(panels["update_ratio"])
        _legend(figure, panels["gradient_norm"])
        fit_fonts(figure)
    return figure


def _draw_series(axes: Axes, history: Any, series: str, groups: list[Group]) -> None:
    found = tracked(history, series)
    ramp = matplotlib.colormaps["viridis"](np.linspace(0, 0.88, len(groups)))
    share = series in ("dead", "saturated")
    floor = 0.0 if share else _logarithmic(axes, [history[name] for name in found.values()])
    for i, group in enumerate(groups):
        for path in group.activations if share else [group.weights]:
            if path not in found:
                continue
            values = history[found[path]]
            values[~np.isfinite(values)] = np.nan
            step = max(1, len(values) // 6)
            axes.plot(
                history.epochs(found[path]),
                np.maximum(values, floor),
                color=ramp[i],
                linestyle=DASHES[i % len(DASHES)],
                marker=marker(i),
                markersize=4,
                markevery=(i * step // max(1, len(groups)), step),
                linewidth=1.3,
                label=group.label,
            )
    if share:
        axes.set_ylim(-0.06, 1.06)
        axes.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:g} %"))


def _logarithmic(axes: Axes, series: list[Any]) -> float:
    """Make the axis logarithmic; return where zeros are drawn, at its lower edge."""
    values = np.concatenate([*series, []])
    positive = values[np.isfinite(values) & (values > 0)]
    low, high = (positive.min(), positive.max()) if positive.size else (0.1, 1.0)
    axes.set_yscale("log")
    decades = np.log10(high / low)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3) if decades < 2 else (1,), numticks=8))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    floor = float(low)
    if (values == 0).any():
        floor = float(low / 10)
        axes.annotate(
            "0", (1.01, floor), xycoords=("axes fraction", "data"), va="center", fontsize=SMALL
        )
    axes.set_ylim(floor / 1.6, high * 1.6)
    return floor


def _usual(axes: Axes) -> None:
    low, high = axes.get_ylim()
    if not low < USUAL < high:
        return
    axes.axhline(USUAL, color=FAINT, linewidth=0.8, linestyle=(0, (1, 2)), zorder=0)
    axes.annotate(
        "usual",
        (1.01, USUAL),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=SMALL,
        color=FAINT,
    )


def _legend(figure: Figure, axes: Axes) -> None:
    """Name the layers at the right, those nearest to the output at the top."""
    handles, labels = axes.get_legend_handles_labels()
    chosen = sorted({round(i) for i in np.linspace(0, len(handles) - 1, min(MOST, len(handles)))})
    figure.legend(
        [handles[i] for i in reversed(chosen)],
        [plain(labels[i], 25) for i in reversed(chosen)],
        loc="upper left",
        bbox_to_anchor=(1000 / WIDTH, (BOTTOM + SIDE + 8) / HEIGHT),
        fontsize=SMALL,
        handlelength=3.2,
        borderaxespad=0,
        title="from the output back to the input" if len(chosen) > 1 else None,
        title_fontsize=SMALL,
        alignment="left",
    )

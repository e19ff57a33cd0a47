"""A network as neurons and edges, column by column."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from nnplug.core.array import Shape
from nnplug.core.errors import NnplugError
from nnplug.engine.network import Network
from nnplug.figures.columns import Block, Column, columns_of
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import (
    BLUE,
    FAINT,
    LINES,
    NORMAL,
    ORANGE,
    SMALL,
    VERMILION,
    add_axes,
    heading,
    look,
    new_figure,
    plain,
)

MOST = 16
"""The tallest column drawn in full; of more neurons the first and last few are drawn."""

ENDS = 6
"""How many neurons are drawn at each end of a column that is not drawn in full."""

STEP, GAP, EDGE = 22, 132, 76
"""Pixels between two neurons, between two columns, and beside the outer columns."""

ARC, LINE = 26, 15
"""Pixels that a short cut takes above the columns, and a line of text below them."""

TEXT = 20
"""After how many letters a layer's text is cut."""


def draw_network(network: Any, in_shape: int | Shape | None = None) -> Figure:
    """Draw a network's neurons and edges, its activations, blocks and parameter counts.

    network : an `nnplug.Network`; or layers (a chain's text, a list), with the shape of one input
    """
    if not isinstance(network, Network):
        if in_shape is None:
            raise NnplugError(
                "layers alone are no picture",
                "give the shape of one input: draw_network(layers, 2)",
            )
        network = Network(network, in_shape)
    columns, blocks = columns_of(network.layers, network.in_shape, network.registry.spec)
    with look():
        figure = _draw(columns, blocks, network.layout.size)
        fit_fonts(figure)
    return figure


def drawn_shapes(network: Network) -> str:
    """Return the shapes of the columns that are drawn, in words: "2 to 10 to 10 to 1"."""
    columns, _ = columns_of(network.layers, network.in_shape, network.registry.spec)
    return " to ".join(_shape_text(column.shape) for column in columns)


def _draw(columns: list[Column], blocks: list[Block], total: int) -> Figure:
    levels = 1 + max((block.depth for block in blocks), default=-1)
    lines = max(2 + len(column.then) for column in columns)
    tall = max(_height(column) for column in columns)
    top, bottom = 62 + levels * ARC + 22, 14 + lines * LINE
    # Quarters of an inch are exact numbers, which every matplotlib makes the same pixels of.
    width = _up(max(2 * EDGE + GAP * (len(columns) - 1), 420))
    height = _up(top + tall + bottom)
    figure = new_figure(width, height)
    shapes = " → ".join(_shape_text(column.shape) for column in columns)
    heading(figure, f"{total:,} parameters", shapes)
    axes = add_axes(figure, 0, 0, width, height)
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")

    left = (width - GAP * (len(columns) - 1)) / 2
    middle = bottom + tall / 2
    xs = [left + GAP * i for i in range(len(columns))]
    for i in range(1, len(columns)):
        _draw_edges(axes, columns[i - 1], columns[i], xs[i - 1], xs[i], middle)
    for i, column in enumerate(columns):
        face = "white" if i == 0 else "#FBE3B0" if i == len(columns) - 1 else "#CFE3F3"
        _draw_column(axes, column, xs[i], middle, face, tall)
    for block in blocks:
        level = bottom + tall + 24 + (levels - block.depth - 0.4) * ARC
        _draw_block(axes, block, xs, level, bottom + tall + 22)
    return figure


def _draw_column(
    axes: Axes, column: Column, x: float, middle: float, face: str, tall: float
) -> None:
    rim = ORANGE if face == "#FBE3B0" else BLUE
    if len(column.shape) == 1:
        ys = _neurons(column, middle)
        axes.scatter([x] * len(ys), ys, s=90, c=face, edgecolors=rim, linewidths=1.2, zorder=3)
        if column.shape[0] > MOST:
            axes.scatter([x] * 3, [middle - 8, middle, middle + 8], s=5, c=FAINT, zorder=3)
    else:
        axes.add_patch(
            FancyBboxPatch(
                (x - 26, middle - 40),
                52,
                80,
                boxstyle="round,pad=0,rounding_size=8",
                facecolor=face,
                edgecolor=rim,
                linewidth=1.2,
                zorder=3,
            )
        )
    text = _shape_text(column.shape)
    axes.text(x, middle + tall / 2 + 8, text, ha="center", va="bottom", fontsize=NORMAL)
    said = [(column.label, "black"), *((then, VERMILION) for then in column.then)]
    if column.parameters:
        many = "s" * (column.parameters != 1)
        said.append((f"{column.parameters:,} parameter{many}", FAINT))
    for i, (line, ink) in enumerate(said):
        y = middle - tall / 2 - 8 - i * LINE
        axes.text(x, y, plain(line, TEXT), ha="center", va="top", fontsize=SMALL, color=ink)


def _draw_edges(
    axes: Axes, before: Column, after: Column, left: float, right: float, middle: float
) -> None:
    if after.dense:
        starts, stops = _neurons(before, middle), _neurons(after, middle)
        lines = [((left, a), (right, b)) for a in starts for b in stops]
        axes.add_collection(
            LineCollection(lines, colors=FAINT, linewidths=0.5, alpha=0.45, zorder=1)
        )
        return
    # Not every number hangs on every other: one band says that something leads from here to there.
    a, b = _height(before) / 2, _height(after) / 2
    corners = [(left, middle - a), (left, middle + a), (right, middle + b), (right, middle - b)]
    axes.add_patch(Polygon(corners, facecolor=LINES, alpha=0.5, edgecolor="none", zorder=1))


def _draw_block(axes: Axes, block: Block, xs: list[float], level: float, foot: float) -> None:
    """Draw a bridge over the columns of a block, from where it starts to where it ends."""
    inset = 5 + 5 * block.depth
    a, b = xs[block.start] + inset, xs[block.stop] - inset
    axes.annotate(
        "",
        (b, foot),
        (b, level),
        arrowprops={
            "arrowstyle": "-|>",
            "color": BLUE,
            "linewidth": 1.2,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
    axes.plot([a, a, b], [foot, level, level], color=BLUE, linewidth=1.2)
    axes.text(
        (a + b) / 2,
        level + 2,
        plain(block.label, 30),
        ha="center",
        va="bottom",
        fontsize=SMALL,
        color=BLUE,
    )


def _neurons(column: Column, middle: float) -> list[float]:
    """Return the height of each neuron that is drawn, from the top."""
    n = column.shape[0]
    rows = range(n) if n <= MOST else [*range(ENDS), *range(ENDS + 2, 2 * ENDS + 2)]
    count = n if n <= MOST else 2 * ENDS + 2
    return [middle + ((count - 1) / 2 - row) * STEP for row in rows]


def _up(pixels: float) -> int:
    return -(-int(pixels) // 25) * 25


def _height(column: Column) -> float:
    if len(column.shape) != 1:
        return 80.0
    n = column.shape[0]
    return float(STEP * (n if n <= MOST else 2 * ENDS + 2))


def _shape_text(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "1"

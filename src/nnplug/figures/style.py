"""One look for all pictures: colours, markers, sizes.

The colours are Okabe and Ito's, which colour-blind readers can tell apart; every class has a marker
of its own too, and ramps grow lighter all the way, so that a grey print shows the same.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

DPI = 100

COLOURS = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # green
    "#CC79A7",  # purple
    "#D55E00",  # vermilion
    "#56B4E9",  # sky blue
    "#F0E442",  # yellow
    "#000000",  # black
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X")
"""One fewer than colours: 56 classes pass before a pair of both comes back."""

BLUE, ORANGE, VERMILION = COLOURS[0], COLOURS[1], COLOURS[4]
INK, FAINT, LINES = "#222222", "#666666", "#CCCCCC"

BETWEEN = LinearSegmentedColormap.from_list(
    "nnplug_between", ("#5596CF", "#8DB4D8", "#C9CFD2", "#F0DAAB", "#FFDF85")
)
"""From class 0 to class 1: blue, grey where undecided, orange; lighter all the way."""

SHARE = LinearSegmentedColormap.from_list("nnplug_share", ("#FFFFFF", "#8FBBDD", "#0B4F86"))
"""From nothing to all: white to dark blue."""

VALUES = "viridis"
"""The ramp of a regression's values."""

FAMILY = "DejaVu Sans"
"""The font that comes with matplotlib: pictures are the same everywhere."""

SMALL, NORMAL, LARGE = 8, 9, 11

FOOT = 20
"""How many pixels a footnote takes."""

_LOOK: Any = {
    "text.usetex": False,
    "text.parse_math": False,  # "$" stands for money as well
    "text.color": INK,
    "font.family": [FAMILY],
    "font.size": NORMAL,
    "axes.facecolor": "white",
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": NORMAL,
    "axes.titlesize": NORMAL + 1,
    "axes.titleweight": "normal",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # or matplotlib measures every tick to see whether the title is in its way
    "axes.unicode_minus": True,
    "axes.formatter.use_mathtext": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "figure.facecolor": "white",
    "figure.dpi": DPI,
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "savefig.facecolor": "auto",
    "savefig.dpi": "figure",
    "savefig.bbox": None,
    "svg.hashsalt": "nnplug",
}


_WINDOWS = (
    "backend",
    "figure.max_open_warning",
    "figure.raise_window",
    "interactive",
    "keymap",
    "macosx",
    "savefig.directory",
    "timezone",
    "tk.",
    "toolbar",
    "webagg",
)
"""How the settings begin that are no part of a picture, but of the user's windows."""


@contextmanager
def look() -> Iterator[None]:
    """Return the context in which pictures are drawn and saved; it changes nothing for good.

    It begins with matplotlib's own defaults: what a matplotlibrc or another package has set makes
    no other picture. Numbers that are not finite, or nearly not, leave holes in it, and no
    warnings.
    """
    with matplotlib.rc_context(), np.errstate(all="ignore"):
        default = matplotlib.rcParamsDefault
        for name in default:
            if not name.startswith(_WINDOWS):
                # _set and _get, which do not check 300 values once more, are documented for it.
                matplotlib.rcParams._set(name, default._get(name))
        matplotlib.rcParams.update(_LOOK)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many pixels."""
    return Figure(figsize=(width / DPI, height / DPI), dpi=DPI)


def add_axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Return axes in a box of pixels, counted from the lower left corner of the figure.

    Boxes are given and not computed from the texts: laying out costs more than drawing.
    """
    w, h = figure.get_size_inches() * DPI
    axes: Axes = figure.add_axes((left / w, bottom / h, width / w, height / h))
    # Ticks are made when they are drawn, with the settings of that moment unless told here.
    axes.tick_params(
        labelsize=SMALL, color=FAINT, labelcolor=INK, labelfontfamily=FAMILY, width=0.8, length=3
    )
    return axes


def heading(figure: Figure, title: str, below: str = "") -> None:
    """Write a title into the upper left corner, and a smaller line under it."""
    w, h = figure.get_size_inches() * DPI
    # A letter takes 8.4 pixels on average at the large size, 7.2 at the normal one.
    size = LARGE if columns_of(title) <= w / 8.6 else NORMAL
    figure.text(12 / w, 1 - 9 / h, plain(title, int(w / 7.4)), size=size, va="top")
    if below:
        figure.text(
            12 / w, 1 - 29 / h, plain(below, int(w / 7.4)), size=NORMAL, va="top", color=FAINT
        )


def footnote(figure: Figure, text: str) -> None:
    """Write a small line into the lower left corner, in the lowest FOOT pixels."""
    w, h = figure.get_size_inches() * DPI
    figure.text(12 / w, 7 / h, plain(text, int(w / 6.8)), size=SMALL, va="bottom", color=FAINT)


def width_for(title: str, below: str, foot: str = "") -> int:
    """Return how wide a figure must be that `heading` and `footnote` cut nothing off."""
    said = [7.4 * columns_of(plain(title)), 7.4 * columns_of(plain(below)), 6.8 * columns_of(foot)]
    return 24 + int(max(said))


def plain(text: object, width: int | None = None) -> str:
    """Return a text as it is to be read: on one line, cut after so many columns."""
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in str(text))
    return line if width is None else _cut(line, width)


def columns_of(text: str) -> int:
    """Return how wide a text is: Chinese, Japanese and Korean characters count double."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(line: str, width: int) -> str:
    if columns_of(line) <= width:
        return line
    while columns_of(line) > width - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def colour(i: int) -> str:
    """Return the colour of class or series i."""
    return COLOURS[i % len(COLOURS)]


def marker(i: int) -> str:
    """Return the marker of class i."""
    return MARKERS[i % len(MARKERS)]


def class_names(names: Sequence[str], count: int) -> list[str]:
    """Return a name for each of so many classes; their numbers where there are none."""
    return [str(names[i]) if i < len(names) else str(i) for i in range(count)]

"""Where a picture goes: into a file, whole or not at all, or into a window.

Matplotlib is imported at first use: whoever only asks about a suffix need not wait for it.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnplug.core.errors import NnplugError, SettingsError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")

# What would make two files of one picture differ is left out of them.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

# Six is what matplotlib takes: 4 % smaller, and a third of the whole time of writing.
_HOW: dict[str, dict[str, Any]] = {
    "png": {"pil_kwargs": {"compress_level": 4}},
    "svg": {},
    "pdf": {},
}

WINDOWLESS = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")


def check_suffix(path: Path) -> str:
    """Return the format that a file's suffix names; raises SettingsError for any other suffix."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        told = f"as .{suffix}" if suffix else "without a suffix"
        raise SettingsError(
            f"a picture cannot be written {told}: {path}",
            "name a file that ends in .png, .svg or .pdf",
        )
    return suffix


def save_figure(figure: "Figure", path: str | Path, scale: int = 1) -> str | None:
    """Write a picture as its suffix says; the same figure gives the same bytes.

    scale : how many pixels of a PNG stand for one on the screen; paper shows more of them
    Returns a note to print where no installed font has some characters, else None. Raises
    SettingsError for another suffix, RunFileError where the file cannot be written.
    """
    path = Path(path)
    suffix = check_suffix(path)
    from nnplug.engine.files import write_whole

    buffer = io.BytesIO()
    how: dict[str, Any] = dict(_HOW[suffix])
    if suffix == "png":
        how["dpi"] = scale * figure.dpi
    with _drawing(figure) as note:
        figure.savefig(buffer, format=suffix, metadata=_METADATA[suffix], **how)
    write_whole(path, buffer.getvalue())
    return note


def show_figure(figure: "Figure") -> str | None:
    """Show a picture in a window, and wait until it is closed; returns what `save_figure` does.

    Raises NnplugError where there is no display, or nothing that could open a window on it.
    """
    import matplotlib.pyplot as plt

    hint = "write the picture to a file: --plot picture.png"
    if plt.get_backend().lower() in WINDOWLESS:
        raise NnplugError(
            "there is no display, or no toolkit (tkinter, PyQt) to open a window on it", hint
        )
    with _drawing(figure) as note:
        try:
            _adopt(figure)
        except Exception as error:  # each toolkit raises a kind of its own
            raise NnplugError(f"no window can be opened: {error}", hint) from error
        plt.show(block=True)
        plt.close(figure)
    return note


def _adopt(figure: "Figure") -> None:
    """Give a figure that was made without pyplot a window."""
    import matplotlib.pyplot as plt

    try:
        plt.figure(figure)
    except ValueError:
        # Before matplotlib 3.11, a window comes with a figure of its own; this one replaces it.
        canvas = plt.figure(figsize=figure.get_size_inches()).canvas
        canvas.figure = figure
        figure.set_canvas(canvas)


@contextmanager
def _drawing(figure: "Figure") -> Iterator[str | None]:
    from nnplug.figures.fonts import fit_fonts
    from nnplug.figures.style import look

    with look(), warnings.catch_warnings():
        note = fit_fonts(figure)
        if note is not None:
            warnings.filterwarnings("ignore", r"Glyph .* missing from")
        yield note

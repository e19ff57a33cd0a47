"""All pictures of a comparison that apply, into a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nnplug.comparison.records import Comparison
from nnplug.core.errors import RunFileError
from nnplug.figures.output import check_suffix, save_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save_pictures(comparison: Comparison, folder: str | Path, suffix: str = "png") -> list[str]:
    """Write those pictures that apply into a folder: curves.png, sweep.png, heat_map.png, ...

    suffix : "png", "svg" or "pdf"
    Returns what is to be printed where no installed font has some characters, each note once.
    Raises SettingsError for another suffix, RunFileError where something cannot be written.
    """
    folder = Path(folder)
    check_suffix(folder / f"curves.{suffix}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFileError(f"{folder}: {error.strerror or error}") from None
    notes: dict[str, None] = {}
    for name, figure in pictures_of(comparison):
        note = save_figure(figure, folder / f"{name}.{suffix}")
        if note is not None:
            notes[note] = None
    return list(notes)


def pictures_of(comparison: Comparison) -> Iterator[tuple[str, "Figure"]]:
    """Yield each picture that applies, with its name: curves, sweep, heat_map, surfaces."""
    from nnplug.figures.comparison.curves import draw_curves
    from nnplug.figures.comparison.heat_map import draw_heat_map
    from nnplug.figures.comparison.surfaces import draw_surfaces
    from nnplug.figures.comparison.sweep import draw_sweep

    drawers = {
        "curves": draw_curves,
        "sweep": draw_sweep,
        "heat_map": draw_heat_map,
        "surfaces": draw_surfaces,
    }
    for name, draw in drawers.items():
        figure = draw(comparison)
        if figure is not None:
            yield name, figure

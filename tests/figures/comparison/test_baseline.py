"""Pictures of comparisons as they were when somebody looked at them and found them good.

NNPLUG_WRITE_BASELINE=1 writes them afresh; look at each before committing it.
"""

import os
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images
from PIL import Image

from nnplug.figures.comparison.curves import draw_curves
from nnplug.figures.comparison.surfaces import draw_surfaces
from nnplug.figures.comparison.sweep import draw_sweep
from nnplug.figures.style import look

FOLDER = Path(__file__).parents[1] / "baseline"

TOLERANCE = 4.7
"""Root of the mean square difference: at an eighth of the size, matplotlib 3.9 and 3.11 are 2 to
4.2 apart, another median that is lost makes 5 to 14, surfaces that are upside down 52."""

OPTIMIZERS = ["gd", "momentum", "adam"]
RATES = ["0.001", "0.01", "0.1", "1"]


def compared_curves(make) -> Figure:
    return draw_curves(make.comparison({"optimizer": OPTIMIZERS}, 8, diverged={0: 5}))


def compared_panels(make) -> Figure:
    made = make.comparison(
        {"optimizer": OPTIMIZERS, "lr": RATES}, 8, metric="test_accuracy", diverged={3: 8, 2: 1}
    )
    return draw_curves(made)


def compared_sweep(make) -> Figure:
    axes = {"optimizer": OPTIMIZERS, "lr": RATES}
    return draw_sweep(make.comparison(axes, 8, diverged={3: 8, 7: 3}))


def compared_surfaces(make) -> Figure:
    axes = {"optimizer": OPTIMIZERS, "lr": RATES[:2]}
    return draw_surfaces(make.comparison(axes, 2, surfaces=True, diverged={1: 2}))


DRAWN = [compared_curves, compared_panels, compared_sweep, compared_surfaces]


def write(figure: Figure, path: Path) -> None:
    with look():
        figure.savefig(path)
    # An eighth of the size: small letters are another thing in every version of matplotlib.
    Image.open(path).convert("RGB").reduce(8).save(path)


@pytest.mark.parametrize("draw", DRAWN)
def test_a_picture_is_as_it_was(make, tmp_path, draw):
    path = tmp_path / f"{draw.__name__}.png"
    expected = FOLDER / path.name
    write(draw(make), path)
    if os.environ.get("NNPLUG_WRITE_BASELINE"):
        Image.open(path).quantize(96).save(expected, optimize=True)
    assert compare_images(str(expected), str(path), TOLERANCE) is None


def test_surfaces_that_are_upside_down_differ(make, tmp_path):
    path = tmp_path / "compared_surfaces.png"
    made = make.comparison({"optimizer": OPTIMIZERS, "lr": RATES[:2]}, 2, surfaces=True)
    for record in made.records:
        if record.surface is not None:
            record.surface.reverse()
    write(draw_surfaces(made), path)
    assert compare_images(str(FOLDER / path.name), str(path), TOLERANCE) is not None

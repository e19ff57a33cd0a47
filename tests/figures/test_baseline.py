"""Pictures as they were when somebody looked at them and found them good.

NNPLUG_WRITE_BASELINE=1 writes them afresh; look at each before committing it.
"""

import os
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images
from PIL import Image

from nnplug.core.registry import default_registry
from nnplug.figures.component import draw_activation
from nnplug.figures.network import draw_network
from nnplug.figures.style import look
from nnplug.figures.summary import draw_summary

FOLDER = Path(__file__).parent / "baseline"

TOLERANCE = 14.0
"""Root of the mean square difference: matplotlib 3.9 and 3.11 set letters 5 to 12 apart, and a
decision surface that is upside down makes 40."""


def relu(made) -> Figure:
    name = "leaky_relu:slope=0.2"
    return draw_activation(default_registry().build("activation", name), name)


def network(made) -> Figure:
    return draw_network("linear:units=20 relu residual[linear:units=20 tanh] linear:units=3", 4)


def binary(made) -> Figure:
    return draw_summary(made.result(made.binary(), made.says_xor, test=True))


def classes(made) -> Figure:
    return draw_summary(made.result(made.three(), made.says_three, reason="diverged"))


def values(made) -> Figure:
    return draw_summary(made.result(made.values(), made.says_sine))


def pictures(made) -> Figure:
    return draw_summary(made.result(made.pictures(), made.says_level))


def write(figure: Figure, path: Path) -> None:
    with look():
        figure.savefig(path)
    # Half the size: where exactly an edge is smoothed is another thing in every version.
    Image.open(path).convert("RGB").reduce(2).save(path)


@pytest.mark.parametrize("draw", [relu, network, binary, classes, values, pictures])
def test_a_picture_is_as_it_was(made, tmp_path, draw):
    path = tmp_path / f"{draw.__name__}.png"
    expected = FOLDER / path.name
    write(draw(made), path)
    if os.environ.get("NNPLUG_WRITE_BASELINE"):
        Image.open(path).quantize(96).save(expected, optimize=True)
    assert compare_images(str(expected), str(path), TOLERANCE) is None


def test_a_picture_of_something_else_differs(made, tmp_path):
    path = tmp_path / "binary.png"
    turned = made.result(made.binary(), lambda x: 1 - made.says_xor(x), test=True)
    write(draw_summary(turned), path)
    assert compare_images(str(FOLDER / "binary.png"), str(path), TOLERANCE) is not None

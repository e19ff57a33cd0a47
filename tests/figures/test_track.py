"""The picture of the layers: nine sigmoids, dead units, one point, many layers."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.testing.compare import compare_images
from PIL import Image

import nnplug
from nnplug.core.errors import NnplugError
from nnplug.engine.history import History
from nnplug.figures.style import look
from nnplug.figures.track import draw_track

BASELINE = Path(__file__).parent / "baseline" / "track.png"
TOLERANCE = 7.0
"""Root of the mean square difference: matplotlib 3.9 and 3.11 are 5 apart, a ramp of colours that
is turned round makes 9."""


def recorded(made, depth=4, last=100, *, step=10, factor=0.1, dead=0.2, **changes):
    """Return a run in which each layer's gradient is `factor` of the one above it."""
    history = History()
    for epoch in range(0, last + 1, step):
        history.record("epoch", epoch, epoch)
        for layer in range(depth):
            above = depth - 1 - layer
            norm = factor**above * np.exp(-epoch / 50)
            history.record(f"gradient_norm.{2 * layer}", epoch, norm)
            if epoch:
                history.record(f"update_ratio.{2 * layer}", epoch, 0.01 * norm)
            if above:
                history.record(f"dead.{2 * layer + 1}", epoch, dead * layer / depth)
                history.record(f"saturated.{2 * layer + 1}", epoch, epoch / last * layer / depth)
    layers = "linear:units=5 sigmoid " * (depth - 1) + "linear:units=1"
    network = nnplug.Network(layers, 2, loss="bce")
    known = {"history": history, "network": network, "settings": made.settings, "epochs": last}
    return SimpleNamespace(**{**known, "reason": "epochs", **changes})


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"depth": 1},
        {"depth": 9, "factor": 1e-3},
        {"depth": 25},
        {"last": 4, "step": 10},
        {"factor": 0.0},
        {"factor": 1.0, "dead": 1.0},
        {"reason": "diverged", "epochs": 107},
    ],
    ids=str,
)
def test_the_picture_is_tidy(made, assert_tidy, options):
    assert_tidy(draw_track(recorded(made, **options)))


def test_the_lower_layers_lie_lower_and_every_line_can_be_told_apart(made):
    figure = draw_track(recorded(made))
    norms, ratios, dead, saturated = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "gradient norm",
        "step size / weight size",
        "dead units",
        "saturated slopes",
    ]
    assert norms.get_yscale() == ratios.get_yscale() == "log"
    assert [len(axes.lines) for axes in (norms, dead, saturated)] == [4, 3, 3]
    looks = [(line.get_marker(), line.get_linestyle(), line.get_color()) for line in norms.lines]
    for part in range(3):
        assert len({str(one[part]) for one in looks}) == 4
    lightness = [np.dot(line.get_color()[:3], (0.3, 0.6, 0.1)) for line in norms.lines]
    assert lightness == sorted(lightness), "darker towards the input, in print too"
    heights = [line.get_ydata()[0] for line in norms.lines]
    np.testing.assert_allclose(heights, [1e-3, 1e-2, 1e-1, 1])
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "6 linear",
        "4 linear, 5 sigmoid",
        "2 linear, 3 sigmoid",
        "0 linear, 1 sigmoid",
    ]
    assert "vanishes" not in figure.texts[1].get_text()
    deep = draw_track(recorded(made, depth=9))
    assert "1e-08 at the start (vanishes), 1e-08 at the end (vanishes)" in deep.texts[1].get_text()


def test_a_gradient_of_zero_lies_at_the_lower_edge_and_says_so(made):
    norms = draw_track(recorded(made, factor=0.0)).axes[0]
    assert any(text.get_text() == "0" for text in norms.texts)
    low, _ = norms.get_ylim()
    zero = norms.lines[0].get_ydata()
    assert (zero > low).all()
    assert (zero < norms.lines[-1].get_ydata()).all()


def test_the_legend_leaves_some_of_many_layers_out_but_never_the_first_or_last(made):
    (legend,) = draw_track(recorded(made, depth=25)).legends
    names = [text.get_text() for text in legend.get_texts()]
    assert len(names) == 12
    assert names[0].startswith("48 ")
    assert names[-1].startswith("0 ")


def test_numbers_that_are_not_finite_leave_holes(made):
    result = recorded(made)
    result.history.record("gradient_norm.0", 110, np.inf)
    figure = draw_track(result)
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[-1])


def test_a_saved_model_can_be_drawn(tmp_path, assert_tidy):
    nnplug.train(dataset="xor", epochs=20, track=True, save=tmp_path / "run")
    assert_tidy(draw_track(nnplug.load(tmp_path / "run")))


def test_a_run_that_was_not_tracked_says_how_to(made):
    with pytest.raises(NnplugError, match="--track"):
        draw_track(made.result(made.binary(), made.says_xor))


def test_the_picture_is_as_it_was(made, tmp_path):
    path = tmp_path / "track.png"
    with look():
        draw_track(recorded(made, depth=6, dead=0.9)).savefig(path)
    # An eighth of the size: small letters are another thing in every version of matplotlib.
    Image.open(path).convert("RGB").reduce(8).save(path)
    if os.environ.get("NNPLUG_WRITE_BASELINE"):
        Image.open(path).convert("RGB").quantize(96).save(BASELINE, optimize=True)
    assert compare_images(str(BASELINE), str(path), TOLERANCE) is None

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnplug.engine.plane import limits, over_plane
from nnplug.figures import surface
from nnplug.figures.style import COLOURS, new_figure

UNIT = (0.0, 1.0, 0.0, 1.0)


@pytest.fixture
def axes():
    return new_figure(300, 300).add_subplot()


def test_predictions_stand_where_the_plane_has_them(made):
    data = made.binary()
    found = over_plane(lambda x: x, data)
    assert found.shape == (100, 100, 2)
    (left, right), (bottom, top) = limits(data, 0), limits(data, 1)
    half = (right - left) / 200
    np.testing.assert_allclose(found[0, 0], [left + half, bottom + (top - bottom) / 200])
    np.testing.assert_allclose(found[-1, 0], [left + half, top - (top - bottom) / 200])
    np.testing.assert_allclose(found[0, -1, 0], right - half)


def test_the_line_is_where_the_class_changes(made, axes):
    data = made.binary()
    found = over_plane(lambda x: x[:, :1], data)[..., 0]
    surface.draw_binary(axes, found, surface.extent_of(data), 0.3)
    (line,) = axes.collections
    vertices = np.concatenate([path.vertices for path in line.get_paths()])
    np.testing.assert_allclose(vertices[:, 0], 0.3, atol=0.01)


@pytest.mark.parametrize("cells", [10, 40])
def test_the_line_is_in_its_place_on_a_coarse_grid_too(made, axes, cells):
    data = made.binary()
    found = over_plane(lambda x: x[:, :1], data, cells)[..., 0]
    surface.draw_binary(axes, found, surface.extent_of(data), 0.3)
    (line,) = axes.collections
    vertices = np.concatenate([path.vertices for path in line.get_paths()])
    np.testing.assert_allclose(vertices[:, 0], 0.3, atol=1e-9)


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_no_line_where_the_class_never_changes(axes, level):
    surface.draw_binary(axes, np.full((100, 100), level), UNIT, 0.5)
    assert len(axes.collections) == 0


def test_probabilities_keep_their_scale_and_other_outputs_are_centred(axes):
    ramp = np.linspace(0, 1, 100) * np.ones((100, 1))
    assert surface.draw_binary(axes, ramp, UNIT, 0.2).get_clim() == (0, 1)
    low, high = surface.draw_binary(axes, 10 * ramp, UNIT, 0.2).get_clim()
    assert low + high == pytest.approx(0.4)
    assert high > 9


def test_sure_classes_have_their_colour_and_unsure_ones_are_pale(axes):
    predicted = np.zeros((100, 100, 3))
    predicted[:, :50] = [1, 0, 0]
    predicted[:, 50:] = [0.3, 0.36, 0.34]
    pixels = np.asarray(surface.draw_multiclass(axes, predicted, UNIT).get_array())
    white = np.ones(3)
    sure, unsure = white - pixels[0, 0], white - pixels[0, -1]
    for faded, colour in ((sure, COLOURS[0]), (unsure, COLOURS[1])):
        full = white - to_rgb(colour)
        np.testing.assert_allclose(faded / faded.max(), full / full.max(), atol=1e-6)
    assert sure.max() > 3 * unsure.max()

import numpy as np
import pytest

from nnplug.core.dataset import Data
from nnplug.core.errors import NnplugError
from nnplug.engine.preparation import Preparation
from nnplug.play.views import planes, view_of

RNG = np.random.default_rng(0)


def made(x, task="binary", **more):
    x = np.asarray(x, float)
    y = (np.arange(len(x)) % 2)[:, None].astype(float)
    return Data(x, y, task, **more)


def of(data, scale="none", plane=None):
    preparation = Preparation.fit(data, scale)
    return view_of(data, data, preparation, plane), preparation


def test_two_features_are_their_own_plane():
    data = made(RNG.uniform(size=(40, 2)), columns=("a", "b"), domain=((0, 1), (0, 2)))
    view, preparation = of(data, "standard")
    assert (view.kind, view.axes, view.editable, view.projected) == (
        "plane",
        ("a", "b"),
        True,
        False,
    )
    assert view.limits[1][1] == 2
    np.testing.assert_array_equal(view.place(data), data.x)
    cells = view.cells(4)
    # Back in the points' own units, the cells are the middles of a board, from the lowest row up.
    raw = cells * preparation.width + preparation.center
    low, high = view.limits[0]
    middles = low + (high - low) * (np.arange(4) + 0.5) / 4
    np.testing.assert_allclose(raw[:4, 0], middles)
    assert np.ptp(raw[:4, 1]) == pytest.approx(0)
    assert raw[0, 1] < raw[4, 1]


def test_one_feature_is_a_line():
    data = Data(np.array([[0.0], [1.0]]), np.array([[2.0], [4.0]]), "regression", names=("y",))
    view, _ = of(data)
    assert (view.kind, view.axes[1], view.editable) == ("line", "y", True)
    np.testing.assert_array_equal(view.place(data), [[0, 2], [1, 4]])
    assert view.limits[1][0] < 2
    assert view.limits[1][1] > 4
    assert view.cells(5).shape == (5, 1)


def test_many_features_are_seen_where_they_spread_most():
    direction = np.array([3.0, 0.0, 4.0, 0.0]) / 5
    along = np.linspace(-5, 5, 50)
    x = along[:, None] * direction + 1e-3 * RNG.standard_normal((50, 4)) + 7
    view, _ = of(made(x))
    assert view.projected
    assert view.axes[0].startswith("component 1 (100 %") or "100%" in view.axes[0]
    np.testing.assert_allclose(view.place(made(x))[:, 0], along, atol=0.01)


@pytest.mark.parametrize("plane", ["components", [0, 2], [3, 1]])
@pytest.mark.parametrize("scale", ["none", "standard", "minmax"])
def test_a_point_in_the_plane_is_placed_where_its_cell_is(plane, scale):
    x = RNG.standard_normal((60, 4)) * [1, 10, 100, 0.1] + [5, 0, -3, 1]
    data = made(x)
    view, preparation = of(data, scale, plane)
    cells = view.cells(6)
    raw = cells if preparation.center is None else cells * preparation.width + preparation.center
    places = view.place(made(raw))
    (left, right), (low, high) = view.limits
    want = np.stack(
        np.meshgrid(
            left + (right - left) * (np.arange(6) + 0.5) / 6,
            low + (high - low) * (np.arange(6) + 0.5) / 6,
        ),
        axis=-1,
    ).reshape(-1, 2)
    np.testing.assert_allclose(places, want, rtol=1e-9, atol=1e-9)


def test_a_pair_of_features_is_shown_in_its_own_units():
    x = RNG.standard_normal((60, 3)) * [1, 10, 100] + [5, 0, -3]
    view, _ = of(made(x, columns=("a", "b", "c")), "standard", [2, 0])
    assert view.axes == ("c", "a")
    np.testing.assert_allclose(view.place(made(x)), x[:, [2, 0]])


def test_images_and_texts_have_a_plane_too():
    images = made(RNG.uniform(size=(12, 3, 3, 1)))
    view, _ = of(images)
    assert view.cells(4).shape == (16, 3, 3, 1)
    assert view.place(images).shape == (12, 2)
    texts = made(
        np.array([[0, 1.0], [1, 2.0], [2, 5.0], [0, 3.0]]), categories=(("a", "b", "c"), ())
    )
    view, preparation = of(texts)
    assert view.cells(4).shape == (16, 4)
    assert preparation.out_shape == (4,)


def test_constant_features_do_no_harm():
    view, _ = of(made(np.ones((6, 5))))
    assert np.isfinite(view.cells(4)).all()
    assert all(low < high for low, high in view.limits)


def test_planes_that_are_offered_can_be_shown():
    data = made(RNG.standard_normal((20, 5)), columns=tuple("abcde"))
    preparation = Preparation.fit(data)
    offered = planes(data, preparation)
    assert [one["label"] for one in offered[:3]] == ["where they spread most", "a and b", "a and c"]
    assert len(offered) == 1 + 10
    for one in offered:
        view_of(data, data, preparation, one["plane"])
    two = made(RNG.standard_normal((20, 2)))
    assert planes(two, Preparation.fit(two)) == []


@pytest.mark.parametrize("plane", ["else", [0], [0, 9], 3])
def test_a_plane_that_is_not_there_is_refused(plane):
    with pytest.raises(NnplugError, match="no plane"):
        of(made(RNG.standard_normal((9, 3))), plane=plane)

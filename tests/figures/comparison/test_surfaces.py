from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from nnplug.comparison.records import Comparison, Record, Setting
from nnplug.core.dataset import Data
from nnplug.engine.plane import limits, over_plane
from nnplug.figures.comparison.surfaces import draw_surfaces

THREE = {"optimizer": ["gd", "momentum", "adam"]}
THIRTY = {**THREE, "lr": [f"{i / 10:g}" for i in range(1, 11)]}


def panels(figure):
    return [axes for axes in figure.axes if axes.images or axes.collections or axes.get_xlabel()]


def points_in(axes):
    found = [c for c in axes.collections if isinstance(c, PathCollection)]
    return np.concatenate([c.get_offsets() for c in found]) if found else np.zeros((0, 2))


def said(figure):
    return [text.get_text() for text in figure.texts if text.get_text()]


@pytest.mark.parametrize("axes", [{"lr": ["1"]}, THREE, THIRTY])
def test_each_setting_has_its_surface_with_the_points(make, assert_tidy, axes):
    made = make.comparison(axes, 2, surfaces=True)
    figure = draw_surfaces(made)
    data = make.points()
    extent = [*limits(data, 0), *limits(data, 1)]
    count = len(made.settings)
    for axes, setting in zip(figure.axes[:count], made.settings, strict=True):
        (image,) = axes.images
        assert image.get_extent() == extent
        assert (*axes.get_xlim(), *axes.get_ylim()) == tuple(extent)
        (record,) = [r for r in made.of(setting.index) if r.surface is not None]
        np.testing.assert_array_equal(image.get_array(), np.array(record.surface)[..., 0])
        assert image.origin == "lower"
        drawn = points_in(axes)
        assert sorted(map(tuple, drawn)) == sorted(map(tuple, data.x))
        assert setting.label in said(figure)
        assert any(text.startswith("loss ") for text in said(figure))
    assert "the run of seed 0 of each setting" in said(figure)[1]
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["no", "yes"]
    assert_tidy(figure)


def test_two_varied_things_are_rows_and_columns(make):
    figure = draw_surfaces(make.comparison({"lr": ["1", "0.1"], **THREE}, 1, surfaces=True))
    boxes = [axes.get_position() for axes in figure.axes[:6]]
    columns = sorted({round(box.x0, 4) for box in boxes})
    rows = sorted({round(box.y0, 4) for box in boxes}, reverse=True)
    # Settings are lr 1 with each optimizer, then lr 0.1; rates go from left to right.
    places = [(rows.index(round(b.y0, 4)), columns.index(round(b.x0, 4))) for b in boxes]
    assert places == [(0, 1), (1, 1), (2, 1), (0, 0), (1, 0), (2, 0)]


def comparison_of(data, predict, *, config=None, **changes):
    """Return one of two settings, with the surface of these predictions over these points."""
    settings = [Setting(i, {"lr": str(i)}, config or {}) for i in range(2)]
    surface = over_plane(predict, data, 40).tolist()
    records = [Record(i, 0, metrics={"loss": 0.5}, surface=surface) for i in range(2)]
    points = {0: data, 1: data}
    known = {"task": data.task, "records": records, "points": points, **changes}
    return Comparison(settings, [0], "loss", None, **known)


@pytest.mark.parametrize(("threshold", "border"), [(None, 0.5), (0.3, 0.3), ("median", 0.6)])
def test_the_line_is_where_the_class_changes(make, threshold, border):
    data = make.points()
    data = replace(data, x=np.column_stack([data.x[:, 0] ** 0.6782, data.x[:, 1]]))
    border = float(np.median(data.x[:, 0])) if threshold == "median" else border
    made = comparison_of(data, lambda x: x[:, :1], config={"threshold": threshold})
    axes = draw_surfaces(made).axes[0]
    lines = [c for c in axes.collections if not isinstance(c, PathCollection)]
    vertices = np.concatenate([path.vertices for c in lines for path in c.get_paths()])
    np.testing.assert_allclose(vertices[:, 0], border, atol=0.02)


def test_several_classes(make, made, assert_tidy):
    figure = draw_surfaces(comparison_of(made.three(), made.says_three))
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["ash", "birch", "cedar"]
    assert np.asarray(figure.axes[0].images[0].get_array()).shape == (40, 40, 3)
    assert_tidy(figure)


def test_values_have_one_scale_for_all(made, assert_tidy):
    data = made.values()
    figure = draw_surfaces(comparison_of(data, made.says_sine))
    for axes in figure.axes[:2]:
        for artist in (axes.images[0], axes.collections[0]):
            assert artist.get_clim() == (data.y.min(), data.y.max())
    assert_tidy(figure)


def test_a_binary_task_with_two_outputs_shows_those_of_class_one(make, made):
    data = make.points()

    def both(x):
        return np.column_stack([1 - made.says_xor(x), made.says_xor(x)])

    image = draw_surfaces(comparison_of(data, both)).axes[0].images[0]
    expected = over_plane(made.says_xor, data, 40)[..., 0]
    np.testing.assert_allclose(image.get_array(), expected)


def test_holes_stay_holes_in_saved_files_too(make, assert_tidy):
    data = make.points()
    made = comparison_of(data, lambda x: np.where(x[:, :1] > 0.5, np.nan, 0.2))
    holes = replace(made.records[1], surface=[[[None]] * 40] * 40)
    figure = draw_surfaces(replace(made, records=[made.records[0], holes]))
    first, second = (axes.images[0].get_array() for axes in figure.axes[:2])
    assert 0 < np.ma.masked_invalid(first).mask.mean() < 1
    assert np.ma.masked_invalid(second).mask.all()
    assert_tidy(figure)


def test_a_setting_without_a_surface_has_an_empty_panel_that_says_why(make, assert_tidy):
    full = make.comparison({"lr": ["1", "2", "3", "4"]}, 2, surfaces=True, diverged={1: 2})
    kept = [r for r in full.records if r.setting != 3]
    kept = [
        replace(r, status="failed", surface=None, metrics={}) if r.setting == 2 else r for r in kept
    ]
    figure = draw_surfaces(replace(full, records=kept))
    assert {"diverged, best weights shown", "failed", "no run yet"} <= set(said(figure))
    assert [len(axes.images) for axes in figure.axes[:4]] == [1, 1, 0, 0]
    assert_tidy(figure)


def test_without_a_surface_there_is_no_picture(make):
    assert draw_surfaces(make.comparison(THREE, 2)) is None


def test_without_points_there_are_surfaces_alone(make, assert_tidy):
    made = make.comparison(THREE, 2, surfaces=True)
    figure = draw_surfaces(replace(made, points={}))
    assert all(len(axes.images) == 1 and len(points_in(axes)) == 0 for axes in figure.axes[:3])
    assert figure.axes[0].get_xlim() == (0, 1)
    assert_tidy(figure)


def test_different_data_have_planes_of_their_own_and_no_ticks(make, made, assert_tidy):
    data, other = make.points(), made.three()
    settings = [Setting(0, {"dataset": "xor"}, {}), Setting(1, {"dataset": "blobs"}, {})]
    records = [
        Record(0, 0, metrics={"loss": 0.1}, surface=over_plane(made.says_xor, data, 40).tolist()),
        Record(
            1, 0, metrics={"loss": 0.1}, surface=over_plane(made.says_three, other, 40).tolist()
        ),
    ]
    figure = draw_surfaces(
        Comparison(settings, [0], "loss", None, "mixed", records, points={0: data, 1: other})
    )
    for axes, its in zip(figure.axes, (data, other), strict=True):
        assert axes.get_xlim() == limits(its, 0)
        assert len(axes.get_xticks()) == 0
    assert not figure.legends
    assert_tidy(figure)


def test_many_points_are_thinned_out_evenly(assert_tidy):
    # Classes take turns: every second point would be of one class.
    x = np.random.default_rng(0).random((800, 2))
    data = Data(x, (np.arange(800) % 2.0)[:, None], "binary")
    figure = draw_surfaces(comparison_of(data, lambda x: x[:, :1]))
    counts = [
        len(c.get_offsets()) for c in figure.axes[0].collections if isinstance(c, PathCollection)
    ]
    assert sum(counts) == 400
    assert min(counts) > 150
    assert "some of the points" in said(figure)[1]
    assert_tidy(figure)


@pytest.mark.parametrize("name", ["$x^2$ %s", "W" * 60, "_a", "\\frac{", ""])
def test_any_label_is_drawn_as_it_reads(make, assert_tidy, name):
    axes = {"optimizer": [f"{name}{i}" for i in range(7)]}
    assert_tidy(draw_surfaces(make.comparison(axes, 1, surfaces=True)))

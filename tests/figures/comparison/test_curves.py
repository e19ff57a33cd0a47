import warnings

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection

from nnplug.comparison.records import Comparison, Record
from nnplug.figures.comparison.curves import draw_curves

OPTIMIZERS = {"optimizer": ["gd", "momentum", "adam"]}
THIRTY = {
    "optimizer": ["gd", "momentum", "adam", "adagrad", "rmsprop"],
    "lr": ["0.001", "0.00316228", "0.01", "0.0316228", "0.1", "1"],
}


def said(figure):
    return [text.get_text() for text in figure.texts if text.get_text()]


def line_of(axes, label):
    (line,) = [line for line in axes.lines if line.get_label() == label]
    return line


def band_of(axes, i=0):
    """Return the lower and upper edge of a band over its x."""
    bands = [c for c in axes.collections if isinstance(c, PolyCollection)]
    vertices = bands[i].get_paths()[0].vertices
    x = np.unique(vertices[:, 0])
    edges = [[vertices[vertices[:, 0] == at, 1].min() for at in x]]
    edges.append([vertices[vertices[:, 0] == at, 1].max() for at in x])
    return x, *np.array(edges)


def losses(made, setting):
    return np.array([record.curves["loss"] for record in made.of(setting)])


def test_lines_are_medians_and_bands_quartiles(make, assert_tidy):
    made = make.comparison(OPTIMIZERS)
    figure = draw_curves(made)
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    for i, name in enumerate(OPTIMIZERS["optimizer"]):
        line = line_of(axes, name)
        np.testing.assert_array_equal(line.get_xdata(), make.epochs)
        low, middle, high = np.quantile(losses(made, i), [0.25, 0.5, 0.75], axis=0)
        np.testing.assert_allclose(line.get_ydata(), middle, rtol=1e-12)
        x, below, above = band_of(axes, i)
        np.testing.assert_array_equal(x, make.epochs)
        np.testing.assert_allclose(below, low, rtol=1e-12)
        np.testing.assert_allclose(above, high, rtol=1e-12)
    assert said(figure)[:2] == [
        "loss by epoch",
        "median of 16 seeds, band between the quartiles",
    ]
    assert_tidy(figure)


def test_names_stand_in_the_order_of_the_ends_with_their_medians(make):
    made = make.comparison(OPTIMIZERS, diverged={1: 2})
    figure = draw_curves(made)
    heights = {text.get_text(): text.get_position()[1] for text in figure.texts}
    ends = [float(np.median(made.values(i))) for i in range(3)]
    assert ends == sorted(ends, reverse=True)
    assert heights["gd"] > heights["momentum"] > heights["adam"]
    # From the lowest end up: adam, momentum, gd, each with its note.
    names, notes = said(figure)[2::2], said(figure)[3::2]
    assert names == ["adam", "momentum", "gd"]
    assert notes[1].endswith(", 2 of 16 diverged")
    shown = [float(note.partition(",")[0]) for note in notes]
    assert shown == pytest.approx(ends[::-1], rel=0.01)


@pytest.mark.parametrize("count", [2, 8])
def test_lines_that_share_axes_differ_in_more_than_colour(make, assert_tidy, count):
    figure = draw_curves(make.comparison({"lr": [f"0.{i}" for i in range(1, count + 1)]}))
    (axes,) = figure.axes
    looks = [(line.get_color(), line._dash_pattern) for line in axes.lines]
    assert len({colour for colour, _ in looks}) == count
    dashes = [str(dash) for _, dash in looks]
    # Blue and sky blue are both solid, and far apart in lightness.
    assert len(set(dashes)) >= count - 1
    assert_tidy(figure)


def test_thirty_settings_have_a_panel_each_with_the_others_behind(make, assert_tidy):
    made = make.comparison(THIRTY, diverged={0: 12, 4: 3, 29: 16})
    figure = draw_curves(made)
    assert len(figure.axes) == 30
    for i, axes in enumerate(figure.axes):
        (behind,) = [c for c in axes.collections if isinstance(c, LineCollection)]
        assert len(behind.get_segments()) == 29
        median = np.median(losses(made, i), axis=0) if i not in (0, 4, 29) else None
        line = line_of(axes, made.settings[i].label)
        if median is not None:
            np.testing.assert_allclose(line.get_ydata(), median, rtol=1e-12)
        assert axes.get_ylim() == figure.axes[0].get_ylim()
        assert axes.get_xlim() == figure.axes[0].get_xlim()
    # Optimizers are rows, rates columns.
    boxes = np.array([axes.get_position().bounds[:2] for axes in figure.axes]).reshape(5, 6, 2)
    assert (np.diff(boxes[..., 0], axis=1) > 0).all()
    assert (np.diff(boxes[..., 1], axis=0) < 0).all()
    assert "gd, lr 0.001" in said(figure)
    assert "12 of 16 diverged" in said(figure)
    assert_tidy(figure)


def test_a_median_that_is_lost_leaves_the_picture_with_a_cross(make, assert_tidy):
    made = make.comparison(OPTIMIZERS, diverged={0: 9})
    figure = draw_curves(made)
    (axes,) = figure.axes
    (cross,) = [line for line in axes.lines if line.get_marker() == "X"]
    assert cross.get_ydata()[0] == axes.get_ylim()[1]
    assert cross.get_markerfacecolor() == line_of(axes, "gd").get_color()
    # The median of sixteen is lost with the eighth of them.
    lost = sorted(record.epochs for record in made.of(0) if record.status == "diverged")
    assert lost[7] < cross.get_xdata()[0] < lost[7] + 10
    assert "×: half of the runs diverged or failed" in said(figure)
    assert_tidy(figure)


def test_a_few_lost_runs_leave_the_median_in_the_picture(make):
    figure = draw_curves(make.comparison(OPTIMIZERS, diverged={0: 3}))
    assert not [line for line in figure.axes[0].lines if line.get_marker() == "X"]
    assert not any("×" in text for text in said(figure))


@pytest.mark.parametrize("axes", [OPTIMIZERS, THIRTY])
def test_where_all_runs_diverge_that_is_what_is_seen(make, assert_tidy, axes):
    count = len(make.settings(axes))
    figure = draw_curves(make.comparison(axes, diverged=dict.fromkeys(range(count), 16)))
    assert said(figure).count("16 of 16 diverged") == count
    assert_tidy(figure)


def test_runs_that_stopped_early_are_said_and_a_setting_that_ended_has_a_dot(make, assert_tidy):
    settings = make.settings(OPTIMIZERS)
    stops = {0: (1000, 1000), 1: (500, 1000), 2: (300, 400)}
    records = [
        make.record(one.index, seed, stop=stops[one.index][seed])
        for one in settings
        for seed in range(2)
    ]
    made = Comparison(settings, [0, 1], "loss", None, "binary", records)
    figure = draw_curves(made)
    assert "runs that stopped early keep their last value" in said(figure)
    (axes,) = figure.axes
    assert line_of(axes, "adam").get_xdata()[-1] == 400
    (dot,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert dot.get_xdata()[0] == 400
    first, second = (np.array(r.curves["loss"]) for r in made.of(1))
    carried = np.where(make.epochs <= 500, np.resize(first, 101), first[-1])
    np.testing.assert_allclose(line_of(axes, "momentum").get_ydata(), (carried + second) / 2)
    assert_tidy(figure)


def test_one_seed_has_a_line_and_no_band(make, assert_tidy):
    figure = draw_curves(make.comparison({"lr": ["0.1"]}, 1))
    assert not figure.axes[0].collections
    assert said(figure)[1] == "one seed"
    assert_tidy(figure)


def test_settings_whose_runs_are_missing_or_failed_are_named_all_the_same(make, assert_tidy):
    settings = make.settings(OPTIMIZERS)
    records = [make.record(0, 0), make.record(0, 1), make.record(1, 0, status="failed", curves={})]
    made = Comparison(settings, [0, 1], "loss", None, "binary", records)
    figure = draw_curves(made)
    assert {"gd", "momentum", "adam", "failed", "no runs yet"} <= set(said(figure))
    assert said(figure)[1].startswith("median of 1 to 2 seeds")
    assert_tidy(figure)


def test_without_a_curve_there_is_no_picture(make):
    settings = make.settings(OPTIMIZERS)
    assert draw_curves(Comparison(settings, [0], "loss", None, "binary", [])) is None
    failed = [Record(0, 0, status="failed")]
    assert draw_curves(Comparison(settings, [0], "loss", None, "binary", failed)) is None


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize(
    "name", ["$x^2$ %s", "W" * 60, "жΩ" * 20, "_a", "a\nb\tc", "\\frac{", "", "{} %d"]
)
def test_any_label_is_drawn_as_it_reads(make, assert_tidy, name, count):
    figure = draw_curves(make.comparison({"optimizer": [f"{name}{i}" for i in range(count)]}, 3))
    assert_tidy(figure)


def test_chinese_labels_have_room(make, assert_tidy):
    figure = draw_curves(make.comparison({"optimizer": [f"{i}学习率" * 9 for i in range(12)]}, 3))
    with warnings.catch_warnings():
        # Boxes are drawn where no installed font has the characters.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        assert_tidy(figure)


@pytest.mark.parametrize("metric", ["test_accuracy", "r2", "test_mae"])
def test_every_metric_is_drawn(make, assert_tidy, metric):
    figure = draw_curves(make.comparison(OPTIMIZERS, metric=metric, diverged={2: 16}))
    assert_tidy(figure)
    for axes in figure.axes:
        (cross,) = [line for line in axes.lines if line.get_marker() == "X"]
        edge = axes.get_ylim()[1 if metric == "test_mae" else 0]
        assert cross.get_ydata()[0] == edge


def test_of_more_settings_than_have_room_the_best_are_shown(make, assert_tidy):
    figure = draw_curves(make.comparison({"lr": [f"{i}" for i in range(75)]}, 2))
    assert len(figure.axes) == 60
    assert "the best 60 of 75 settings" in said(figure)[1]
    # Later settings learn faster.
    assert "lr 15" in said(figure)
    assert "lr 14" not in said(figure)
    assert_tidy(figure)

import numpy as np
import pytest

from nnplug.comparison.records import Comparison
from nnplug.figures.comparison.sweep import draw_sweep, is_logarithmic
from nnplug.figures.fitting import width_of

RATES = ["0.001", "0.01", "0.1", "1"]


def lines(axes):
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


@pytest.mark.parametrize(
    ("values", "log"),
    [
        ([0.001, 0.01, 0.1, 1], True),
        ([0.1, 0.3, 0.9], True),
        ([8, 16, 32, 64], True),
        ([10, 20, 30], False),
        ([0, 0.7, 0.8, 0.9, 0.95], False),
        ([-1, 0, 1], False),
        ([1, 2, 3, 4, 5], False),
    ],
)
def test_values_by_factors_have_a_logarithmic_axis(make, values, log):
    assert is_logarithmic(values) == log
    made = make.comparison({"lr": [f"{v:g}" for v in values]}, 3)
    assert draw_sweep(made).axes[0].get_xscale() == ("log" if log else "linear")


def test_a_sweep_shows_median_and_quartiles_of_the_ends(make, assert_tidy):
    made = make.comparison({"lr": RATES}, 15)
    figure = draw_sweep(made)
    (axes,) = figure.axes
    values = np.array([made.values(i) for i in range(4)])
    x, y = lines(axes)["median"].get_data()
    np.testing.assert_array_equal(x, [0.001, 0.01, 0.1, 1])
    np.testing.assert_allclose(y, np.median(values, axis=1))
    vertices = axes.collections[0].get_paths()[0].vertices
    for at, row in zip(x, values, strict=True):
        edges = vertices[vertices[:, 0] == at, 1]
        expected = np.quantile(row, [0.25, 0.75])
        np.testing.assert_allclose([edges.min(), edges.max()], expected)
    assert [t.get_text() for t in axes.get_xticklabels()] == RATES
    assert axes.get_xlabel() == "lr"
    assert figure.texts[0].get_text() == "loss by lr"
    assert_tidy(figure)


def test_values_are_in_order_whatever_the_order_they_were_given_in(make):
    figure = draw_sweep(make.comparison({"lr": ["1", "0.01", "0.1"]}, 2))
    x, y = lines(figure.axes[0])["median"].get_data()
    np.testing.assert_array_equal(x, [0.01, 0.1, 1])
    assert y[2] > y[1]  # setting 0 learns most slowly


def test_everything_else_that_is_varied_has_a_line(make, assert_tidy):
    figure = draw_sweep(make.comparison({"optimizer": ["gd", "adam"], "lr": RATES}, 5))
    assert set(lines(figure.axes[0])) == {"gd", "adam"}
    assert_tidy(figure)


def test_many_lines_have_a_panel_each(make, assert_tidy):
    axes = {"optimizer": ["gd", "adam", "sgd"], "activation": ["relu", "tanh", "elu"], "lr": RATES}
    figure = draw_sweep(make.comparison(axes, 5, diverged={0: 5, 1: 1}))
    assert len(figure.axes) == 9
    assert "gd, relu" in [t.get_text() for t in figure.texts]
    assert_tidy(figure)


def test_each_value_at_which_half_of_the_runs_are_lost_is_crossed(make, assert_tidy):
    axes = {"optimizer": ["gd", "adam"], "lr": RATES}
    figure = draw_sweep(make.comparison(axes, 6, diverged={1: 6, 3: 3, 2: 2, 7: 6}))
    (axes,) = figure.axes
    crosses = [line for line in axes.lines if line.get_marker() == "X"]
    assert sorted(line.get_xdata()[0] for line in crosses) == [0.01, 1, 1]
    notes = " ".join(t.get_text() for t in figure.texts)
    assert "11 of 24 diverged" in notes
    # Those of several lines at one place lie below each other.
    figure.canvas.draw()
    places = {
        tuple(np.round(line.get_transform().transform(line.get_xydata()[0]))) for line in crosses
    }
    assert len(places) == 3
    assert_tidy(figure)


def test_the_best_value_is_said(make):
    figure = draw_sweep(make.comparison({"lr": RATES}, 3, diverged={3: 3}))
    (note,) = [t.get_text() for t in figure.texts if t.get_text().startswith("best ")]
    assert note.split(" at ")[1].startswith("0.1,")


def test_ticks_that_have_no_room_are_not_named(make, assert_tidy):
    figure = draw_sweep(make.comparison({"lr": [f"{i / 100:g}" for i in range(100)]}, 1))
    named = [t.get_text() for t in figure.axes[0].get_xticklabels() if t.get_text()]
    assert 5 < len(named) < 40
    assert sum(map(width_of, named)) < 900
    assert_tidy(figure)


@pytest.mark.parametrize(
    "axes",
    [
        {"optimizer": ["gd", "adam", "sgd"]},
        {"lr": ["0.1", "1"]},
        {"hidden_dims": ["4,4", "8,8", "16,16"]},
        {"lr": ["0.1"]},
        {"clip": ["none", "1", "2"]},
    ],
)
def test_without_three_numbers_there_is_no_sweep(make, axes):
    assert draw_sweep(make.comparison(axes, 2)) is None


def test_without_runs_there_is_no_sweep_and_with_some_there_is(make, assert_tidy):
    settings = make.settings({"lr": RATES})
    assert draw_sweep(Comparison(settings, [0], "loss", None, "binary", [])) is None
    made = Comparison(settings, [0], "loss", None, "binary", [make.record(1, 0)])
    assert_tidy(draw_sweep(made))


def test_all_diverged(make, assert_tidy):
    figure = draw_sweep(make.comparison({"lr": RATES}, 2, diverged=dict.fromkeys(range(4), 2)))
    assert len([line for line in figure.axes[0].lines if line.get_marker() == "X"]) == 4
    assert_tidy(figure)

import numpy as np
import pytest

from nnplug.figures.comparison.quartiles import Series
from nnplug.figures.comparison.side import Side, side_of
from nnplug.figures.style import look, new_figure

INF = np.inf


def line(*middle, x=None):
    values = np.array(middle, float)
    at = np.arange(len(values), dtype=float) if x is None else np.array(x, float)
    return Series("a", "", at, values, values, values, 1)


@pytest.fixture
def comparison(make):
    return make.comparison({"lr": ["1"]}, 2)


@pytest.mark.parametrize(
    ("values", "log"),
    [
        ((0.7, 0.1, 0.001), True),
        ((0.7, 0.3, 0.1), False),
        ((0.7, 0.001, 0.0), True),
        ((0.7, 0.001, -1.0), False),
        ((0.7,), False),
        ((INF, INF), False),
        ((), False),
    ],
)
def test_a_loss_that_spans_decades_has_a_logarithmic_axis(comparison, values, log):
    side = side_of(comparison, [line(*values)])
    assert side.log == log
    assert side.low < side.high
    inside = [v for v in values if np.isfinite(v)]
    assert all(0 <= side.height(value) <= 1 for value in inside)


def test_zeros_lie_at_the_lower_edge_of_a_logarithmic_axis_and_are_named(comparison):
    side = side_of(comparison, [line(0.7, 0.001, 0.0)])
    assert 0 < side.height(0.0) < side.height(0.001)
    with look():
        figure = new_figure(300, 200)
        axes = figure.add_subplot()
        side.apply(axes)
        figure.canvas.draw()
    ticks = {t.get_text(): t.get_position()[1] for t in axes.get_yticklabels()}
    assert ticks["0"] == side.zero
    assert ticks["0.001"] == pytest.approx(0.001)


def test_the_picture_ends_ten_times_above_an_untrained_network(comparison):
    side = side_of(comparison, [line(0.7, 1e9, 0.01), line(0.7, 6.9, 0.5)])
    assert 6.9 < side.high < 20
    assert side.height(1e9) > 1
    assert side.height(INF) > 1


def test_where_everything_is_far_off_it_is_shown(comparison):
    assert side_of(comparison, [line(1e8, 1e9)]).high >= 1e9


@pytest.mark.parametrize(("metric", "lowest"), [("test_accuracy", 0.0), ("r2", -1.0)])
def test_scores_reach_to_one_and_not_far_below(make, metric, lowest):
    made = make.comparison({"lr": ["1"]}, 2, metric=metric)
    side = side_of(made, [line(-50.0, 0.3, 0.9)])
    assert side.high > 1
    assert lowest - 0.2 < side.low < lowest
    assert side_of(made, [line(0.5, 0.99)]).low == pytest.approx(0.475)
    assert side.height(-INF) < 0


def test_a_line_that_ends_inside_has_no_exit(comparison):
    side = Side("loss", 0, 1)
    assert side.exit(line(0.5, INF, 0.5)) is None
    assert side.exit(line()) is None
    assert [(o.x, o.lost) for o in side.outside(line(0.5, INF, 0.5, 2.0))] == [
        (1, True),
        (3, False),
    ]


@pytest.mark.parametrize(
    ("side", "middle", "expected"),
    [
        # Beyond the edge a line goes on by one height of the picture: half of the way is inside.
        (Side("loss", 0, 1), (0.0, INF), (0.5, 1, True)),
        (Side("loss", 0, 1), (0.0, 1.25), (0.8, 1, False)),
        (Side("loss", 0, 1), (0.5, 0.0, 2.0, INF), (1.5, 1, True)),
        (Side("loss", 0, 1), (3.0, INF), (0, 1, True)),
        (Side("accuracy", 0, 1), (1.0, -INF), (0.5, 0, True)),
        (Side("loss", 1, 100, log=True), (10.0, INF), (1 / 3, 100, True)),
    ],
)
def test_a_line_is_marked_where_it_leaves_for_good(side, middle, expected):
    found = side.exit(line(*middle))
    assert (found.x, found.y, found.lost) == (pytest.approx(expected[0]), *expected[1:])


def test_accuracies_are_in_percent(make):
    with look():
        figure = new_figure(300, 200)
        axes = figure.add_subplot()
        Side("test_accuracy", 0.5, 1).apply(axes)
        figure.canvas.draw()
    assert axes.get_ylabel() == "held-out accuracy"
    assert all(t.get_text().endswith(" %") for t in axes.get_yticklabels())

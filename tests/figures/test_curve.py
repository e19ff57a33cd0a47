import numpy as np
import pytest

from nnplug.engine.history import History
from nnplug.figures import curve
from nnplug.figures.style import look, new_figure


@pytest.fixture
def axes():
    with look():
        yield new_figure(400, 200).add_subplot()


def recorded(**series):
    history = History()
    for name, values in series.items():
        for epoch, value in enumerate(values):
            history.record(name, 10 * epoch, value)
    return history


@pytest.mark.parametrize(
    ("loss", "scale"),
    [
        ([1.0, 0.1, 0.001], "log"),
        ([1.0, 0.9, 0.5], "linear"),
        ([1.0, 0.1, 0.0], "linear"),
        ([1.0, -1.0, 1e-6], "linear"),
        ([0.7], "linear"),
        ([1e300, 1.0], "log"),
    ],
)
def test_a_loss_that_spans_decades_has_a_logarithmic_axis(axes, loss, scale):
    curve.draw_loss(axes, recorded(loss=loss))
    assert axes.get_yscale() == scale


def test_test_curves_are_dashed_and_named(axes):
    history = recorded(loss=[1.0, 0.5], test_loss=[1.0, 0.7])
    curve.draw_loss(axes, history)
    train, test = axes.lines
    assert (train.get_linestyle(), test.get_linestyle()) == ("-", "--")
    np.testing.assert_array_equal(test.get_xydata(), [[0, 1.0], [10, 0.7]])
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["train", "test"]


def test_one_curve_needs_no_legend(axes):
    curve.draw_loss(axes, recorded(loss=[1.0, 0.5]))
    assert axes.get_legend() is None


@pytest.mark.parametrize(("name", "label"), [("accuracy", "accuracy"), ("r2", "R²")])
def test_the_score_of_the_task_is_drawn(axes, name, label):
    assert curve.draw_score(axes, recorded(**{name: [0.4, 0.8]}))
    assert axes.get_ylabel() == label
    low, high = axes.get_ylim()
    assert low < 0.4
    assert high > 1


def test_a_history_without_a_score_draws_nothing(axes):
    assert not curve.draw_score(axes, recorded(loss=[1.0]))
    assert len(axes.lines) == 0


def test_an_early_r2_far_below_zero_does_not_squeeze_the_rest(axes):
    curve.draw_score(axes, recorded(r2=[-1e6, 0.5, 0.9]))
    assert axes.get_ylim()[0] > -1.5


def test_scores_that_are_not_finite_draw_nothing_strange(axes):
    curve.draw_score(axes, recorded(r2=[np.nan, -np.inf, 0.5]))
    assert np.isfinite(axes.get_ylim()).all()

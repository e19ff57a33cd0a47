import numpy as np
import pytest

from nnplug.figures import agreement
from nnplug.figures.style import new_figure


@pytest.fixture
def axes():
    return new_figure(300, 300).add_subplot()


def test_confusion_counts_truth_by_row():
    truth, predicted = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 0, 2, 2])
    expected = [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    np.testing.assert_array_equal(agreement.confusion(truth, predicted, 3), expected)


def test_a_matrix_shows_shares_in_colour_and_counts_in_figures(axes):
    agreement.draw_confusion(axes, np.array([[3, 1], [0, 0]]), ("no", "yes"))
    np.testing.assert_array_equal(axes.images[0].get_array(), [[0.75, 0.25], [0, 0]])
    assert {(t.get_position(), t.get_text()) for t in axes.texts} == {((0, 0), "3"), ((1, 0), "1")}
    assert [t.get_text() for t in axes.get_yticklabels()] == ["no", "yes"]


def test_many_classes_have_colours_alone(axes):
    agreement.draw_confusion(axes, np.eye(30, dtype=int), ())
    assert len(axes.texts) == 0


def test_the_line_of_agreement_reaches_through(axes):
    truth = np.array([[0.0], [10.0]])
    agreement.draw_agreement(axes, truth, np.array([[-5.0], [np.inf]]), ("y",))
    assert axes.get_xlim() == axes.get_ylim()
    low, high = axes.get_xlim()
    assert low < -5
    assert 10 < high < 20


def test_a_constant_target_has_room_around_it(axes):
    agreement.draw_agreement(axes, np.ones((5, 1)), np.ones((5, 1)), ())
    low, high = axes.get_xlim()
    assert low < 1 < high

import numpy as np
import pytest

from nnplug.figures import samples
from nnplug.figures.style import new_figure


@pytest.mark.parametrize(
    ("wrong", "chosen"),
    [
        ([0, 0, 0, 0, 0, 0], [0, 1, 2, 3]),
        ([1, 1, 1, 1, 1, 1], [0, 1, 2, 3]),
        ([0, 1, 0, 1, 1, 0], [0, 2, 1, 3]),
        ([0, 1, 1, 1, 1, 1], [0, 1, 2, 3]),
        ([0, 0, 0, 0, 0, 1], [0, 1, 2, 5]),
        ([0, 1], [0, 1]),
    ],
)
def test_up_to_half_of_the_samples_are_wrong_ones(wrong, chosen):
    assert samples.choose(np.array(wrong, bool), 4).tolist() == chosen


@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 1), (5, 4, 2), (5, 4, 3), (2, 5, 4, 3)])
def test_any_pictures_are_drawn_between_black_and_white(shape):
    axes = new_figure(300, 300).add_subplot()
    images = np.random.default_rng(0).normal(size=(4, *shape)) * 100
    truth = np.array([0, 1, 0, 1])
    samples.draw_samples(axes, images, truth, truth[::-1], ("a", "b"), rows=2, columns=2)
    assert len(axes.images) == 4
    for image in axes.images:
        pixels = np.asarray(image.get_array())
        assert pixels.shape in {shape[:2], (*shape[:2], 3)}
        assert pixels.min() >= 0
        assert pixels.max() <= 1
    assert [t.get_text() for t in axes.texts] == ["a → b", "b → a", "a → b", "b → a"]


def test_blank_pictures_are_drawn():
    axes = new_figure(300, 300).add_subplot()
    samples.draw_samples(axes, np.zeros((1, 3, 3)), np.array([0]), None, (), rows=1, columns=1)
    assert [t.get_text() for t in axes.texts] == ["0"]

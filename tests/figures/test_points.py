import numpy as np
import pytest

from nnplug.core.dataset import Data
from nnplug.figures import points


def taking_turns(n: int) -> Data:
    """Return points of two classes that take turns, as spirals have them."""
    return Data(np.random.default_rng(0).random((n, 2)), np.arange(n)[:, None] % 2.0, "binary")


@pytest.mark.parametrize("n", [4000, 4001, 5000])
def test_of_many_points_a_fair_part_of_each_class_is_drawn(n):
    data = taking_turns(n)
    rows = points.some(data)
    assert len(set(rows.tolist())) == 2000
    # Four standard deviations of a count that is drawn without replacement are about 70.
    for part in (slice(None), slice(1000), slice(1000, None)):
        assert abs(data.y[rows[part]].mean() - 0.5) < 0.07
    np.testing.assert_array_equal(rows, points.some(data))


def test_few_points_are_all_drawn():
    data = taking_turns(2000)
    assert len(data.x[points.some(data)]) == 2000
    assert len(data.x[points.some(data, 10)]) == 10


def test_more_points_are_smaller_and_small_ones_have_no_white_rim():
    sizes = [points.size_for(n) for n in (20, 100, 200, 500, 2000)]
    assert sizes == sorted(sizes, reverse=True)
    assert points.rim_for(sizes[0]) > 0
    assert points.rim_for(sizes[-1]) == 0
    assert points.rim_for(sizes[-1], held_out=True) > 0

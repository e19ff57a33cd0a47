"""The datasets: the labs' rows typed out, rules, and where the points lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Dataset
from nnplug.core.errors import SpecError
from nnplug.plugins.datasets.chessboard import Chessboard
from nnplug.plugins.datasets.linear import Linear
from nnplug.plugins.datasets.xor import Xor

# The 21 rows of the lab exercise, in its order: x1, x2, label.
LAB_XOR = [
    (0.0, 0.0, 0),
    (0.0, 1.0, 1),
    (0.1, 0.1, 0),
    (0.1, 0.9, 1),
    (0.2, 0.2, 0),
    (0.2, 0.8, 1),
    (0.3, 0.3, 0),
    (0.3, 0.7, 1),
    (0.4, 0.4, 0),
    (0.4, 0.6, 1),
    (0.5, 0.5, 0),
    (0.6, 0.6, 0),
    (0.6, 0.4, 1),
    (0.7, 0.7, 0),
    (0.7, 0.3, 1),
    (0.8, 0.8, 0),
    (0.8, 0.2, 1),
    (0.9, 0.9, 0),
    (0.9, 0.1, 1),
    (1.0, 1.0, 0),
    (1.0, 0.0, 1),
]
every = pytest.mark.parametrize("dataset", [Linear(), Xor(), Chessboard()], ids=repr)
drawn = pytest.mark.parametrize("dataset", [Linear(), Chessboard()], ids=repr)


@every
def test_points_labels_and_domain(dataset: Dataset) -> None:
    data = dataset.load(np.random.default_rng(0))
    assert data.task == "binary"
    assert data.x.dtype == data.y.dtype == np.float64
    assert set(np.unique(data.y)) == {0.0, 1.0}
    assert len(data.names) == len(data.columns) == data.x.shape[1] == len(data.domain)
    low, high = np.array(data.domain).T
    assert (data.x >= low).all()
    assert (data.x <= high).all()
    np.testing.assert_array_equal(dataset.rule(data.x), data.y)


@every
def test_the_generator_alone_decides(dataset: Dataset) -> None:
    a, b, c = (dataset.load(np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(a.x, b.x)
    np.testing.assert_array_equal(a.y, b.y)
    assert np.array_equal(a.x, c.x) == dataset.fixed


@drawn
def test_points_are_uniform_in_the_unit_square(dataset: Dataset) -> None:
    x = type(dataset)(n=20_000).load(np.random.default_rng(0)).x
    # Mean 1/2, variance 1/12, fourth moment 1/80 of a uniform distribution; five sigma.
    assert x.mean(axis=0) == pytest.approx([0.5, 0.5], abs=5 * (1 / 12 / 20_000) ** 0.5)
    sigma = ((1 / 80 - 1 / 144) / 20_000) ** 0.5
    assert x.var(axis=0) == pytest.approx([1 / 12, 1 / 12], abs=5 * sigma)
    assert np.corrcoef(x.T)[0, 1] == pytest.approx(0, abs=5 / 20_000**0.5)


def test_xor_is_the_labs_21_rows_in_their_order() -> None:
    data = Xor().load(np.random.default_rng(0))
    np.testing.assert_array_equal(np.hstack([data.x, data.y]), LAB_XOR)
    assert (data.y == 0).mean() == 11 / 21


def test_linear_has_the_labs_hundred_points_and_rule() -> None:
    assert len(Linear().load(np.random.default_rng(0))) == 100
    points = np.array([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5]])
    np.testing.assert_array_equal(Linear().rule(points), [[0], [1], [1]])


def test_chessboard_by_hand() -> None:
    # The middles of the four squares of the lowest row, and of the first column.
    middles = np.array([0.125, 0.375, 0.625, 0.875])
    row = np.stack([middles, np.full(4, 0.125)], axis=1)
    np.testing.assert_array_equal(Chessboard().rule(row), [[0], [1], [0], [1]])
    np.testing.assert_array_equal(Chessboard().rule(row[:, ::-1]), [[0], [1], [0], [1]])
    np.testing.assert_array_equal(Chessboard().rule(np.array([[0.375, 0.375]])), [[0]])


def test_chessboard_of_two_cells_is_xor_of_the_halves() -> None:
    points = np.random.default_rng(0).random((500, 2))
    np.testing.assert_array_equal(Chessboard(cells=2).rule(points), Xor().rule(points))


@settings(deadline=None)
@given(st.integers(2, 12), st.integers(0, 10), st.integers(0, 11), st.booleans())
def test_the_next_square_has_the_other_colour(cells: int, i: int, j: int, down: bool) -> None:
    middle = np.array([[(i + 0.5) / cells, (j + 0.5) / cells]])
    step = np.array([[0.0, 1.0]] if down else [[1.0, 0.0]]) / cells
    board = Chessboard(cells=cells)
    assert board.rule(middle)[0, 0] + board.rule(middle + step)[0, 0] == 1


@drawn
@pytest.mark.parametrize("n", [2, 333])
def test_n_points(dataset: Dataset, n: int) -> None:
    data = type(dataset)(n=n).load(np.random.default_rng(0))
    assert data.x.shape == (n, 2)
    assert data.y.shape == (n, 1)


def test_hyperparameters_out_of_range() -> None:
    with pytest.raises(SpecError, match="cells must be >= 2"):
        Chessboard(cells=1)
    with pytest.raises(SpecError, match="n must be >= 2"):
        Linear(n=1)

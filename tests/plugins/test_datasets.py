"""The datasets: the labs' rows typed out, rules, and where the points lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Dataset
from nnplug.core.errors import SpecError
from nnplug.plugins.datasets.chessboard import Chessboard
from nnplug.plugins.datasets.linear import Linear
from nnplug.plugins.datasets.quadrants import Quadrants
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
DRAWN = [Linear(), Chessboard(), Quadrants()]
every = pytest.mark.parametrize("dataset", [Xor(), *DRAWN], ids=repr)
drawn = pytest.mark.parametrize("dataset", DRAWN, ids=repr)


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


def test_quadrants_are_xor_everywhere() -> None:
    points = np.random.default_rng(0).random((500, 2))
    np.testing.assert_array_equal(Quadrants().rule(points), Xor().rule(points))


@pytest.mark.parametrize("margin", [0.05, 0.3])
def test_quadrants_keep_a_margin_and_stay_uniform_beside_it(margin: float) -> None:
    x = Quadrants(n=20_000, margin=margin).load(np.random.default_rng(0)).x
    assert np.abs(x - 0.5).min() >= margin
    assert np.abs(x - 0.5).min() < margin + 0.001
    assert np.abs(x - 0.5).max() <= 0.5
    for side in (x[x < 0.5], 1 - x[x > 0.5]):
        # Uniform on [0, 1/2 - margin): its mean, and half of the points; five sigma.
        width = 0.5 - margin
        assert side.mean() == pytest.approx(width / 2, abs=5 * width / (12 * len(side)) ** 0.5)
        assert len(side) / x.size == pytest.approx(0.5, abs=5 * 0.5 / x.size**0.5)


def test_the_noise_of_quadrants_turns_a_share_of_the_labels_and_moves_no_point() -> None:
    plain, noisy = (
        Quadrants(n=20_000, noise=noise).load(np.random.default_rng(0)) for noise in (0.0, 0.2)
    )
    np.testing.assert_array_equal(plain.x, noisy.x)
    turned = (plain.y != noisy.y).mean()
    assert turned == pytest.approx(0.2, abs=5 * (0.16 / 20_000) ** 0.5)


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
    with pytest.raises(SpecError, match="margin must be >= 0"):
        Quadrants(margin=0.5)
    with pytest.raises(SpecError, match="noise must be >= 0"):
        Quadrants(noise=0.6)

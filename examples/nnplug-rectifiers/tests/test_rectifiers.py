"""What every activation must do, and what these two promise beside it."""

import numpy as np
import pytest

import nnplug.testing
from nnplug_rectifiers import Mish, SquaredReLU

test_conformance = nnplug.testing.parametrize("nnplug-rectifiers")

# z, mish(z) and its derivative, by mpmath in 50 digits.
MISH = [
    (-20.0, -4.1223072406287614006e-8, -3.9161918743489690753e-8),
    (-5.0, -0.033576237730161705396, -0.026747498019901933504),
    (-1.0, -0.30340146137410891807, 0.059216755877394948006),
    (0.5, 0.37524521130489510482, 0.88642437535772725845),
    (1.0, 0.86509838826731034612, 1.0490362200997921591),
    (3.0, 2.9865350049679573191, 1.0211069109294437727),
]


@pytest.mark.parametrize(("z", "y", "slope"), MISH)
def test_mish_has_the_values_of_its_formula(z: float, y: float, slope: float) -> None:
    found = Mish().forward(np.array([[z]]))
    assert found.item() == pytest.approx(y, rel=1e-14)
    assert Mish().derivative(np.array([[z]]), found).item() == pytest.approx(slope, rel=1e-13)


def test_mish_is_lowest_where_the_docstring_says() -> None:
    z = np.array([[-1.1924312145154952121]])
    y = Mish().forward(z)
    assert y.item() == pytest.approx(-0.30884341301725040663, rel=1e-15)
    assert Mish().derivative(z, y).item() == pytest.approx(0, abs=1e-15)


def test_mish_passes_what_is_large_and_cuts_off_what_is_far_below() -> None:
    y = Mish().forward(np.array([[40.0, 1e6, -800.0]]))
    assert y.tolist() == [[40.0, 1e6, 0.0]]


def test_squared_relu_squares_what_is_positive() -> None:
    y = SquaredReLU().forward(np.array([[-3.0, -0.0, 0.5, 3.0]]))
    assert y.tolist() == [[0.0, 0.0, 0.25, 9.0]]


@pytest.mark.parametrize(("variance", "mean_square"), [(1.0, 1.5), (2.0, 6.0)])
def test_squared_relu_gives_the_mean_square_that_its_docstring_says(
    variance: float, mean_square: float
) -> None:
    # Exact for polynomials of degree 5, and of z and -z together y^2 is z^4.
    z, weights = np.polynomial.hermite_e.hermegauss(3)
    y = SquaredReLU().forward(np.sqrt(variance) * np.stack([z, -z]))
    assert (y**2 @ weights).sum() / 2 / weights.sum() == pytest.approx(mean_square)

"""The schedules against constants of 50 digits."""

from itertools import pairwise

import mpmath as mp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core.errors import SpecError
from nnplug.plugins.schedules.constant import Constant
from nnplug.plugins.schedules.cosine import Cosine


@pytest.mark.parametrize(("step", "total"), [(0, 1), (0, 10), (9, 10)])
def test_constant(step: int, total: int) -> None:
    assert Constant().factor(step, total) == 1.0


@pytest.mark.parametrize("floor", [0.0, 0.1, 1.0])
@pytest.mark.parametrize(("step", "total"), [(0, 1), (0, 7), (3, 7), (6, 7), (999, 1000)])
def test_cosine(step: int, total: int, floor: float) -> None:
    # eta_min + (eta_max - eta_min) (1 + cos(pi T_cur / T_i)) / 2, with eta_max = 1.
    with mp.workdps(50):
        low = mp.mpf(floor)
        expected = low + (1 - low) * (1 + mp.cos(mp.pi * mp.mpf(step) / total)) / 2
        assert Cosine(floor=floor).factor(step, total) == pytest.approx(float(expected), abs=1e-15)


def test_cosine_by_hand() -> None:
    factors = [Cosine().factor(step, 6) for step in range(6)]
    # cos(60 degrees) = 1/2, cos(90 degrees) = 0, cos(120 degrees) = -1/2
    assert factors[0] == 1.0
    assert factors[2:5] == pytest.approx([0.75, 0.5, 0.25], rel=1e-15)


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0, 1))
def test_cosine_falls_from_one_to_its_floor(total: int, floor: float) -> None:
    factors = [Cosine(floor=floor).factor(step, total) for step in range(total)]
    assert factors[0] == 1.0
    assert all(a >= b for a, b in pairwise(factors))
    assert floor <= factors[-1]
    if total > 1:
        # (1 - cos(x)) / 2 <= x^2 / 4, one step from the end.
        assert factors[-1] - floor <= 9.87 / 4 / total**2 + 1e-15


@pytest.mark.parametrize("floor", [-0.1, 1.1])
def test_a_floor_is_a_fraction(floor: float) -> None:
    with pytest.raises(SpecError, match="floor must be >= 0, <= 1"):
        Cosine(floor=floor)

"""The schedules against constants of 50 digits."""

from itertools import pairwise
from typing import Any

import mpmath as mp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Schedule
from nnplug.core.errors import SpecError
from nnplug.core.registry import default_registry
from nnplug.plugins.schedules.constant import Constant
from nnplug.plugins.schedules.cosine import Cosine
from nnplug.plugins.schedules.exponential import Exponential
from nnplug.plugins.schedules.one_cycle import OneCycle
from nnplug.plugins.schedules.step import Step
from nnplug.plugins.schedules.warmup_cosine import WarmupCosine


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


def test_step_by_hand() -> None:
    factors = [Step().factor(step, 8) for step in range(8)]
    assert factors == pytest.approx([1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01], rel=1e-15)
    halves = Step(drop=0.5, at=(0.25,))
    assert [halves.factor(step, 4) for step in range(4)] == [1, 0.5, 0.5, 0.5]


def test_step_drops_are_written_as_a_list() -> None:
    built: Any = default_registry().build("schedule", "step:at=(0.3/0.6/0.9),drop=0.5")
    assert built == Step(drop=0.5, at=(0.3, 0.6, 0.9))
    assert [built.factor(step, 10) for step in (2, 3, 6, 9)] == [1, 0.5, 0.25, 0.125]


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, exclude_max=True), max_size=4), st.integers(1, 300))
def test_step_takes_each_drop_at_the_first_step_behind_it(at: list[float], total: int) -> None:
    schedule = Step(drop=0.5, at=tuple(at))
    factors = [schedule.factor(step, total) for step in range(total)]
    assert set(factors) <= {0.5**k for k in range(len(at) + 1)}
    assert all(a >= b for a, b in pairwise(factors))
    for k in range(total):
        assert factors[k] == 0.5 ** sum(k / total >= point for point in at)


@pytest.mark.parametrize("floor", [0.01, 0.5, 1.0])
@pytest.mark.parametrize(("step", "total"), [(0, 1), (0, 7), (3, 7), (6, 7), (999, 1000)])
def test_exponential(step: int, total: int, floor: float) -> None:
    with mp.workdps(50):
        expected = mp.exp(mp.log(mp.mpf(floor)) * step / total)
        assert Exponential(floor=floor).factor(step, total) == pytest.approx(
            float(expected), rel=1e-15
        )


def test_exponential_falls_by_the_same_share_at_every_step() -> None:
    factors = [Exponential(floor=0.001).factor(step, 50) for step in range(50)]
    shares = [b / a for a, b in pairwise(factors)]
    # 0.001^(1/50) = 0.87096358995608063751
    assert shares == pytest.approx([0.87096358995608063751] * 49, rel=1e-14)


def test_warmup_cosine_by_hand() -> None:
    schedule = WarmupCosine(warmup=0.4, floor=0.5)
    factors = [schedule.factor(step, 10) for step in range(10)]
    # Up by quarters, then 0.75 + 0.25 cos of 0, 30, 60, ... degrees.
    assert factors[:4] == pytest.approx([0.25, 0.5, 0.75, 1.0], rel=1e-14)
    assert factors[4] == 1.0
    assert factors[6] == pytest.approx(0.75 + 0.25 / 2, rel=1e-14)
    assert factors[7] == pytest.approx(0.75, rel=1e-14)


@settings(deadline=None)
@given(st.integers(1, 300), st.floats(0, 0.99), st.floats(0, 1))
def test_warmup_cosine_rises_to_one_and_falls_to_its_floor(
    total: int, warmup: float, floor: float
) -> None:
    schedule = WarmupCosine(warmup=warmup, floor=floor)
    factors = [schedule.factor(step, total) for step in range(total)]
    top = factors.index(max(factors))
    assert max(factors) <= 1
    assert all(a <= b for a, b in pairwise(factors[: top + 1]))
    assert all(a >= b - 1e-15 for a, b in pairwise(factors[top:]))
    assert min(factors) > 0 or floor == 0
    without = WarmupCosine(warmup=0.0, floor=floor)
    assert without.factor(total // 2, total) == Cosine(floor=floor).factor(total // 2, total)


def test_one_cycle_by_hand() -> None:
    schedule = OneCycle(rise=0.4, start=0.2, floor=0.1)
    factors = [schedule.factor(step, 10) for step in range(10)]
    # 0.6 - 0.4 cos of 0, 45, 90, 135 degrees, then 0.55 + 0.45 cos of 0, 30, ... degrees.
    root = 0.70710678118654752440
    up = [0.2, 0.6 - 0.4 * root, 0.6, 0.6 + 0.4 * root]
    assert factors[:5] == pytest.approx([*up, 1.0], rel=1e-14)
    assert factors[6:8] == pytest.approx([0.55 + 0.225, 0.55], rel=1e-14)


@settings(deadline=None)
@given(st.integers(1, 300), st.floats(0.01, 0.99), st.floats(0, 1), st.floats(0, 1))
def test_one_cycle_goes_up_once_and_down_once(
    total: int, rise: float, start: float, floor: float
) -> None:
    schedule = OneCycle(rise=rise, start=start, floor=floor)
    factors = [schedule.factor(step, total) for step in range(total)]
    assert factors[0] == pytest.approx(start, abs=1e-15)
    top = factors.index(max(factors))
    assert min(start, floor) - 1e-15 <= min(factors)
    assert max(factors) <= 1
    assert all(a <= b + 1e-15 for a, b in pairwise(factors[: top + 1]))
    assert all(a >= b - 1e-15 for a, b in pairwise(factors[top:]))


@pytest.mark.parametrize("schedule", [Step(), Exponential(), WarmupCosine(), OneCycle()], ids=repr)
@pytest.mark.parametrize("total", [1, 2, 3, 1000])
def test_a_factor_is_a_python_number_from_0_to_1(schedule: Schedule, total: int) -> None:
    for step in range(total):
        factor = schedule.factor(step, total)
        assert type(factor) is float
        assert 0 <= factor <= 1


@pytest.mark.parametrize(
    ("cls", "wrong"),
    [
        (Step, {"drop": 0.0}),
        (Step, {"at": (0.5, 1.0)}),
        (Exponential, {"floor": 0.0}),
        (WarmupCosine, {"warmup": 1.0}),
        (OneCycle, {"rise": 0.0}),
        (OneCycle, {"start": 1.5}),
    ],
)
def test_hyperparameters_out_of_range(cls: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=next(iter(wrong))):
        cls(**wrong)

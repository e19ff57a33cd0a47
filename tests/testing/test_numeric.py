"""Finite differences: how exact they are, and that kinks are found and not smoothed over."""

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.testing.numeric import directional, find_kinks, partials, slope

Pair = tuple[Callable[[Any], Any], Callable[[Any], Any]]

# Functions for NumPy, and the same for mpmath, which differentiates them in 50 digits.
SMOOTH: dict[str, Pair] = {
    "tanh": (np.tanh, mp.tanh),
    "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(z / 2), lambda z: 1 / (1 + mp.exp(-z))),
    "silu": (lambda z: z * (0.5 + 0.5 * np.tanh(z / 2)), lambda z: z / (1 + mp.exp(-z))),
    "softplus": (lambda z: np.logaddexp(0, z), lambda z: mp.log(1 + mp.exp(z))),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda z: z / (1 + abs(z))),
    "sin": (np.sin, mp.sin),
    "cube": (lambda z: z**3 / 100, lambda z: z**3 / 100),
    "steep": (lambda z: np.tanh(50 * z), lambda z: mp.tanh(50 * z)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_errors_are_below_a_billionth(name: str) -> None:
    f, exact = SMOOTH[name]
    z = np.random.default_rng(0).uniform(-30, 30, 60)
    found = slope(lambda s: f(z + s))
    with mp.workdps(50):
        true = np.array([float(mp.diff(exact, mp.mpf(float(x)))) for x in z])
    assert np.abs(found.value - true).max() < 1e-9
    assert found.trusted(1e-7, 1e-8).all()


def test_the_stated_error_bounds_the_real_one() -> None:
    z = np.random.default_rng(1).uniform(-0.1, 0.1, 200)
    found = slope(lambda s: np.tanh(200 * (z + s)))
    true = 200 * (1 - np.tanh(200 * z) ** 2)
    assert (np.abs(found.value - true) <= 10 * found.error + 1e-8).all()


@given(st.floats(-1e-6, 1e-6))
def test_a_kink_within_the_shortest_stencil_is_not_trusted(off: float) -> None:
    found = slope(lambda s: np.array([max(s - off, 0.0)]))
    assert not found.trusted(1e-6, 1e-8).any()


def test_a_kink_further_off_is_dodged_with_a_shorter_step() -> None:
    for off in (5e-4, 5e-5):
        found = slope(lambda s, a=off: np.array([3.0 * s + 10 * max(s - a, 0.0)]))  # type: ignore[misc]
        assert found.trusted(1e-6, 1e-8).all()
        np.testing.assert_allclose(found.value, 3.0, rtol=1e-9)


@pytest.mark.parametrize("far", [0.0, 100.0])
@pytest.mark.parametrize("jump", [4.0, 1.0, 0.1])
def test_a_jump_of_the_second_derivative_leads_to_no_wrong_slope(jump: float, far: float) -> None:
    # With h and h / 2 alone, two wrong estimates agreed at some of these places.
    at = np.concatenate([np.linspace(-3 * h, 3 * h, 40_001) for h in (1e-3, 1e-4, 1e-5)])
    found = slope(lambda s: far + 0.7 * s + 0.5 * jump * np.maximum(s - at, 0) ** 2)
    error = np.abs(found.value - (0.7 + jump * np.maximum(-at, 0)))
    trusted = found.trusted(1e-6, 1e-8)
    assert trusted.mean() > 0.6
    assert (error <= 0.1 * (1e-6 * np.abs(found.value) + 1e-8))[trusted].all()


def test_what_is_not_finite_or_jumps_is_not_trusted() -> None:
    for f in (lambda s: np.array([np.nan]), lambda s: np.array([np.sign(s)])):
        assert not slope(f).trusted(1e-6, 1e-8).any()


def test_partials_and_directions() -> None:
    rng = np.random.default_rng(0)
    x, a = rng.standard_normal((3, 2)), rng.standard_normal((3, 2))
    found = partials(lambda v: float((a * v**2).sum()), x, [(0, 1), (2, 0)])
    np.testing.assert_allclose(found.value, [2 * (a * x)[0, 1], 2 * (a * x)[2, 0]], rtol=1e-9)
    along = directional(lambda v: float((a * v**2).sum()), x, np.ones_like(x))
    np.testing.assert_allclose(along.value, 2 * (a * x).sum(), rtol=1e-9)


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (np.tanh, []),
        (lambda z: np.tanh(1000 * z), []),
        (lambda z: z**3, []),
        (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), []),  # elu bends, but not here
        (lambda z: np.maximum(z, 0), [(0.0, 0.0, 1.0)]),
        (lambda z: np.clip(z, -1, 1), [(-1.0, 0.0, 1.0), (1.0, 1.0, 0.0)]),
        (lambda z: np.abs(z - np.pi), [(np.pi, -1.0, 1.0)]),
        (lambda z: 1e-4 * np.abs(z - 7), [(7.0, -1e-4, 1e-4)]),
    ],
)
def test_kinks_are_found_where_they_are(f: Any, expected: Any) -> None:
    found = find_kinks(f, -30, 30, 6000)
    assert len(found.at) == len(expected)
    for (at, left, right), (x, a, b) in zip(zip(*found, strict=True), expected, strict=True):
        assert at == pytest.approx(x, abs=5e-6)
        assert (left, right) == (pytest.approx(a, abs=1e-6), pytest.approx(b, abs=1e-6))


def test_jumps_count_as_kinks() -> None:
    assert len(find_kinks(lambda z: (z > 2).astype(float), -30, 30, 6000).at) == 1

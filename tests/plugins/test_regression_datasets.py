"""Sine, plane and bumps: curves in 30 digits, noise of the declared width."""

from dataclasses import replace
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from nnplug.core.errors import SpecError
from nnplug.plugins.datasets.bumps import HILLS, Bumps
from nnplug.plugins.datasets.plane import Plane
from nnplug.plugins.datasets.sine import Sine

CURVES: list[Any] = [Sine(), Sine(waves=2.5), Plane(), Bumps()]
every = pytest.mark.parametrize("dataset", CURVES, ids=repr)


def load(dataset: Any, seed: int = 0) -> Any:
    return dataset.load(np.random.default_rng(seed))


@every
def test_points_values_and_domain(dataset: Any) -> None:
    data = load(dataset)
    assert data.task == "regression"
    assert data.x.shape == (dataset.n, 1 if isinstance(dataset, Sine) else 2)
    assert data.y.shape == (dataset.n, 1)
    assert data.x.dtype == data.y.dtype == np.float64
    assert data.names == ("y",)
    assert len(data.columns) == len(data.domain) == data.x.shape[1]
    low, high = np.array(data.domain).T
    assert ((data.x >= low) & (data.x <= high)).all()


@every
def test_points_are_uniform_between_minus_1_and_1(dataset: Any) -> None:
    x = load(replace(dataset, n=20_000)).x
    # Mean 0, variance 1/3, fourth moment 1/5; five sigma.
    assert np.abs(x.mean(axis=0)).max() < 5 * (1 / 3 / 20_000) ** 0.5
    assert np.abs((x**2).mean(axis=0) - 1 / 3).max() < 5 * ((1 / 5 - 1 / 9) / 20_000) ** 0.5


@every
def test_the_generator_alone_decides(dataset: Any) -> None:
    a, b, c = (load(dataset, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.x, b.x)
    np.testing.assert_array_equal(a.y, b.y)
    assert (a.x != c.x).any()


@every
def test_noise_is_normal_of_its_width_around_the_rule(dataset: Any) -> None:
    exact = load(replace(dataset, n=20_000, noise=0.0))
    np.testing.assert_array_equal(dataset.rule(exact.x), exact.y)
    noisy = load(replace(dataset, n=20_000, noise=0.25))
    np.testing.assert_array_equal(noisy.x, exact.x)
    off = noisy.y - exact.y
    assert off.mean() == pytest.approx(0, abs=5 * 0.25 / 20_000**0.5)
    assert off.std() == pytest.approx(0.25, rel=5 / 40_000**0.5)


def test_sine_by_hand_and_in_thirty_digits() -> None:
    np.testing.assert_allclose(
        Sine().rule(np.array([[0.25], [-0.25], [1 / 12]])), [[1], [-1], [0.5]], rtol=1e-15
    )
    with mp.workdps(30):
        for x in (-0.9, 0.1, 0.77):
            expected = mp.sin(2 * mp.pi * mp.mpf(2.5) * mp.mpf(x))
            found = Sine(waves=2.5).rule(np.array([[x]]))[0, 0]
            assert found == pytest.approx(float(expected), rel=1e-14, abs=1e-14)


def test_plane_by_hand_and_its_weights_from_a_fit() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-0.5, 0.25]])
    np.testing.assert_array_equal(Plane().rule(points), [[0.5], [2.5], [-0.5], [-0.75]])
    data = load(Plane(n=20_000))
    table = np.concatenate([data.x, np.ones((len(data), 1))], axis=1)
    weights = np.linalg.lstsq(table, data.y, rcond=None)[0][:, 0]
    assert weights == pytest.approx([2, -1, 0.5], abs=5 * 0.1 * (3 / 20_000) ** 0.5)


def test_bumps_in_thirty_digits() -> None:
    hills = [(-0.5, -0.4, 1, 0.25), (0.4, 0.5, 0.75, 0.35), (0.5, -0.5, 0.5, 0.2)]
    assert [tuple(map(float, hill)) for hill in hills] == list(HILLS)
    with mp.workdps(30):
        for point in [(0.0, 0.0), (-0.5, -0.4), (0.9, 0.9), (0.45, -0.3)]:
            x1, x2 = map(mp.mpf, point)
            expected = sum(
                h * mp.exp(-((x1 - mp.mpf(a)) ** 2 + (x2 - mp.mpf(b)) ** 2) / (2 * mp.mpf(s) ** 2))
                for a, b, h, s in hills
            )
            found = Bumps().rule(np.array([point]))
            assert found.shape == (1, 1)
            assert found[0, 0] == pytest.approx(float(expected), rel=1e-13)


def test_bumps_are_never_below_zero_and_each_hill_is_a_top() -> None:
    assert load(Bumps(n=20_000)).y.min() >= 0
    for a, b, *_ in HILLS:
        around = np.array([[a, b], [a + 0.1, b], [a - 0.1, b], [a, b + 0.1], [a, b - 0.1]])
        heights = Bumps().rule(around)[:, 0]
        assert heights[0] > heights[1:].max()


def test_hyperparameters_out_of_range() -> None:
    for cls, wrong in [(Sine, {"waves": 0.0}), (Plane, {"noise": -0.1}), (Bumps, {"n": 1})]:
        with pytest.raises(SpecError, match=next(iter(wrong))):
            cls(**wrong)

"""What every dataset must do, and what these three promise beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest

import nnplug.testing
from nnplug_friedman import Friedman, Friedman1, Friedman2, Friedman3

test_conformance = nnplug.testing.parametrize("nnplug-friedman")

ALL = pytest.mark.parametrize("dataset", [Friedman1(), Friedman2(), Friedman3()], ids=str)

# Features for which the sine, the root and the angle are known.
POINTS = [
    (Friedman1(), [0.5, 1, 0.5, 0.1, 0.2, 9, 9, 9, 9, 9], 12.0),
    (Friedman1(), [1, 1 / 6, 1, 0, 0, 0, 0, 0, 0, 0], 10.0),
    (Friedman2(), [3, 1, 5, 1], 5.0),
    (Friedman2(), [1, 1, 2, 1], math.sqrt(2)),
    (Friedman3(), [3, 1, 5, 1], math.atan(4 / 3)),
    (Friedman3(), [1, 1, 2, 1], math.pi / 4),
    (Friedman3(), [0, 1, 2, 1], math.pi / 2),
]


@pytest.mark.parametrize(("dataset", "x", "y"), POINTS)
def test_the_formula_has_its_known_values(dataset: Friedman, x: list[float], y: float) -> None:
    found = replace(dataset, scaled=False).rule(np.array([x], float))
    assert found.shape == (1, 1)
    assert found.item() == pytest.approx(y, rel=1e-14)


def test_the_mean_of_friedman1_is_the_integral_of_its_terms() -> None:
    # 10 / pi (Euler's constant + ln pi - Ci(pi)), 20 / 12, 10 / 2 and 5 / 2.
    assert Friedman1.mean == pytest.approx(5.24663067575319 + 20 / 12 + 5 + 2.5, rel=1e-5)


def test_the_mean_square_of_friedman2_is_the_integral_of_its_terms() -> None:
    low, high = 40 * math.pi, 560 * math.pi
    reactance = (high**2 + high * low + low**2) / 9 - math.log(11) / 10 + 1 / (low * high * 11)
    square = 100**2 / 3 + reactance
    assert Friedman2.mean**2 + Friedman2.deviation**2 == pytest.approx(square, rel=1e-5)


@ALL
def test_scaled_targets_have_mean_0_and_deviation_1(dataset: Friedman) -> None:
    y = replace(dataset, n=200_000, noise=0.0).load(np.random.default_rng(0)).y
    error = 5 / math.sqrt(len(y))
    assert y.mean() == pytest.approx(0, abs=error)
    assert y.std() == pytest.approx(1, abs=error * math.sqrt(np.mean(y**4) / 4))


@ALL
def test_scaled_and_not_are_the_same_points(dataset: Friedman) -> None:
    scaled = dataset.load(np.random.default_rng(3))
    raw = replace(dataset, scaled=False).load(np.random.default_rng(3))
    low, high = np.array(dataset.box).T
    np.testing.assert_allclose(raw.x, (low + high) / 2 + (high - low) / 2 * scaled.x, atol=1e-12)
    np.testing.assert_allclose(raw.y, dataset.mean + dataset.deviation * scaled.y, rtol=1e-9)
    assert raw.domain == dataset.box
    assert set(scaled.domain) == {(-1.0, 1.0)}


@ALL
def test_the_noise_is_as_wide_as_it_says(dataset: Friedman) -> None:
    data = replace(dataset, n=20_000, scaled=False).load(np.random.default_rng(1))
    noise = data.y - replace(dataset, scaled=False).rule(data.x)
    assert noise.std() == pytest.approx(dataset.noise, rel=5 / math.sqrt(2 * len(noise)))


def test_the_last_five_features_of_friedman1_do_not_matter() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (50, 10))
    other = x.copy()
    other[:, 5:] = 0.0
    assert Friedman1().rule(x).tolist() == Friedman1().rule(other).tolist()

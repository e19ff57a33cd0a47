"""The initializers: declared moments, the shape, and the generator alone as their source."""

from typing import Any

import numpy as np
import pytest

from nnplug.core import Initializer
from nnplug.core.errors import SpecError
from nnplug.plugins.initializers.constant import Constant
from nnplug.plugins.initializers.he import He
from nnplug.plugins.initializers.lecun import LeCun
from nnplug.plugins.initializers.normal import Normal
from nnplug.plugins.initializers.orthogonal import Orthogonal
from nnplug.plugins.initializers.uniform import Uniform
from nnplug.plugins.initializers.xavier import Xavier
from nnplug.plugins.initializers.zeros import Zeros

RANDOM = [He(), Xavier(), LeCun(), Normal(), Normal(sigma=0.05)]
every = pytest.mark.parametrize("init", RANDOM, ids=repr)
drawn = pytest.mark.parametrize("init", [*RANDOM, Uniform(), Orthogonal()], ids=repr)


def test_declared_widths() -> None:
    # sqrt(2/50) = 0.2, sqrt(2/(30 + 20)) = 0.2, by hand.
    assert He().std(50, 7) == pytest.approx(0.2, rel=1e-15)
    assert Xavier().std(30, 20) == pytest.approx(0.2, rel=1e-15)
    assert Normal().std(50, 7) == 1.0
    assert Normal(sigma=0.05).std(50, 7) == 0.05
    assert Zeros().std(50, 7) == 0.0
    assert LeCun().std(25, 7) == pytest.approx(0.2, rel=1e-15)
    # 3 / sqrt(3) = sqrt(3)
    assert Uniform(limit=3.0).std(50, 7) == pytest.approx(1.7320508075688772935, rel=1e-15)
    assert (Constant(value=2.5).mean(50, 7), Constant(value=2.5).std(50, 7)) == (2.5, 0.0)
    assert He().mean(50, 7) == 0.0


@every
def test_moments_are_those_declared(init: Initializer) -> None:
    w = init.sample(np.random.default_rng(0), (300, 400), 300, 400)
    std = init.std(300, 400)
    assert std is not None
    n = w.size
    # Five sigma: of a mean std / sqrt(n), of a standard deviation std / sqrt(2 n); the kurtosis of
    # a normal distribution is 3, give or take sqrt(24 / n).
    assert w.mean() == pytest.approx(0, abs=5 * std / n**0.5)
    assert w.std() == pytest.approx(std, abs=5 * std / (2 * n) ** 0.5)
    assert (w**4).mean() / std**4 == pytest.approx(3, abs=5 * (96 / n) ** 0.5)


@drawn
def test_the_generator_alone_decides(init: Initializer) -> None:
    a, b, c = (init.sample(np.random.default_rng(s), (4, 5), 4, 5) for s in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert (a != c).all()


@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (2, 3, 4, 5), (0, 4)])
@pytest.mark.parametrize("init", [*RANDOM, Zeros(), Constant(), Uniform(), Orthogonal()], ids=repr)
def test_shape(init: Initializer, shape: tuple[int, ...]) -> None:
    assert init.sample(np.random.default_rng(0), shape, 3, 4).shape == shape


@every
def test_a_stack_of_generators_gives_each_run_its_own_share(init: Initializer) -> None:
    class Streams:
        def standard_normal(self, size: tuple[int, ...]) -> Any:
            return np.stack(
                [np.random.default_rng(s).standard_normal(size[1:]) for s in range(size[0])]
            )

    stacked = init.sample(Streams(), (3, 4, 5), 4, 5)
    for s in range(3):
        alone = init.sample(np.random.default_rng(s), (4, 5), 4, 5)
        np.testing.assert_array_equal(stacked[s], alone)


def test_zeros() -> None:
    assert not Zeros().sample(None, (3, 4), 3, 4).any()


def test_sigma_is_positive() -> None:
    with pytest.raises(SpecError, match="sigma must be > 0"):
        Normal(sigma=0.0)


def test_constant() -> None:
    np.testing.assert_array_equal(Constant(value=-0.5).sample(None, (2, 3), 2, 3), [[-0.5] * 3] * 2)


@pytest.mark.parametrize("limit", [0.3, 2.0])
def test_uniform_fills_its_interval_evenly(limit: float) -> None:
    w = Uniform(limit=limit).sample(np.random.default_rng(0), (300, 400), 300, 400) / limit
    n = w.size
    assert -1 <= w.min() < -0.9999
    assert 0.9999 < w.max() < 1
    # Mean 0, variance 1/3, fourth moment 1/5; five sigma of each.
    assert w.mean() == pytest.approx(0, abs=5 * (1 / 3 / n) ** 0.5)
    assert (w**2).mean() == pytest.approx(1 / 3, abs=5 * ((1 / 5 - 1 / 9) / n) ** 0.5)
    assert (w**4).mean() == pytest.approx(1 / 5, abs=5 * ((1 / 9 - 1 / 25) / n) ** 0.5)


@pytest.mark.parametrize("gain", [1.0, 1.5])
@pytest.mark.parametrize("shape", [(6, 6), (7, 4), (4, 7), (1, 5), (5, 1), (3, 2, 4)])
def test_orthogonal_keeps_lengths(shape: tuple[int, ...], gain: float) -> None:
    w = Orthogonal(gain=gain).sample(np.random.default_rng(0), shape, 3, 4).reshape(-1, shape[-1])
    product = w.T @ w if w.shape[0] >= w.shape[1] else w @ w.T
    np.testing.assert_allclose(product, gain**2 * np.eye(min(w.shape)), atol=1e-14)


def test_orthogonal_prefers_no_direction() -> None:
    rng = np.random.default_rng(0)
    w = np.stack([Orthogonal().sample(rng, (3, 3), 3, 3) for _ in range(5000)])
    # Each entry of a random rotation has mean 0 and variance 1/3; signs of QR alone would not.
    assert np.abs(w.mean(axis=0)).max() < 5 * (1 / 3 / 5000) ** 0.5
    assert (w**2).mean(axis=0) == pytest.approx(np.full((3, 3), 1 / 3), abs=0.03)
    # Half of them are rotations, half reflections.
    assert np.linalg.det(w).mean() == pytest.approx(0, abs=5 / 5000**0.5)


def test_hyperparameters_are_positive() -> None:
    with pytest.raises(SpecError, match="limit must be > 0"):
        Uniform(limit=0.0)
    with pytest.raises(SpecError, match="gain must be > 0"):
        Orthogonal(gain=0.0)

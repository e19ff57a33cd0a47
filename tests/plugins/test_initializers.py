"""The initializers: declared moments, the shape, and the generator alone as their source."""

from typing import Any

import numpy as np
import pytest

from nnplug.core import Initializer
from nnplug.core.errors import SpecError
from nnplug.plugins.initializers.he import He
from nnplug.plugins.initializers.normal import Normal
from nnplug.plugins.initializers.xavier import Xavier
from nnplug.plugins.initializers.zeros import Zeros

RANDOM = [He(), Xavier(), Normal(), Normal(sigma=0.05)]
every = pytest.mark.parametrize("init", RANDOM, ids=repr)


def test_declared_widths() -> None:
    # sqrt(2/50) = 0.2, sqrt(2/(30 + 20)) = 0.2, by hand.
    assert He().std(50, 7) == pytest.approx(0.2, rel=1e-15)
    assert Xavier().std(30, 20) == pytest.approx(0.2, rel=1e-15)
    assert Normal().std(50, 7) == 1.0
    assert Normal(sigma=0.05).std(50, 7) == 0.05
    assert Zeros().std(50, 7) == 0.0


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


@every
def test_the_generator_alone_decides(init: Initializer) -> None:
    a, b, c = (init.sample(np.random.default_rng(s), (4, 5), 4, 5) for s in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert (a != c).all()


@pytest.mark.parametrize("shape", [(3, 4), (1, 4), (2, 3, 4, 5), (0, 4)])
@pytest.mark.parametrize("init", [*RANDOM, Zeros()], ids=repr)
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

"""Circles, moons, spirals and blobs: where the points lie, and which rule gives their labels."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnplug.core import Dataset
from nnplug.core.errors import SpecError
from nnplug.plugins.datasets.blobs import Blobs
from nnplug.plugins.datasets.circles import Circles
from nnplug.plugins.datasets.moons import Moons
from nnplug.plugins.datasets.spirals import Spirals

SHAPES: list[Any] = [
    *[Circles(), Circles(inner=0.2), Moons(), Spirals(), Spirals(turns=3.0)],
    *[Blobs(), Blobs(classes=2), Blobs(classes=7)],
]
every = pytest.mark.parametrize("dataset", SHAPES, ids=repr)


def load(dataset: Dataset, seed: int = 0) -> Any:
    return dataset.load(np.random.default_rng(seed))


@every
def test_points_labels_and_domain(dataset: Any) -> None:
    for seed in range(5):
        data = load(dataset, seed)
        classes = getattr(dataset, "classes", 2)
        assert data.task == ("multiclass" if isinstance(dataset, Blobs) else "binary")
        assert data.x.dtype == data.y.dtype == np.float64
        assert data.x.shape == (dataset.n, 2)
        assert len(data.names) == classes
        labels = data.y.argmax(axis=1) if isinstance(dataset, Blobs) else data.y[:, 0]
        sizes = np.bincount(labels.astype(int), minlength=classes)
        assert sizes.max() - sizes.min() <= 1
        low, high = np.array(data.domain).T
        assert ((data.x >= low) & (data.x <= high)).all()


@every
def test_the_generator_alone_decides(dataset: Any) -> None:
    a, b, c = (load(dataset, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.x, b.x)
    np.testing.assert_array_equal(a.y, b.y)
    assert (a.x != c.x).any()


@every
def test_without_noise_the_rule_is_exact(dataset: Any) -> None:
    data = load(replace(dataset, noise=0.0))
    np.testing.assert_array_equal(dataset.rule(data.x), data.y)


@every
def test_noise_is_normal_of_its_width_and_changes_nothing_else(dataset: Any) -> None:
    many = replace(dataset, n=20_000, noise=0.5)
    moved = load(many).x - load(replace(many, noise=0.0)).x
    assert np.abs(moved).max() <= 1.5 * (1 + 1e-12)
    # A normal distribution cut off at 3 sigma has the variance
    # erf(3 / sqrt(2)) - 6 phi(3) + 9 (1 - erf(3 / sqrt(2))) = 0.99500...
    assert moved.std() == pytest.approx(0.5 * 0.99500**0.5, rel=5 / (2 * 40_000) ** 0.5)
    assert (np.abs(moved) < 0.5).mean() == pytest.approx(0.6827, abs=5 * (0.217 / 40_000) ** 0.5)


@every
def test_any_number_of_points(dataset: Any) -> None:
    for n in (7, 100):
        assert len(load(replace(dataset, n=n))) == n


def test_circles_have_their_radii() -> None:
    data = load(Circles(n=20_000, inner=0.25, noise=0.0))
    radius = np.hypot(*data.x.T)
    np.testing.assert_allclose(radius[data.y[:, 0] == 1], 0.25, rtol=1e-14)
    np.testing.assert_allclose(radius[data.y[:, 0] == 0], 1, rtol=1e-14)
    # Uniform angles: every mean of a cosine vanishes.
    assert np.abs((data.x / radius[:, None]).mean(axis=0)).max() < 5 * (0.5 / 20_000) ** 0.5
    ring = np.array([[0.62, 0.0], [0.0, 0.63]])
    np.testing.assert_array_equal(Circles(inner=0.25).rule(ring), [[1], [0]])


def test_moons_are_half_circles_that_reach_into_each_other() -> None:
    data = load(Moons(noise=0.0))
    upper, lower = data.x[data.y[:, 0] == 0], data.x[data.y[:, 0] == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1, rtol=1e-14)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1, rtol=1e-14)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    assert upper[:, 0].max() > lower[:, 0].min()


def test_the_nearer_moon_decides() -> None:
    arc = np.linspace(0, np.pi, 20_001)
    upper = np.stack([np.cos(arc), np.sin(arc)], axis=1)
    points = np.random.default_rng(0).uniform(-1.5, 2.5, (300, 2))

    def distance(moon: Any) -> Any:
        gaps = points[:, None, :] - moon[None, ::10]
        return np.sqrt((gaps**2).sum(axis=-1)).min(axis=1)

    a, b = distance(upper), distance(np.array([1, 0.5]) - upper)
    clear = np.abs(a - b) > 1e-5
    assert clear.mean() > 0.99
    np.testing.assert_array_equal(Moons().rule(points)[clear, 0], (b < a)[clear])


@pytest.mark.parametrize("turns", [0.5, 1.5, 3.0])
def test_spirals_turn_as_often_as_they_say(turns: float) -> None:
    data = load(Spirals(n=20_000, turns=turns, noise=0.0))
    arm = data.x[data.y[:, 0] == 0]
    radius = np.hypot(*arm.T)
    order = np.argsort(radius)
    angle = np.unwrap(np.arctan2(arm[order, 1], arm[order, 0]))
    # Between two radii an arm turns by turns times their difference.
    travelled = (angle[-1] - angle[0]) / (2 * np.pi)
    assert travelled == pytest.approx(turns * (radius.max() - radius.min()), rel=1e-9)
    assert radius.min() == pytest.approx(0.1, abs=0.01)
    assert radius.max() == pytest.approx(1, abs=0.001)
    # The other arm is the first one, turned by half a circle.
    np.testing.assert_array_equal(Spirals(turns=turns).rule(-arm), np.ones((len(arm), 1)))


def test_the_arms_of_spirals_are_as_far_apart_as_they_say() -> None:
    along = np.linspace(0.1, 1, 1000)
    for turns in (1.5, 2.0):
        line = np.stack([along, np.zeros_like(along)], axis=1)
        labels = Spirals(turns=turns).rule(line)[:, 0]
        borders = along[1:][np.diff(labels) != 0]
        np.testing.assert_allclose(np.diff(borders), 1 / (2 * turns), atol=0.002)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_blobs_surround_their_centres(classes: int) -> None:
    data = load(Blobs(n=20_000, classes=classes, noise=0.2))
    for j in range(classes):
        cloud = data.x[data.y[:, j] == 1]
        angle = 2 * np.pi * j / classes
        centre = [np.cos(angle), np.sin(angle)]
        assert cloud.mean(axis=0) == pytest.approx(centre, abs=5 * 0.2 / len(cloud) ** 0.5)
        assert cloud.std(axis=0) == pytest.approx([0.2, 0.2], rel=0.05)
    gap = np.linalg.norm(Blobs(classes=classes).centres()[0] - Blobs(classes=classes).centres()[1])
    assert gap == pytest.approx(2 * np.sin(np.pi / classes), rel=1e-14)


def test_hyperparameters_out_of_range() -> None:
    for cls, wrong in [
        (Circles, {"inner": 1.0}),
        (Circles, {"noise": -0.1}),
        (Moons, {"n": 1}),
        (Spirals, {"turns": 0.0}),
        (Blobs, {"classes": 1}),
    ]:
        with pytest.raises(SpecError, match=next(iter(wrong))):
            cls(**wrong)
    with pytest.raises(SpecError, match="n must be at least classes = 3, not 2"):
        Blobs(n=2)

"""What every loss must do, and what the focal loss promises beside it."""

import math

import numpy as np
import pytest

import nnplug
import nnplug.testing
from nnplug import Array
from nnplug_focal import Focal

test_conformance = nnplug.testing.parametrize("nnplug-focal")

# z, t, value and gradient, by mpmath in 50 digits.
KNOWN = [
    (-3.0, 1.0, 0.69157011025631550861, -0.28168747015872211019),
    (-3.0, 0.0, 0.000081962493372748142085, 0.00023615388486621097164),
    (0.5, 1.0, 0.016893372629375908894, -0.034484249337728605159),
    (0.5, 0.0, 0.28305870064455733136, 0.39461386640593727618),
    (4.0, 1.0, 1.4678924304673110983e-6, -4.3376328053844392442e-6),
    (4.0, 0.0, 2.906180428468010854, 0.81479688981362660043),
    (30.0, 0.0, 22.499999999995859252, 0.75000000000400038382),
    (-30.0, 1.0, 7.4999999999986197506, -0.25000000000133346127),
]


def of(loss: nnplug.Loss, z: float, t: float) -> float:
    return loss.value(np.array([[z]]), np.array([[t]])).item()


def bce() -> nnplug.Loss:
    loss: nnplug.Loss = nnplug.Registry().build("loss", "bce")
    return loss


@pytest.mark.parametrize(("z", "t", "value", "gradient"), KNOWN)
def test_it_has_the_values_of_its_formula(
    z: float, t: float, value: float, gradient: float
) -> None:
    scores, targets = np.array([[z]]), np.array([[t]])
    assert Focal().value(scores, targets).item() == pytest.approx(value, rel=1e-12)
    assert Focal().gradient(scores, targets).item() == pytest.approx(gradient, rel=1e-12)


def test_a_target_between_the_classes_counts_for_both() -> None:
    loss, z, t = Focal(gamma=0.5, alpha=0.75), np.array([[1.0]]), np.array([[0.3]])
    assert loss.value(z, t).item() == pytest.approx(0.23305392442802263312, rel=1e-14)
    assert loss.gradient(z, t).item() == pytest.approx(0.091068598110195448565, rel=1e-14)


@pytest.mark.parametrize(
    ("p", "times", "within"),
    [
        (0.9, 100, 1e-12),
        (0.968, 1000, 0.03),  # "about 1000" in section 3.2 of the paper
        (0.5, 4, 1e-12),
    ],
)
def test_easy_samples_count_less_by_the_factors_of_the_paper(
    p: float, times: float, within: float
) -> None:
    z = math.log(p / (1 - p))
    assert of(bce(), z, 1.0) / (4 * of(Focal(), z, 1.0)) == pytest.approx(times, rel=within)


def test_without_focus_it_is_half_of_bce() -> None:
    z = np.linspace(-30, 30, 41)[:, None]
    t = (np.arange(41) % 2.0)[:, None]
    plain = Focal(gamma=0.0, alpha=0.5)

    def halves(ours: Array, theirs: Array) -> None:
        np.testing.assert_allclose(ours, theirs / 2, rtol=1e-12, atol=1e-14)

    halves(plain.value(z, t), bce().value(z, t))
    halves(plain.gradient(z, t), bce().gradient(z, t))

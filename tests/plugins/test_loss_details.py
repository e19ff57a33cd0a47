"""What only one loss promises: its limits, its encoding, what it is robust against."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core.errors import DataError, SpecError
from nnplug.plugins.activations.exp import Exp
from nnplug.plugins.losses.hinge import Hinge
from nnplug.plugins.losses.huber import Huber
from nnplug.plugins.losses.log_cosh import LogCosh
from nnplug.plugins.losses.mae import MAE
from nnplug.plugins.losses.mse import MSE
from nnplug.plugins.losses.poisson import Poisson

dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def column(*values: float) -> Any:
    return np.array(values)[:, None]


def test_constants_of_fifty_digits() -> None:
    # mpmath, 50 digits: log(cosh(1)) = 0.43378083048302712612..., e - 2 = 0.71828182845904523536...
    assert LogCosh().value(column(1.0), column(0.0))[0] == pytest.approx(
        0.43378083048302712612, rel=1e-15
    )
    assert Poisson().value(column(1.0), column(2.0))[0] == pytest.approx(
        0.71828182845904523536, rel=1e-15
    )


@settings(deadline=None)
@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(1e-3, 1e3))
def test_huber_is_half_mse_near_the_target_and_a_line_along_mae_far_from_it(
    z: float, t: float, delta: float
) -> None:
    a, b = column(z), column(t)
    huber, mse, mae = (loss.value(a, b)[0] for loss in (Huber(delta=delta), MSE(), MAE()))
    expected = mse / 2 if mae <= delta else delta * mae - delta**2 / 2
    assert huber == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert np.abs(Huber(delta=delta).gradient(a, b)).max() <= delta


@dtypes
def test_huber_takes_a_column_of_deltas(dtype: Any) -> None:
    loss = Huber()
    object.__setattr__(loss, "delta", np.array([0.1, 2.0], dtype).reshape(2, 1, 1))
    rng = np.random.default_rng(0)
    z, t = (rng.standard_normal((2, 6, 3)).astype(dtype) for _ in range(2))
    value, gradient = loss.value(z, t), loss.gradient(z, t)
    assert value.dtype == gradient.dtype == dtype
    for i, delta in enumerate((0.1, 2.0)):
        np.testing.assert_array_equal(value[i], Huber(delta=delta).value(z[i], t[i]))
        np.testing.assert_array_equal(gradient[i], Huber(delta=delta).gradient(z[i], t[i]))


@settings(deadline=None)
@given(st.floats(-1e6, 1e6))
def test_log_cosh_lies_between_a_line_and_half_the_square(error: float) -> None:
    # cosh(e) >= exp(|e|) / 2, and log(cosh(e)) <= min(e^2 / 2, |e|).
    value = LogCosh().value(column(error), column(0.0))[0]
    size = abs(error)
    rounding = 1e-15 * size
    assert size - np.log(2) - rounding <= value <= min(size, size**2 / 2) + rounding


def test_log_cosh_keeps_its_digits_for_small_errors() -> None:
    # log(cosh(e)) = e^2 / 2 - e^4 / 12 + ...
    error = np.array([1e-3, 1e-5, 1e-7])
    value = LogCosh().value(error[:, None], np.zeros((3, 1)))
    np.testing.assert_allclose(value, error**2 / 2 - error**4 / 12, rtol=1e-8)


@pytest.mark.parametrize("loss", [MAE(), Huber(), LogCosh()], ids=repr)
def test_one_wild_target_pulls_no_harder_than_any_other(loss: Any) -> None:
    z = np.zeros((2, 1))
    slopes = loss.gradient(z, column(5.0, 5e6))
    assert slopes[0, 0] == pytest.approx(slopes[1, 0], rel=1e-3)
    assert abs(MSE().gradient(z, column(5.0, 5e6))[1, 0]) == 1e7


@pytest.mark.parametrize("size", [1e4, 1e300])
def test_the_robust_losses_take_any_error_without_overflow(size: float) -> None:
    for loss in (MAE(), Huber(), LogCosh()):
        z = column(size, -size)
        assert loss.value(z, 0 * z) == pytest.approx([size, size], rel=1e-3)
        np.testing.assert_array_equal(loss.gradient(z, 0 * z), [[1], [-1]])


def test_huber_refuses_a_delta_that_is_not_positive() -> None:
    with pytest.raises(SpecError, match="delta must be > 0"):
        Huber(delta=0.0)


@dtypes
def test_hinge_turns_labels_into_signs_and_scores_into_labels(dtype: Any) -> None:
    loss = Hinge()
    t = loss.encode(column(0.0, 1.0).astype(dtype), "binary")
    assert t.dtype == dtype
    np.testing.assert_array_equal(t, [[-1], [1]])
    y = loss.predict(column(-9.0, -1.0, -0.5, 0.0, 0.5, 1.0, 9.0).astype(dtype))
    assert y.dtype == dtype
    np.testing.assert_array_equal(y[:, 0], [0, 0, 0.25, 0.5, 0.75, 1, 1])


def test_hinge_asks_for_a_margin_and_for_no_more() -> None:
    z, t = column(2.0, 1.0, 0.5, -0.5, -3.0), column(1, 1, 1, 1, 1)
    np.testing.assert_array_equal(Hinge().value(z, t), [0, 0, 0.5, 1.5, 4])
    np.testing.assert_array_equal(Hinge().gradient(z, t)[:, 0], [0, 0, -1, -1, -1])
    np.testing.assert_array_equal(Hinge().gradient(-z, -t)[:, 0], [0, 0, 1, 1, 1])


def test_hinge_refuses_targets_that_are_no_signs() -> None:
    with pytest.raises(DataError, match="Hinge takes targets from -1 to 1, not 2"):
        Hinge().check(np.zeros((1, 1)), column(2.0))


@dtypes
def test_poisson_predicts_by_its_link(dtype: Any) -> None:
    z = np.array([[-1e6], [-3.0], [0.0], [50.0], [1e6]], dtype)
    y = Poisson().predict(z)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, Exp().forward(z))
    assert np.isfinite(y).all()


def test_the_best_rate_for_some_counts_is_their_mean() -> None:
    counts = column(0.0, 2.0, 7.0)
    z = np.full((3, 1), np.log(3.0))
    assert Poisson().gradient(z, counts).sum() == pytest.approx(0, abs=1e-14)
    best = Poisson().value(z, counts).sum()
    for step in (-0.1, 0.1):
        assert Poisson().value(z + step, counts).sum() > best


def test_poisson_is_infinite_and_no_nan_where_its_rate_overflows() -> None:
    z, t = column(1e4, -1e4), column(3.0, 3.0)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(Poisson().value(z, t), [np.inf, 3e4])
        np.testing.assert_array_equal(Poisson().gradient(z, t)[:, 0], [np.inf, -3])


@pytest.mark.parametrize("wrong", [-0.5, np.inf, np.nan])
def test_poisson_refuses_targets_that_are_no_counts(wrong: float) -> None:
    with pytest.raises(DataError, match="Poisson takes targets from 0 to inf, not"):
        Poisson().check(np.zeros((1, 1)), column(wrong))

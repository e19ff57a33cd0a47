"""What only one activation promises: constants, extreme values, facts that a setting decides."""

from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Activation
from nnplug.core.errors import SpecError
from nnplug.plugins.activations.elu import ELU
from nnplug.plugins.activations.exp import Exp
from nnplug.plugins.activations.gelu import GELU
from nnplug.plugins.activations.hard_tanh import HardTanh
from nnplug.plugins.activations.relu import ReLU
from nnplug.plugins.activations.selu import ALPHA, SCALE, SELU
from nnplug.plugins.activations.sigmoid import Sigmoid
from nnplug.plugins.activations.softplus import Softplus
from nnplug.plugins.activations.softsign import Softsign
from nnplug.plugins.activations.tanh import Tanh

dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def test_constants_of_fifty_digits() -> None:
    # mpmath, 50 digits: exp(-1) - 1                = -0.63212055882855767840447622983853913...
    #                    log(1 + e)                 = 1.31326168751822283404899549496785564...
    #                    (1 + erf(1 / sqrt(2))) / 2 = 0.84134474606854294858523254563203792...
    #                    (1 - erf(1 / sqrt(2))) / 2 = 0.15865525393145705141476745436796207...
    one = np.array([1.0, -1.0])
    assert ELU().forward(one)[1] == pytest.approx(-0.63212055882855767840, rel=1e-15)
    assert Softplus().forward(one)[0] == pytest.approx(1.3132616875182228340, rel=1e-15)
    assert GELU().forward(one)[0] == pytest.approx(0.84134474606854294859, rel=1e-15)
    assert GELU().forward(one)[1] == pytest.approx(-0.15865525393145705141, rel=2e-15)


def test_elu_has_a_kink_unless_alpha_is_1() -> None:
    assert ELU().kinks == ()
    assert ELU(alpha=0.5).kinks == (0.0,)
    below, above = np.array([-1e-9]), np.array([1e-9])
    for alpha in (1.0, 0.5, 2.0):
        f = ELU(alpha=alpha)
        assert f.range == (-alpha, np.inf)
        assert f.forward(np.array([-1e6]))[0] == -alpha
        assert f.derivative(below, f.forward(below))[0] == pytest.approx(alpha, rel=1e-8)
        assert f.derivative(above, f.forward(above))[0] == 1


@dtypes
def test_elu_takes_a_column_of_alphas(dtype: Any) -> None:
    column = ELU()
    object.__setattr__(column, "alpha", np.array([0.3, 2.0], dtype).reshape(2, 1, 1))
    z = np.random.default_rng(0).standard_normal((2, 5, 3)).astype(dtype)
    y, d = column.forward(z), column.derivative(z, column.forward(z))
    assert y.dtype == d.dtype == dtype
    for i, alpha in enumerate((0.3, 2.0)):
        alone = ELU(alpha=alpha)
        np.testing.assert_array_equal(y[i], alone.forward(z[i]))
        np.testing.assert_array_equal(d[i], alone.derivative(z[i], y[i]))


def test_elu_refuses_an_alpha_that_is_not_positive() -> None:
    with pytest.raises(SpecError, match="alpha must be > 0"):
        ELU(alpha=0.0)


def test_selu_keeps_mean_0_and_variance_1_of_a_normal_z() -> None:
    # The two equations whose solution the constants are, integrated in 40 digits.
    with mp.workdps(40):
        alpha, scale = (
            mp.mpf("1.6732632423543772848170429916717"),
            mp.mpf("1.0507009873554804934193349852946"),
        )

        def moment(power: int) -> Any:
            def inside(z: Any) -> Any:
                y = scale * (z if z > 0 else alpha * mp.expm1(z))
                return y**power * mp.npdf(z)

            return mp.quad(inside, [-mp.inf, -5, 0, 5, mp.inf])

        assert abs(moment(1)) < 1e-25
        assert abs(moment(2) - 1) < 1e-25
    assert float(alpha) == ALPHA
    assert float(scale) == SCALE
    assert SELU.initializer == "lecun"


def test_gelu_keeps_its_digits_far_left_of_zero() -> None:
    z = np.linspace(-37, 0, 1000)
    y = GELU().forward(z)
    with mp.workdps(50):
        for a, b in zip(z, y, strict=True):
            exact = mp.mpf(float(a)) * mp.erfc(-mp.mpf(float(a)) / mp.sqrt(2)) / 2
            # exp(-z^2 / 2) is as wrong as its argument is rounded.
            assert abs(mp.mpf(float(b)) - exact) <= abs(exact) * 2e-15 * max(1, a * a / 8)


def test_the_slope_of_gelu_agrees_with_its_differences() -> None:
    z = np.linspace(-12, 12, 5001)
    h = 1e-3
    for f in (GELU(), GELU(approximate=True)):
        at = {k: f.forward(z + k * h) for k in (-2, -1, 1, 2)}
        numeric = (at[-2] - 8 * at[-1] + 8 * at[1] - at[2]) / (12 * h)
        np.testing.assert_allclose(f.derivative(z, f.forward(z)), numeric, atol=1e-10)


def test_gelu_is_lowest_where_its_documentation_says() -> None:
    # mpmath: findroot of the derivative gives z = -0.75179152469356445746,
    # and there y = -0.16997120747990366169.
    z = np.linspace(-0.753, -0.751, 2001)
    y = GELU().forward(z)
    assert z[np.argmin(y)] == pytest.approx(-0.75179152469356445746, abs=2e-6)
    assert y.min() == pytest.approx(-0.16997120747990366169, abs=1e-12)


def test_the_approximate_gelu_is_off_by_less_than_it_says() -> None:
    z = np.linspace(-10, 10, 20_001)
    off = np.abs(GELU().forward(z) - GELU(approximate=True).forward(z))
    assert 0.0004 < off.max() < 0.0005


@settings(deadline=None)
@given(st.floats(-1e6, 1e6))
def test_gelu_of_z_less_that_of_minus_z_is_z(z: float) -> None:
    # z Phi(z) + z Phi(-z) = z, for Phi(z) + Phi(-z) = 1.
    a, b = GELU().forward(np.array([z, -z]))
    assert a - b == pytest.approx(z, rel=1e-15, abs=1e-300)


@settings(deadline=None)
@given(st.floats(-700, 700))
def test_softplus_of_z_less_that_of_minus_z_is_z(z: float) -> None:
    a, b = Softplus().forward(np.array([z, -z]))
    assert a - b == pytest.approx(z, rel=1e-14, abs=1e-15)
    assert Softplus().derivative(np.array([z]), a) == Sigmoid().forward(np.array([z]))


def test_softplus_is_log_2_above_relu_at_zero_and_nears_it_outwards() -> None:
    z = np.array([0.0, 3.0, -3.0, 40.0])
    gap = Softplus().forward(z) - ReLU().forward(z)
    # log(2) = 0.69314718055994530942, log(1 + exp(-3)) = 0.048587351573742059206
    expected = [0.69314718055994530942, 0.048587351573742059, 0.048587351573742059, 0.0]
    np.testing.assert_allclose(gap, expected, rtol=1e-14, atol=1e-16)


def test_softsign_by_hand_and_its_tails_beside_tanh() -> None:
    f, z = Softsign(), np.array([0.0, 1.0, -3.0])
    np.testing.assert_array_equal(f.forward(z), [0, 0.5, -0.75])
    np.testing.assert_array_equal(f.derivative(z, f.forward(z)), [1, 0.25, 0.0625])
    far = np.array([10.0])
    assert f.derivative(far, f.forward(far))[0] == pytest.approx(1 / 121, rel=1e-15)
    assert Tanh().derivative(far, Tanh().forward(far))[0] < 1e-8


def test_hard_tanh_by_hand() -> None:
    f, z = HardTanh(), np.array([-7.0, -0.5, 0.0, 0.75, 2.0])
    y = f.forward(z)
    np.testing.assert_array_equal(y, [-1, -0.5, 0, 0.75, 1])
    np.testing.assert_array_equal(f.derivative(z, y), [0, 1, 1, 1, 0])
    kinks = np.array(f.kinks)
    slopes = f.derivative(kinks, f.forward(kinks))
    assert ((slopes >= 0) & (slopes <= 1)).all()


@dtypes
def test_exp_stays_finite_and_keeps_a_slope_where_it_is_cut_off(dtype: Any) -> None:
    # The largest whole numbers whose exponentials are finite: exp(709), exp(88).
    limit = {np.float64: 709.0, np.float32: 88.0}[dtype]
    f = Exp()
    y = f.forward(np.array([limit, limit + 1, 1e6], dtype))
    assert y.dtype == dtype
    assert np.isfinite(y).all()
    assert y[0] == y[1] == y[2] > np.finfo(dtype).max / 4
    np.testing.assert_array_equal(f.derivative(y, y), y)


@pytest.mark.parametrize("f", [ELU(), SELU(), GELU(), Softplus()], ids=repr)
def test_rectifiers_near_z_and_nothing_far_out(f: Activation) -> None:
    y = f.forward(np.array([-1e6, 1e6]))
    scale = SCALE if isinstance(f, SELU) else 1.0
    assert y[1] == scale * 1e6
    assert -2 < y[0] <= 0

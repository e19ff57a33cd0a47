"""The activations against their papers' formulas in 60 digits."""

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Activation
from nnplug.core.activation import is_elementwise
from nnplug.core.errors import SpecError
from nnplug.plugins.activations.elu import ELU
from nnplug.plugins.activations.exp import Exp
from nnplug.plugins.activations.gelu import GELU
from nnplug.plugins.activations.hard_tanh import HardTanh
from nnplug.plugins.activations.identity import Identity
from nnplug.plugins.activations.leaky_relu import LeakyReLU
from nnplug.plugins.activations.relu import ReLU
from nnplug.plugins.activations.selu import SELU
from nnplug.plugins.activations.sigmoid import Sigmoid
from nnplug.plugins.activations.silu import SiLU
from nnplug.plugins.activations.softmax import Softmax
from nnplug.plugins.activations.softplus import Softplus
from nnplug.plugins.activations.softsign import Softsign
from nnplug.plugins.activations.tanh import Tanh

SELU_ALPHA = mp.mpf("1.6732632423543772848170429916717")
SELU_SCALE = mp.mpf("1.0507009873554804934193349852946")


def gelu_by_tanh(z: Any) -> Any:
    return z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3)))


# As the papers print them, not as the components compute them.
PAPER: list[tuple[Activation, Callable[[Any], Any]]] = [
    (Sigmoid(), lambda z: 1 / (1 + mp.exp(-z))),
    (Tanh(), lambda z: (mp.exp(z) - mp.exp(-z)) / (mp.exp(z) + mp.exp(-z))),
    (ReLU(), lambda z: z if z > 0 else mp.mpf(0)),
    (LeakyReLU(), lambda z: z if z > 0 else mp.mpf(0.01) * z),
    (LeakyReLU(slope=0.3), lambda z: z if z > 0 else mp.mpf(0.3) * z),
    (SiLU(), lambda z: z / (1 + mp.exp(-z))),
    (Identity(), lambda z: z),
    (ELU(), lambda z: z if z > 0 else mp.exp(z) - 1),
    (ELU(alpha=0.3), lambda z: z if z > 0 else mp.mpf(0.3) * (mp.exp(z) - 1)),
    (SELU(), lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * (mp.exp(z) - 1))),
    (GELU(), lambda z: z * (1 + mp.erf(z / mp.sqrt(2))) / 2),
    (GELU(approximate=True), gelu_by_tanh),
    (Softplus(), lambda z: mp.log(1 + mp.exp(z))),
    (Softsign(), lambda z: z / (1 + abs(z))),
    (HardTanh(), lambda z: min(max(z, mp.mpf(-1)), mp.mpf(1))),
    (Exp(), mp.exp),
]
POINTS = np.array([-50, -17.5, -5, -2, -1.3, -0.6, -1e-3, 1e-3, 0.25, 1, 1.7, 4, 20, 50])
EXTREMES = np.array([0.0, -0.0, 1e-300, -1e-300, 30, -30, 710, -710, 1e6, -1e6])


def name(value: Any) -> str | None:
    return repr(value) if isinstance(value, Activation) else None


elementwise = pytest.mark.parametrize(("f", "paper"), PAPER, ids=name)
every = pytest.mark.parametrize("f", [f for f, _ in PAPER] + [Softmax()], ids=repr)


def tolerance(dtype: Any, *sizes: Any) -> Any:
    # A few roundings of numbers that are at most as large as z, or y, or 1.
    return 4 * float(np.finfo(dtype).eps) * max(1, *map(abs, sizes))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@elementwise
def test_values(f: Activation, paper: Callable[[Any], Any], dtype: Any) -> None:
    z = POINTS.astype(dtype)
    y = f.forward(z)
    assert y.dtype == dtype
    with mp.workdps(60):
        for a, b in zip(z, y, strict=True):
            expected = paper(mp.mpf(float(a)))
            assert abs(mp.mpf(float(b)) - expected) <= tolerance(dtype, float(a), expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@elementwise
def test_derivatives(f: Activation, paper: Callable[[Any], Any], dtype: Any) -> None:
    z = POINTS.astype(dtype)
    slopes = f.derivative(z, f.forward(z))
    assert slopes.dtype == dtype
    assert slopes.shape == z.shape
    with mp.workdps(60):
        for a, b in zip(z, slopes, strict=True):
            if a in f.kinks:
                continue
            # Differences in 60 digits: right to 30, whatever the formula.
            expected = mp.diff(paper, mp.mpf(float(a)), h=mp.mpf(10) ** -30)
            assert abs(mp.mpf(float(b)) - expected) <= tolerance(dtype, float(a), expected)


def test_constants_of_fifty_digits() -> None:
    # mpmath, 50 digits: 1/(1+exp(-1)) = 0.73105857863000487925115924182183627436514464016506
    #                    tanh(1)       = 0.76159415595576488811945828260479359041276859725794
    one = np.ones(1)
    assert Sigmoid().forward(one)[0] == pytest.approx(0.73105857863000487925, rel=1e-15)
    assert Tanh().forward(one)[0] == pytest.approx(0.76159415595576488812, rel=1e-15)
    assert SiLU().forward(one)[0] == pytest.approx(0.73105857863000487925, rel=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@every
def test_finite_within_range_and_silent_at_the_extremes(f: Activation, dtype: Any) -> None:
    with np.errstate(under="ignore"):
        z = EXTREMES.astype(dtype)
    y = f.forward(z)
    dz = f.backward(np.ones_like(z), z, y)
    assert np.isfinite(y).all()
    assert np.isfinite(dz).all()
    assert y.dtype == dz.dtype == dtype
    if f.range is not None:
        assert (y >= f.range[0]).all()
        assert (y <= f.range[1]).all()


@every
def test_declared_monotonicity(f: Activation) -> None:
    z = np.linspace(-60, 60, 20_001)
    if f.monotonic:
        # tanh is right to the last place or two, and may step back by as much.
        assert (np.diff(f.forward(z)) >= -4e-16).all()
    elif is_elementwise(type(f)):
        assert (np.diff(f.forward(z)) < 0).any()


@every
def test_nan_in_nan_out(f: Activation) -> None:
    assert np.isnan(f.forward(np.array([[np.nan, 1.0]]))[0, 0])


@every
@pytest.mark.parametrize("shape", [(5, 3), (1, 1), (0, 3), (4, 5, 3), (2, 5, 4, 3)])
def test_shape_is_kept_and_the_input_unchanged(f: Activation, shape: tuple[int, ...]) -> None:
    z = np.random.default_rng(0).standard_normal(shape)
    before = z.copy()
    z.flags.writeable = False
    y = f.forward(z)
    assert y.shape == f.backward(np.ones(shape), z, y).shape == shape
    np.testing.assert_array_equal(z, before)


@every
def test_strided_input(f: Activation) -> None:
    wide = np.random.default_rng(0).standard_normal((6, 8))
    for z in (wide[::2, ::-2], np.asfortranarray(wide), wide.T):
        np.testing.assert_allclose(f.forward(z), f.forward(z.copy()), rtol=1e-15, atol=1e-16)


def test_derivative_at_the_kink_is_between_the_slopes() -> None:
    zero = np.zeros(1)
    assert 0 <= ReLU().derivative(zero, zero)[0] <= 1
    assert 0.01 <= LeakyReLU().derivative(zero, zero)[0] <= 1


def test_silu_is_lowest_where_its_documentation_says() -> None:
    # mpmath: findroot of the derivative of z/(1+exp(-z)) gives z = -1.2784645427610737951,
    # and there y = z + 1 = -0.2784645427610737951.
    z = np.linspace(-1.279, -1.278, 1001)
    y = SiLU().forward(z)
    assert z[np.argmin(y)] == pytest.approx(-1.2784645427610737951, abs=1e-6)
    assert y.min() == pytest.approx(-0.2784645427610737951, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_leaky_relu_takes_a_column_of_slopes(dtype: Any) -> None:
    slopes = np.array([0.01, 0.3], dtype=dtype)
    column = LeakyReLU()
    object.__setattr__(column, "slope", slopes.reshape(2, 1, 1))
    z = np.random.default_rng(0).standard_normal((2, 5, 3)).astype(dtype)
    y = column.forward(z)
    d = column.derivative(z, y)
    assert y.dtype == d.dtype == dtype
    for i, slope in enumerate((0.01, 0.3)):
        alone = LeakyReLU(slope=slope)
        np.testing.assert_array_equal(y[i], alone.forward(z[i]))
        np.testing.assert_array_equal(d[i], alone.derivative(z[i], y[i]))


@pytest.mark.parametrize("slope", [-0.1, 1.5])
def test_leaky_relu_refuses_slopes_for_which_its_formula_does_not_hold(slope: float) -> None:
    with pytest.raises(SpecError, match="slope must be >= 0, <= 1"):
        LeakyReLU(slope=slope)


def softmax(z: list[Any]) -> list[Any]:
    return [mp.exp(a) / sum(mp.exp(b) for b in z) for a in z]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_softmax_and_its_gradient(dtype: Any) -> None:
    z = np.array([[1, 2, 3], [-40, 0, 40], [0.5, 0.5, -7]], dtype=dtype)
    dy = np.array([[0.3, -1, 2], [1, 2, 3], [-4, 0.1, 0]], dtype=dtype)
    y = Softmax().forward(z)
    dz = Softmax().backward(dy, z, y)
    assert y.dtype == dz.dtype == dtype
    for i in range(3):
        row = [mp.mpf(float(a)) for a in z[i]]
        with mp.workdps(60):
            np.testing.assert_allclose(
                y[i], [float(a) for a in softmax(row)], atol=tolerance(dtype, 1)
            )
            for j in range(3):
                h = mp.mpf(10) ** -25
                up = softmax([a + h * (k == j) for k, a in enumerate(row)])
                down = softmax([a - h * (k == j) for k, a in enumerate(row)])
                slope = sum(
                    mp.mpf(float(d)) * (a - b) for d, a, b in zip(dy[i], up, down, strict=True)
                ) / (2 * h)
                assert dz[i, j] == pytest.approx(float(slope), abs=4 * tolerance(dtype, 1))


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6),
    st.floats(-1e4, 1e4),
)
def test_softmax_sums_to_one_and_ignores_a_common_shift(scores: list[float], shift: float) -> None:
    z = np.array([scores])
    y = Softmax().forward(z)
    assert y.sum() == pytest.approx(1.0, abs=1e-14)
    # The shift itself rounds z by up to 2e4 * 2^-53.
    np.testing.assert_allclose(Softmax().forward(z + shift), y, rtol=1e-10, atol=1e-300)


@settings(deadline=None)
@given(st.floats(-1e6, 1e6))
def test_sigmoid_of_minus_z_is_one_minus_sigmoid(z: float) -> None:
    a, b = Sigmoid().forward(np.array([z, -z]))
    assert a + b == pytest.approx(1.0, abs=3e-16)

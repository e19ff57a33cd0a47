"""The losses against their papers' formulas in 60 digits."""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Loss
from nnplug.core.errors import DataError, ShapeError
from nnplug.plugins.losses.bce import BCE
from nnplug.plugins.losses.cross_entropy import CrossEntropy
from nnplug.plugins.losses.hinge import Hinge
from nnplug.plugins.losses.huber import Huber
from nnplug.plugins.losses.log_cosh import LogCosh
from nnplug.plugins.losses.mae import MAE
from nnplug.plugins.losses.mse import MSE
from nnplug.plugins.losses.poisson import Poisson

Row = Sequence[Any]


def paper_mse(z: Row, t: Row) -> Any:
    return sum((a - b) ** 2 for a, b in zip(z, t, strict=True)) / len(z)


def paper_bce(z: Row, t: Row) -> Any:
    total = mp.mpf(0)
    for a, b in zip(z, t, strict=True):
        s = 1 / (1 + mp.exp(-a))
        total -= b * mp.log(s) + (1 - b) * mp.log(1 - s)
    return total / len(z)


def paper_cross_entropy(z: Row, t: Row) -> Any:
    y = [mp.exp(a) / sum(mp.exp(b) for b in z) for a in z]
    return -sum(b * mp.log(a) for a, b in zip(y, t, strict=True))


def paper_mae(z: Row, t: Row) -> Any:
    return sum(abs(a - b) for a, b in zip(z, t, strict=True)) / len(z)


def paper_huber(z: Row, t: Row, delta: float = 1.0) -> Any:
    d = mp.mpf(delta)
    sizes = [abs(a - b) for a, b in zip(z, t, strict=True)]
    return sum(e**2 / 2 if e <= d else d * (e - d / 2) for e in sizes) / len(z)


def paper_log_cosh(z: Row, t: Row) -> Any:
    return sum(mp.log(mp.cosh(a - b)) for a, b in zip(z, t, strict=True)) / len(z)


def paper_hinge(z: Row, t: Row) -> Any:
    return sum(max(mp.mpf(0), 1 - a * b) for a, b in zip(z, t, strict=True)) / len(z)


def paper_poisson(z: Row, t: Row) -> Any:
    # -log of exp(-rate) rate^t / t!, without the log(t!).
    rates = [mp.exp(a) for a in z]
    return sum(r - b * mp.log(r) for r, b in zip(rates, t, strict=True)) / len(z)


CASES: list[tuple[Loss, Callable[[Row, Row], Any], list[list[float]], list[list[float]]]] = [
    (MSE(), paper_mse, [[0.3], [-2.0], [40.0]], [[1.0], [-2.0], [0.0]]),
    (MSE(), paper_mse, [[0.3, -1.0, 5.0]], [[0.0, 1.0, 7.5]]),
    (
        BCE(),
        paper_bce,
        [[0.0], [2.5], [-40.0], [40.0], [-5.0]],
        [[1.0], [0.0], [1.0], [0.0], [0.3]],
    ),
    (BCE(), paper_bce, [[0.3, -1.0, 5.0]], [[0.0, 1.0, 1.0]]),
    (CrossEntropy(), paper_cross_entropy, [[1.0, 2.0, 3.0], [-40.0, 0.0, 40.0]], [[0, 1, 0]] * 2),
    (CrossEntropy(), paper_cross_entropy, [[0.5, -0.5], [5.0, 3.0]], [[1.0, 0.0], [0.25, 0.75]]),
    (MAE(), paper_mae, [[0.3], [-2.0], [40.0]], [[1.0], [-1.0], [0.0]]),
    (MAE(), paper_mae, [[0.3, -1.0, 5.0]], [[0.0, 1.0, 7.5]]),
    (Huber(), paper_huber, [[0.3], [-2.0], [40.0]], [[1.0], [-1.5], [0.0]]),
    (
        Huber(delta=0.25),
        lambda z, t: paper_huber(z, t, 0.25),
        [[0.3, -1.0, 5.0]],
        [[0.125, 1.0, 7.5]],
    ),
    (LogCosh(), paper_log_cosh, [[0.25], [-2.0], [40.0], [0.5]], [[1.0], [-1.0], [0.0], [0.25]]),
    (LogCosh(), paper_log_cosh, [[0.3, -1.0, 5.0]], [[0.0, 1.0, 7.5]]),
    (
        Hinge(),
        paper_hinge,
        [[0.0], [2.5], [-40.0], [40.0], [0.75]],
        [[1.0], [1.0], [1.0], [-1.0], [1.0]],
    ),
    (Hinge(), paper_hinge, [[0.3, -1.5, 5.0]], [[-1.0, -1.0, -1.0]]),
    (Poisson(), paper_poisson, [[0.0], [2.5], [-40.0], [20.0]], [[1.0], [0.0], [3.0], [7.5]]),
    (Poisson(), paper_poisson, [[0.3, -1.0, 3.0]], [[0.0, 1.0, 20.0]]),
]
EVERY: list[Loss] = [
    *[MSE(), MAE(), Huber(), Huber(delta=0.25), LogCosh()],
    *[BCE(), CrossEntropy(), Hinge(), Poisson()],
]
AT_TARGET: list[Loss] = [MSE(), MAE(), Huber(), LogCosh()]
cases = pytest.mark.parametrize(("loss", "paper", "z", "t"), CASES)
every = pytest.mark.parametrize("loss", EVERY, ids=repr)


def high(row: Any) -> list[Any]:
    return [mp.mpf(float(a)) for a in row]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@cases
def test_values(loss: Loss, paper: Any, z: Any, t: Any, dtype: Any) -> None:
    z, t = np.array(z, dtype=dtype), np.array(t, dtype=dtype)
    value = loss.value(z, t)
    assert value.shape == z.shape[:-1]
    assert value.dtype == dtype
    with mp.workdps(60):
        expected = [float(paper(high(a), high(b))) for a, b in zip(z, t, strict=True)]
    np.testing.assert_allclose(value, expected, rtol=8 * np.finfo(dtype).eps, atol=1e-30)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@cases
def test_gradients(loss: Loss, paper: Any, z: Any, t: Any, dtype: Any) -> None:
    z, t = np.array(z, dtype=dtype), np.array(t, dtype=dtype)
    gradient = loss.gradient(z, t)
    assert gradient.shape == z.shape
    assert gradient.dtype == dtype
    h = mp.mpf(10) ** -20
    with mp.workdps(60):
        for i, j in np.ndindex(z.shape):
            step = [h * (k == j) for k in range(z.shape[1])]
            row, target = high(z[i]), high(t[i])
            up = paper([a + s for a, s in zip(row, step, strict=True)], target)
            down = paper([a - s for a, s in zip(row, step, strict=True)], target)
            expected = float((up - down) / (2 * h))
            error = abs(gradient[i, j] - expected)
            assert error <= 4 * np.finfo(dtype).eps * max(1, abs(expected))


def test_constants_of_fifty_digits() -> None:
    # mpmath, 50 digits: log(1 + exp(2)) = 2.1269280110429724964
    #                    log(exp(1) + exp(2) + exp(3)) = 3.4076059644443804009
    assert BCE().value(np.array([[2.0]]), np.array([[0.0]]))[0] == pytest.approx(
        2.1269280110429724964, rel=1e-15
    )
    z, t = np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 1.0, 0.0]])
    assert CrossEntropy().value(z, t)[0] == pytest.approx(1.4076059644443804009, rel=1e-15)


@pytest.mark.parametrize("size", [1e4, 1e6])
def test_a_confidently_wrong_score_keeps_its_loss_and_its_gradient(size: float) -> None:
    z, t = np.array([[size], [-size], [size]]), np.array([[0.0], [1.0], [1.0]])
    np.testing.assert_array_equal(BCE().value(z, t), [size, size, 0])
    np.testing.assert_array_equal(BCE().gradient(z, t), [[1], [-1], [0]])
    z, t = np.array([[0.0, size], [0.0, -size]]), np.array([[1.0, 0.0], [1.0, 0.0]])
    np.testing.assert_array_equal(CrossEntropy().value(z, t), [size, 0])
    np.testing.assert_array_equal(CrossEntropy().gradient(z, t), [[-1, 1], [0, 0]])


@every
def test_a_stack_is_its_runs_one_by_one(loss: Loss) -> None:
    rng = np.random.default_rng(0)
    z = rng.standard_normal((4, 5, 3))
    t = np.eye(3)[rng.integers(3, size=(4, 5))]
    for i in range(4):
        np.testing.assert_array_equal(loss.value(z, t)[i], loss.value(z[i], t[i]))
        np.testing.assert_array_equal(loss.gradient(z, t)[i], loss.gradient(z[i], t[i]))
        np.testing.assert_array_equal(loss.predict(z)[i], loss.predict(z[i]))


@every
@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (2, 0, 3)])
def test_empty_and_single(loss: Loss, shape: tuple[int, ...]) -> None:
    z = np.zeros(shape)
    assert loss.value(z, z).shape == shape[:-1]
    assert loss.gradient(z, z).shape == shape


@every
def test_inputs_are_unchanged_and_strides_do_not_matter(loss: Loss) -> None:
    wide = np.random.default_rng(0).random((6, 8))
    z, t = wide[::2, ::2], wide[1::2, ::2]
    wide.flags.writeable = False
    np.testing.assert_allclose(loss.value(z, t), loss.value(z.copy(), t.copy()), rtol=1e-14)
    np.testing.assert_allclose(
        loss.gradient(z, t), loss.gradient(z.copy(), t.copy()), rtol=1e-14, atol=1e-16
    )


@every
def test_only_what_says_so_is_zero_at_the_target(loss: Loss) -> None:
    assert loss.zero_at_target is (loss in [*AT_TARGET, Huber(delta=0.25)])
    if loss.zero_at_target:
        t = np.array([[0.1, -3.0]])
        assert loss.value(t, t)[0] == 0
        assert not loss.gradient(t, t).any()


def test_tasks_links_and_outputs() -> None:
    for loss in AT_TARGET:
        assert set(loss.tasks) == {"regression", "binary", "multiclass"}
        assert loss.link == "identity"
    assert (Hinge.tasks, Hinge.link) == (("binary",), "identity")
    assert (Poisson.tasks, Poisson.link) == (("regression",), "exp")
    assert BCE.tasks == ("binary",)
    assert set(CrossEntropy.tasks) == {"binary", "multiclass"}
    assert (MSE.link, BCE.link, CrossEntropy.link) == ("identity", "sigmoid", "softmax")
    assert [MSE().outputs("regression", 3), BCE().outputs("binary", 1)] == [3, 1]
    assert [CrossEntropy().outputs("binary", 1), CrossEntropy().outputs("multiclass", 4)] == [2, 4]


def test_cross_entropy_encodes_a_binary_column_as_one_hot() -> None:
    t = np.array([[0.0], [1.0]], dtype=np.float32)
    encoded = CrossEntropy().encode(t, "binary")
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, [[1, 0], [0, 1]])
    one_hot = np.eye(3)
    assert CrossEntropy().encode(one_hot, "multiclass") is one_hot


@settings(deadline=None)
@given(st.floats(-700, 700), st.floats(-700, 700), st.sampled_from([0.0, 1.0]))
def test_two_class_cross_entropy_is_bce_of_the_difference(a: float, b: float, label: float) -> None:
    cross, bce = CrossEntropy(), BCE()
    z, t = np.array([[a, b]]), np.array([[label]])
    encoded = cross.encode(t, "binary")
    size = max(abs(a), abs(b), 1)
    assert cross.value(z, encoded)[0] == pytest.approx(
        bce.value(z[:, 1:] - z[:, :1], t)[0], abs=1e-15 * size, rel=1e-14
    )
    assert cross.gradient(z, encoded)[0, 1] == pytest.approx(
        bce.gradient(z[:, 1:] - z[:, :1], t)[0, 0], abs=1e-15
    )


@pytest.mark.parametrize("loss", [BCE(), CrossEntropy()], ids=repr)
def test_targets_outside_the_domain_are_refused_by_name(loss: Loss) -> None:
    z = np.zeros((2, 2))
    with pytest.raises(DataError, match=f"{type(loss).__name__} takes targets from 0 to 1, not 2"):
        loss.check(z, np.array([[0.0, 1.0], [2.0, 0.0]]))


@every
def test_what_would_broadcast_is_refused(loss: Loss) -> None:
    with pytest.raises(ShapeError):
        loss.check(np.zeros((3, 1)), np.zeros((3,)))


@settings(deadline=None)
@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=5))
def test_the_link_stays_in_its_range(scores: list[float]) -> None:
    z = np.array([scores])
    for loss in (BCE(), CrossEntropy()):
        y = loss.predict(z)
        assert ((y >= 0) & (y <= 1)).all()
    assert CrossEntropy().predict(z).sum() == pytest.approx(1.0, abs=1e-14)

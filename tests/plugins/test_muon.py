"""Muon against singular values in 40 digits: the five rounds are a polynomial of each of them."""

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from nnplug.engine.network import Network
from nnplug.plugins.optimizers.muon import Muon, orthogonal

Update = Callable[..., Any]
COEFFICIENTS = (mp.mpf("3.4445"), mp.mpf("-4.7750"), mp.mpf("2.0315"))
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def five_rounds(s: Any) -> Any:
    a, b, c = COEFFICIENTS
    for _ in range(5):
        s = a * s + b * s**3 + c * s**5
    return s


def paper_step(u: Any) -> Any:
    """Return scale * U p(S / |S|) V^T of an mpmath matrix U S V^T."""
    left, values, right = mp.svd_r(u)
    length = mp.sqrt(sum(s**2 for s in values)) + mp.mpf("1e-7")
    bent = mp.diag([five_rounds(s / length) for s in values])
    return max(mp.mpf(1), mp.mpf(u.cols) / u.rows) ** mp.mpf("0.5") * (left * bent * right)


def exact(matrix: Any) -> Any:
    return np.array([[float(matrix[i, j]) for j in range(matrix.cols)] for i in range(matrix.rows)])


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (3, 3), (1, 4), (4, 1)])
@dtypes
def test_twenty_steps(shape: tuple[int, int], dtype: Any, update: Update) -> None:
    rng = np.random.default_rng(0)
    # f = |w - target|^2 / 2; the gradient is exact in both arithmetics.
    start, target = (rng.standard_normal(shape).astype(dtype) for _ in range(2))
    w, slots = start.copy(), [np.zeros(shape, dtype)]
    with mp.workdps(40):
        theirs, goal = mp.matrix(start.tolist()), mp.matrix(target.tolist())
        velocity = mp.zeros(*shape)
        lr, mu = mp.mpf(0.05), mp.mpf(0.95)
        for t in range(1, 21):
            w = update(Muon(), w, w - target, 0.05, t, slots)
            g = theirs - goal
            velocity = mu * velocity + g
            theirs = theirs - lr * paper_step(g + mu * velocity)
            assert w.dtype == dtype
            # The rounds magnify a small singular value, and its rounding, by up to 3.4445^5 = 485.
            np.testing.assert_allclose(
                w, exact(theirs), rtol=0, atol=3000 * float(np.finfo(dtype).eps)
            )


@pytest.mark.parametrize("shape", [(30, 20), (20, 30), (64, 64)])
def test_all_but_tiny_singular_values_come_near_1(shape: tuple[int, int]) -> None:
    m = np.random.default_rng(0).standard_normal(shape)
    before = np.linalg.svd(m, compute_uv=False)
    after = np.linalg.svd(orthogonal(m), compute_uv=False) / max(1, shape[1] / shape[0]) ** 0.5
    kept = before / np.linalg.norm(before) > 0.003
    assert kept.sum() >= min(shape) - 2
    assert (after[: kept.sum()] > 0.65).all()
    assert (after < 1.25).all()


def test_the_direction_is_that_of_the_nearest_orthogonal_matrix() -> None:
    m = np.random.default_rng(0).standard_normal((6, 4))
    u, _, vt = np.linalg.svd(m, full_matrices=False)
    x = orthogonal(m)
    cosine = (x * (u @ vt)).sum() / np.linalg.norm(x) / np.linalg.norm(u @ vt)
    assert cosine > 0.98


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_a_bias_steps_by_about_lr_in_each_entry_along_its_gradient(
    size: float, update: Update
) -> None:
    g = size * np.random.default_rng(0).standard_normal((1, 50))
    step = update(Muon(), np.zeros((1, 50)), g, 0.1, 1, [np.zeros((1, 50))])
    np.testing.assert_allclose(step / np.linalg.norm(step), -g / np.linalg.norm(g), rtol=1e-12)
    assert 0.065 < np.sqrt((step**2).mean()) < 0.125


@pytest.mark.parametrize("shape", [(7,), (2, 3, 4), (1, 1)])
def test_any_shape_is_a_matrix_of_its_last_axis(shape: tuple[int, ...], update: Update) -> None:
    g = np.random.default_rng(0).standard_normal(shape)
    flat = g.reshape(-1, shape[-1])
    w = update(Muon(), np.zeros(shape), g, 0.1, 1, [np.zeros(shape)])
    as_matrix = update(Muon(), np.zeros_like(flat), flat, 0.1, 1, [np.zeros_like(flat)])
    np.testing.assert_array_equal(w, as_matrix.reshape(shape))


def test_nothing_moves_without_gradient_and_memory(update: Update) -> None:
    w = np.ones((3, 2))
    moved = update(Muon(), w.copy(), np.zeros((3, 2)), 0.1, 1, [np.zeros((3, 2))])
    np.testing.assert_array_equal(moved, w)


def test_it_sees_one_parameter_of_one_run_at_a_time() -> None:
    x = np.random.default_rng(0).standard_normal((2, 6, 3))
    t = np.ones((2, 6, 2))

    def trained(seed: Any, x: Any, t: Any) -> Any:
        net = Network(
            "linear:units=4 tanh linear:units=2", 3, loss="mse", optimizer="muon", seed=seed
        )
        for _ in range(5):
            net.backward(net.loss_gradient(net.forward(x), t))
            net.step()
        return net.w

    stack = trained([1, 2], x, t)
    for run in range(2):
        np.testing.assert_allclose(stack[run], trained(run + 1, x[run], t[run]), atol=1e-11)

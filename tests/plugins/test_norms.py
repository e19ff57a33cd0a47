"""Batch and layer normalization: by hand, in 50 digits, against differences, batch after batch."""

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from nnplug.core import Context, Layer
from nnplug.core.errors import SpecError
from nnplug.engine.network import Network
from nnplug.plugins.layers.batch_norm import BatchNorm
from nnplug.plugins.layers.layer_norm import LayerNorm

Make = Callable[..., Any]
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])
both = pytest.mark.parametrize("training", [True, False])


def weights(n: int, runs: tuple[int, ...] = (), dtype: Any = np.float64, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    p = {name: rng.standard_normal((*runs, 1, n)) for name in ("gamma", "beta", "mean")}
    p["var"] = rng.uniform(0.5, 2, (*runs, 1, n))
    return {name: value.astype(dtype) for name, value in p.items()}


def sums(layer: Layer, x: Any, dy: Any, p: Any, training: bool, make: Make) -> float:
    return float((dy * layer.forward(x, p, make((3,), training=training))[0]).sum())


@pytest.mark.parametrize("eps", [1e-5, 0.5])
@pytest.mark.parametrize(("cls", "axis"), [(BatchNorm, 0), (LayerNorm, 1)])
def test_values_in_fifty_digits(cls: Any, axis: int, eps: float, context: Make) -> None:
    x = np.random.default_rng(1).standard_normal((4, 3)) * 5 + 100
    p = weights(3)
    y, _ = cls(eps=eps).forward(x, p, context((3,), training=True))
    with mp.workdps(50):
        for i, j in np.ndindex(x.shape):
            group = [mp.mpf(float(v)) for v in (x[:, j] if axis == 0 else x[i])]
            m = sum(group) / len(group)
            v = sum((a - m) ** 2 for a in group) / len(group)
            h = (mp.mpf(float(x[i, j])) - m) / mp.sqrt(v + mp.mpf(eps))
            expected = mp.mpf(float(p["gamma"][0, j])) * h + mp.mpf(float(p["beta"][0, j]))
            # x has lost two digits to its mean of 100.
            assert y[i, j] == pytest.approx(float(expected), abs=1e-13)


@pytest.mark.parametrize("cls", [BatchNorm, LayerNorm])
@both
def test_gradients_against_differences(
    cls: Any, training: bool, context: Make, gradients: Make
) -> None:
    layer, p = cls(), weights(3)
    rng = np.random.default_rng(1)
    x, dy = rng.standard_normal((5, 3)), rng.standard_normal((5, 3))
    ctx, g = context((3,), training=training), gradients(p)
    _, cache = layer.forward(x, p, ctx)
    dx = layer.backward(dy, cache, p, g, ctx)
    for values, slopes in [(x, dx), (p["gamma"], g["gamma"]), (p["beta"], g["beta"])]:
        for i in np.ndindex(values.shape):
            kept = values[i]
            values[i] = kept + 1e-5
            up = sums(layer, x, dy, p, training, context)
            values[i] = kept - 1e-5
            down = sums(layer, x, dy, p, training, context)
            values[i] = kept
            assert slopes[i] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-8)


@both
@dtypes
def test_a_stack_with_columns_is_its_runs_one_by_one(
    training: bool, dtype: Any, context: Make, gradients: Make
) -> None:
    moments, epsilons = [0.9, 0.5], [1e-5, 0.25]
    layer = BatchNorm()
    object.__setattr__(layer, "momentum", np.array(moments, dtype).reshape(2, 1, 1))
    object.__setattr__(layer, "eps", np.array(epsilons, dtype).reshape(2, 1, 1))
    rng = np.random.default_rng(0)
    x, dy = (rng.standard_normal((2, 5, 3)).astype(dtype) for _ in range(2))
    p = weights(3, (2,), dtype)
    ctx, g = Context("0", (3,), runs=(2,), training=training), gradients(p)
    y, cache = layer.forward(x, p, ctx)
    dx = layer.backward(dy, cache, p, g, ctx)
    tolerance = 20 * float(np.finfo(dtype).eps)
    for run in range(2):
        one = BatchNorm(momentum=moments[run], eps=epsilons[run])
        own = {name: value[run] for name, value in p.items()}
        own_ctx, own_g = context((3,), training=training), gradients(own)
        own_y, own_cache = one.forward(x[run], own, own_ctx)
        own_dx = one.backward(dy[run], own_cache, own, own_g, own_ctx)
        pairs = [(y, own_y), (dx, own_dx), (g["gamma"], own_g["gamma"]), (g["beta"], own_g["beta"])]
        pairs += [(ctx.keep[name], own_ctx.keep[name]) for name in ctx.keep]
        for many, alone in pairs:
            assert many.dtype == alone.dtype == dtype
            np.testing.assert_allclose(many[run], alone, rtol=tolerance, atol=tolerance)
    assert set(ctx.keep) == ({"mean", "var"} if training else set())


def test_batch_norm_by_hand(context: Make) -> None:
    p = {"gamma": np.ones((1, 1)), "beta": np.zeros((1, 1))}
    p |= {"mean": np.array([[10.0]]), "var": np.array([[4.0]])}
    x = np.array([[1.0], [3.0]])
    ctx = context((1,), training=True)
    y, _ = BatchNorm(momentum=0.75, eps=3.0).forward(x, p, ctx)
    # Mean 2, variance 1 over two samples (2 over one less), s = sqrt(1 + 3) = 2.
    np.testing.assert_array_equal(y, [[-0.5], [0.5]])
    np.testing.assert_array_equal(ctx.keep["mean"], [[0.75 * 10 + 0.25 * 2]])
    np.testing.assert_array_equal(ctx.keep["var"], [[0.75 * 4 + 0.25 * 2]])
    ctx = context((1,), training=False)
    y, _ = BatchNorm(eps=5.0).forward(x, p, ctx)
    np.testing.assert_array_equal(y, [[-3], [-7 / 3]])
    assert ctx.keep == {}


@dtypes
@pytest.mark.parametrize("samples", [0, 1])
def test_batch_norm_of_a_batch_without_variance(
    samples: int, dtype: Any, context: Make, gradients: Make
) -> None:
    layer, p = BatchNorm(), weights(3, dtype=dtype)
    ctx, g = context((3,), training=True), gradients(p)
    y, cache = layer.forward(np.full((samples, 3), 7, dtype), p, ctx)
    dx = layer.backward(np.ones_like(y), cache, p, g, ctx)
    np.testing.assert_array_equal(y, p["beta"][[0] * samples])
    np.testing.assert_array_equal(dx, np.zeros((samples, 3)))
    np.testing.assert_array_equal(g["beta"], np.full((1, 3), samples))
    np.testing.assert_array_equal(g["gamma"], np.zeros((1, 3)))
    assert ctx.keep == {}


def test_the_network_keeps_running_means_and_predicts_with_them() -> None:
    net = Network("batch_norm:momentum=0.5", 2, loss="mse", optimizer="gd:lr=0.001")
    x = np.array([[0.0, 10.0], [2.0, 14.0], [4.0, 18.0]])
    for _ in range(3):
        net.backward(net.loss_gradient(net.forward(x), 0 * x))
        net.step()
    # m = (2, 14), unbiased variance (4, 16); after k steps 1 - 2^-k of both, from 0 and 1.
    np.testing.assert_allclose(net.parameter("0.mean"), [[1.75, 12.25]], rtol=1e-14)
    np.testing.assert_allclose(net.parameter("0.var"), [[0.125 + 3.5, 0.125 + 14]], rtol=1e-14)
    before = net.w.copy()
    net.predict(x)
    net.forward(x, training=False)
    np.testing.assert_array_equal(net.w, before)


def test_a_stack_of_networks_keeps_means_of_its_own() -> None:
    x = np.random.default_rng(0).standard_normal((2, 6, 3))
    stack = Network("batch_norm linear:units=2", 3, loss="mse", optimizer="gd", seed=[4, 5])
    t = np.ones((2, 6, 2))
    stack.backward(stack.loss_gradient(stack.forward(x), t))
    stack.step()
    for run, seed in enumerate((4, 5)):
        alone = Network("batch_norm linear:units=2", 3, loss="mse", optimizer="gd", seed=seed)
        alone.backward(alone.loss_gradient(alone.forward(x[run]), t[run]))
        alone.step()
        np.testing.assert_allclose(stack.w[run], alone.w, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("cls", [BatchNorm, LayerNorm])
def test_scale_and_shift_start_at_one_and_zero_and_do_not_decay(cls: Any) -> None:
    parameters = cls().parameters((4,))
    assert [parameters["gamma"].init, parameters["beta"].init] == ["constant:value=1", "zeros"]
    assert not parameters["gamma"].decay
    assert not parameters["beta"].decay
    kept = {name for name, one in parameters.items() if not one.trainable}
    assert kept == ({"mean", "var"} if cls is BatchNorm else set())
    assert cls.independent_rows is (cls is LayerNorm)


@pytest.mark.parametrize("cls", [BatchNorm, LayerNorm])
@pytest.mark.parametrize("shape", [(2, 3), ()])
def test_anything_but_one_axis_is_refused(cls: Any, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="takes samples of one axis"):
        cls().parameters(shape)


def test_layer_norm_of_one_and_two_features(context: Make) -> None:
    p = weights(2) | {"gamma": np.ones((1, 2)), "beta": np.zeros((1, 2))}
    y, _ = LayerNorm(eps=1e-12).forward(np.array([[3.0, 1.0], [-5.0, 9.0]]), p, context((2,)))
    np.testing.assert_allclose(y, [[1, -1], [-1, 1]], rtol=1e-11)
    p = {name: value[:, :1] for name, value in p.items()}
    y, _ = LayerNorm().forward(np.array([[3.0], [-5.0]]), p, context((1,)))
    np.testing.assert_array_equal(y, [[0], [0]])


@pytest.mark.parametrize(
    ("cls", "wrong"),
    [(BatchNorm, {"momentum": 1.0}), (BatchNorm, {"eps": 0.0}), (LayerNorm, {"eps": 0.0})],
)
def test_hyperparameters_out_of_range(cls: Any, wrong: dict[str, float]) -> None:
    with pytest.raises(SpecError, match=next(iter(wrong))):
        cls(**wrong)

"""The layers, by hand and against differences."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Chain, Context, Layer, Parameter
from nnplug.core.chain import as_layer
from nnplug.core.errors import SpecError
from nnplug.plugins.activations.tanh import Tanh
from nnplug.plugins.layers.dropout import Dropout
from nnplug.plugins.layers.flatten import Flatten
from nnplug.plugins.layers.layer_norm import LayerNorm
from nnplug.plugins.layers.linear import Linear
from nnplug.plugins.layers.prelu import PReLU
from nnplug.plugins.layers.residual import Residual

Make = Callable[..., Any]

BLOCK = Residual((Linear(4), as_layer(Tanh()), Linear(3)))
LAYERS: list[tuple[Layer, tuple[int, ...]]] = [
    (Linear(4), (3,)),
    (Dropout(0.4), (3,)),
    (Dropout(0.4), (2, 3)),
    (Flatten(), (2, 3, 2)),
    (BLOCK, (3,)),
    (Residual((BLOCK, Linear(3))), (3,)),
    (PReLU(), (3,)),
    (PReLU(shared=True), (3,)),
    (PReLU(), (2, 2, 3)),
    (PReLU(shared=True), (2, 2, 3)),
    (LayerNorm(), (5,)),
]
every = pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=repr)
dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def fresh(tree: Any, rng: Any, runs: tuple[int, ...] = (), dtype: Any = np.float64) -> Any:
    if isinstance(tree, Parameter):
        return rng.standard_normal((*runs, *tree.shape)).astype(dtype)
    return {name: fresh(value, rng, runs, dtype) for name, value in tree.items()}


def leaves(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in leaves(value)]
    return [tree]


def pick(tree: Any, run: int) -> Any:
    return {k: pick(v, run) if isinstance(v, dict) else v[run] for k, v in tree.items()}


@pytest.mark.parametrize("samples", [1, 3, 0])
@dtypes
@every
def test_shapes_and_dtype(
    layer: Layer,
    shape: tuple[int, ...],
    samples: int,
    dtype: Any,
    context: Make,
    gradients: Make,
) -> None:
    rng = np.random.default_rng(0)
    p = fresh(layer.parameters(shape), rng, dtype=dtype)
    g = gradients(p)
    x = rng.standard_normal((samples, *shape)).astype(dtype)
    ctx = context(shape, training=True)
    y, cache = layer.forward(x, p, ctx)
    dx = layer.backward(np.ones_like(y), cache, p, g, ctx)
    assert y.shape == (samples, *layer.output_shape(shape))
    assert dx.shape == x.shape
    assert y.dtype == dx.dtype == dtype
    assert all(np.isfinite(leaf).all() for leaf in leaves(g))


@every
def test_gradients_against_differences(
    layer: Layer, shape: tuple[int, ...], context: Make, gradients: Make
) -> None:
    rng = np.random.default_rng(1)
    p = fresh(layer.parameters(shape), rng)
    x = rng.standard_normal((3, *shape))
    dy = rng.standard_normal((3, *layer.output_shape(shape)))

    def loss() -> float:
        # The same seed, hence the same mask.
        return float((dy * layer.forward(x, p, context(shape, training=True))[0]).sum())

    ctx = context(shape, training=True)
    _, cache = layer.forward(x, p, ctx)
    g = gradients(p)
    dx = layer.backward(dy, cache, p, g, ctx)
    for values, slopes in [(x, dx), *zip(leaves(p), leaves(g), strict=True)]:
        for i in np.ndindex(values.shape):
            kept = values[i]
            values[i] = kept + 1e-5
            up = loss()
            values[i] = kept - 1e-5
            down = loss()
            values[i] = kept
            assert slopes[i] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("training", [False, True])
@every
def test_a_stack_is_its_runs_one_by_one(
    layer: Layer, shape: tuple[int, ...], training: bool, context: Make, gradients: Make
) -> None:
    class Streams:
        """Draws each run's share from that run's own stream, as the engine's does."""

        def random(self, size: tuple[int, ...]) -> Any:
            return np.stack([np.random.default_rng(run).random(size[1:]) for run in range(size[0])])

    rng = np.random.default_rng(0)
    p = fresh(layer.parameters(shape), rng, (2,))
    g = gradients(p)
    x = rng.standard_normal((2, 5, *shape))
    ctx = Context("0", shape, runs=(2,), training=training, rng=Streams())
    y, cache = layer.forward(x, p, ctx)
    dy = rng.standard_normal(y.shape)
    dx = layer.backward(dy, cache, p, g, ctx)
    for run in range(2):
        own, own_p = context(shape, seed=run, training=training), pick(p, run)
        own_g = gradients(own_p)
        own_y, own_cache = layer.forward(x[run], own_p, own)
        own_dx = layer.backward(dy[run], own_cache, own_p, own_g, own)
        np.testing.assert_allclose(y[run], own_y, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(dx[run], own_dx, rtol=1e-13, atol=1e-14)
        for a, b in zip(leaves(pick(g, run)), leaves(own_g), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


@every
def test_inputs_and_weights_are_unchanged(
    layer: Layer, shape: tuple[int, ...], context: Make, gradients: Make
) -> None:
    rng = np.random.default_rng(0)
    p = fresh(layer.parameters(shape), rng)
    x = rng.standard_normal((4, *shape))
    for array in (x, *leaves(p)):
        array.flags.writeable = False
    ctx = context(shape, training=True)
    y, cache = layer.forward(x, p, ctx)
    dy = np.ones_like(y)
    dy.flags.writeable = False
    layer.backward(dy, cache, p, gradients(p), ctx)


def test_linear_by_hand(context: Make, gradients: Make) -> None:
    p = {"W": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), "b": np.array([[10.0, 20.0]])}
    x = np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    ctx, g = context((3,)), gradients(p)
    y, cache = Linear(2).forward(x, p, ctx)
    np.testing.assert_array_equal(y, [[6, 16], [15, 28]])
    dx = Linear(2).backward(np.array([[1.0, 0.0], [0.0, 2.0]]), cache, p, g, ctx)
    np.testing.assert_array_equal(g["W"], [[1, 4], [0, 2], [-1, 0]])
    np.testing.assert_array_equal(g["b"], [[1, 2]])
    np.testing.assert_array_equal(dx, [[1, 3, 5], [4, 8, 12]])


def test_linear_skips_the_input_gradient_that_nobody_wants(context: Make, gradients: Make) -> None:
    p = {"W": np.ones((3, 2)), "b": np.zeros((1, 2))}
    ctx, g = context((3,), needs_input_grad=False), gradients(p)
    assert Linear(2).backward(np.ones((4, 2)), np.ones((4, 3)), p, g, ctx) is None
    np.testing.assert_array_equal(g["W"], np.full((3, 2), 4.0))


def test_linear_declares_its_fan_and_a_bias_that_does_not_decay() -> None:
    parameters = Linear(5).parameters((3,))
    assert parameters["W"] == Parameter((3, 5), fan=(3, 5))
    assert parameters["b"] == Parameter((1, 5), init="zeros", decay=False)


@pytest.mark.parametrize("shape", [(2, 3), ()])
def test_linear_refuses_anything_but_one_axis(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="put flatten before it"):
        Linear(2).parameters(shape)


@dtypes
def test_dropout_drops_at_its_rate_and_keeps_the_mean(dtype: Any, context: Make) -> None:
    x = np.ones((2000, 50), dtype=dtype)
    y, _ = Dropout(0.3).forward(x, {}, context((50,), training=True))
    kept = (y != 0).mean()
    # Five sigma of 100,000 draws.
    assert kept == pytest.approx(0.7, abs=5 * (0.21 / 1e5) ** 0.5)
    assert y.mean() == pytest.approx(1.0, abs=5 * (0.21 / 1e5) ** 0.5 / 0.7)
    np.testing.assert_array_equal(y[y != 0], np.float64(1 / 0.7).astype(dtype))


def test_dropout_is_the_identity_while_predicting_and_for_p_0(
    context: Make, gradients: Make
) -> None:
    x = np.arange(6.0).reshape(2, 3)
    for layer, training in ((Dropout(0.9), False), (Dropout(0.0), True)):
        ctx = context((3,), training=training)
        y, cache = layer.forward(x, {}, ctx)
        np.testing.assert_array_equal(y, x)
        np.testing.assert_array_equal(layer.backward(x, cache, {}, gradients({}), ctx), x)


@dtypes
def test_dropout_takes_a_column_of_rates(dtype: Any, context: Make) -> None:
    layer = Dropout()
    object.__setattr__(layer, "p", np.array([0.0, 0.5], dtype=dtype).reshape(2, 1, 1))
    x = np.ones((2, 200, 10), dtype=dtype)
    y, _ = layer.forward(x, {}, context((10,), training=True, runs=(2,)))
    assert y.dtype == dtype
    np.testing.assert_array_equal(y[0], x[0])
    assert set(np.unique(y[1])) == {0.0, 2.0}


@pytest.mark.parametrize("p", [-0.1, 1.0])
def test_dropout_refuses_a_rate_that_leaves_nothing(p: float) -> None:
    with pytest.raises(SpecError, match="p must be >= 0, < 1"):
        Dropout(p)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=2),
    st.lists(st.integers(1, 4), min_size=0, max_size=3),
)
def test_flatten_and_back(outer: list[int], features: list[int]) -> None:
    x = np.random.default_rng(0).random((*outer, *features))
    ctx = Context("0", tuple(features), runs=tuple(outer[1:]))
    y, cache = Flatten().forward(x, {}, ctx)
    assert y.shape == (*outer, *Flatten().output_shape(tuple(features)))
    np.testing.assert_array_equal(y.ravel(), x.ravel())
    dx = Flatten().backward(y, cache, {}, {}, ctx)
    assert dx is not None
    np.testing.assert_array_equal(dx, x)


def test_residual_is_its_chain_and_a_short_cut(context: Make) -> None:
    rng = np.random.default_rng(0)
    p = fresh(BLOCK.parameters((3,)), rng)
    x = rng.standard_normal((4, 3))
    inner, _ = Chain(BLOCK.layers).forward(x, p, context((3,)))
    y, _ = BLOCK.forward(x, p, context((3,)))
    np.testing.assert_array_equal(y, x + inner)
    hidden = np.tanh(x @ p["0"]["W"] + p["0"]["b"])
    np.testing.assert_allclose(y, x + hidden @ p["2"]["W"] + p["2"]["b"], rtol=1e-14)


def test_residual_leaves_out_the_input_gradient_that_nobody_wants(
    context: Make, gradients: Make
) -> None:
    p = fresh(BLOCK.parameters((3,)), np.random.default_rng(0))
    ctx, g = context((3,), needs_input_grad=False), gradients(p)
    y, cache = BLOCK.forward(np.ones((4, 3)), p, ctx)
    assert BLOCK.backward(np.ones_like(y), cache, p, g, ctx) is None
    assert all(np.isfinite(leaf).all() for leaf in leaves(g))


def test_residual_refuses_layers_that_change_the_shape() -> None:
    for ask in (Residual((Linear(4),)).output_shape, Residual((Linear(4),)).parameters):
        with pytest.raises(ValueError, match=r"of shape \(3,\).* of shape \(4,\)"):
            ask((3,))


def test_residual_refuses_to_be_empty() -> None:
    with pytest.raises(SpecError, match="needs layers inside"):
        Residual(())

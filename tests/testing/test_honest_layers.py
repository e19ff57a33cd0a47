"""Right layers that the built-ins do not resemble: no check may raise a false alarm."""

from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Context, Initializer, Layer, Parameter, Parameters, Shape, Views
from nnplug.testing import run_checks


class Ones(Initializer):
    """w = 1  (Ioffe, Szegedy, 2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.ones(shape)


class BatchNorm(Layer):
    """gamma (x - mean) / sqrt(var + eps) + beta over the batch  (Ioffe, Szegedy, 2015)."""

    momentum: Annotated[float, Ge(0), Lt(1)] = 0.9
    eps: Annotated[float, Gt(0)] = 1e-5

    independent_rows = False

    def parameters(self, in_shape: Shape) -> Parameters:
        row = (1, *in_shape)
        return {
            "gamma": Parameter(row, init=Ones(), decay=False),
            "mean": Parameter(row, init="zeros", trainable=False),
            "beta": Parameter(row, init="zeros", decay=False),
            "var": Parameter(row, init=Ones(), trainable=False),
        }

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        axis = x.ndim - len(ctx.in_shape) - 1
        if ctx.training:
            mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
            keep = self.momentum
            ctx.keep["mean"] = keep * p["mean"] + (1 - keep) * mean
            ctx.keep["var"] = keep * p["var"] + (1 - keep) * var
        else:
            mean, var = p["mean"], p["var"]
        scale = 1 / np.sqrt(var + self.eps)
        centred = (x - mean) * scale
        return p["gamma"] * centred + p["beta"], (centred, scale, axis, ctx.training)

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        centred, scale, axis, training = cache
        g["gamma"] = (dy * centred).sum(axis=axis, keepdims=True)
        g["beta"] = dy.sum(axis=axis, keepdims=True)
        d = dy * p["gamma"]
        if not training:
            return d * scale
        return scale * (
            d
            - d.mean(axis=axis, keepdims=True)
            - centred * (d * centred).mean(axis=axis, keepdims=True)
        )


class Convolution(Layer):
    """y = sum over a window of x W + b, without padding  (LeCun et al., 1989)."""

    filters: Annotated[int, Ge(1)] = 2
    width: Annotated[int, Ge(1)] = 2

    def parameters(self, in_shape: Shape) -> Parameters:
        height, width, channels = in_shape
        if min(height, width) < self.width:
            raise ValueError(f"a window of {self.width} does not fit into {in_shape}")
        k = self.width
        return {
            "W": Parameter(
                (k, k, channels, self.filters), fan=(k * k * channels, k * k * self.filters)
            ),
            "b": Parameter((1, 1, 1, self.filters), init="zeros", decay=False),
        }

    def output_shape(self, in_shape: Shape) -> Shape:
        height, width, _ = in_shape
        return (height - self.width + 1, width - self.width + 1, self.filters)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        h, w, _ = self.output_shape(ctx.in_shape)
        y = np.zeros((*x.shape[:-3], h, w, self.filters), x.dtype) + p["b"]
        for i, j in np.ndindex(self.width, self.width):
            window = x[..., i : i + h, j : j + w, :]
            kernel = p["W"][..., i, j, :, :]
            y = y + window @ kernel[..., None, None, :, :]
        return y, x

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        x, (h, w, _) = cache, dy.shape[-3:]
        dW, dx = np.zeros_like(p["W"]), np.zeros_like(x)
        lead = len(ctx.runs)
        for i, j in np.ndindex(self.width, self.width):
            window = x[..., i : i + h, j : j + w, :]
            flat = window.reshape(*x.shape[:lead], -1, x.shape[-1])
            slopes = dy.reshape(*dy.shape[:lead], -1, self.filters)
            if flat.size:
                dW[..., i, j, :, :] = flat.mT @ slopes
            kernel = p["W"][..., i, j, :, :][..., None, None, :, :]
            dx[..., i : i + h, j : j + w, :] += dy @ kernel.mT
        g["W"] = dW
        g["b"] = dy.sum(axis=(-4, -3, -2), keepdims=True)
        return dx

    def sample_shape(self) -> Shape:
        return (4, 5, 3)


class Embedding(Layer):
    """y = row x of a table  (Bengio et al., 2003)."""

    words: Annotated[int, Ge(1)] = 5
    units: Annotated[int, Ge(1)] = 3

    differentiable_input = False

    def parameters(self, in_shape: Shape) -> Parameters:
        return {"table": Parameter((self.words, self.units), init="normal")}

    def output_shape(self, in_shape: Shape) -> Shape:
        return (*in_shape, self.units)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        hot = (x[..., None] == np.arange(self.words)).astype(x.dtype)
        table = p["table"].reshape(*ctx.runs, *[1] * len(ctx.in_shape), self.words, self.units)
        return hot @ table, hot

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        lead = len(ctx.runs)
        hot = cache.reshape(*cache.shape[:lead], -1, self.words)
        slopes = dy.reshape(*dy.shape[:lead], -1, self.units) if dy.size else dy[..., 0, :]
        g["table"] = hot.mT @ slopes.reshape(*dy.shape[:lead], hot.shape[-2], self.units)
        return np.zeros(dy.shape[:-1], dy.dtype)

    def sample_input(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return rng.integers(0, self.words, shape).astype(float)


class Elman(Layer):
    """h_t = tanh(x_t W + h_{t-1} U + b), y = the last h  (Elman, 1990)."""

    units: Annotated[int, Ge(1)] = 3

    def parameters(self, in_shape: Shape) -> Parameters:
        _, n = in_shape
        return {
            "W": Parameter((n, self.units), fan=(n, self.units)),
            "U": Parameter((self.units, self.units), fan=(self.units, self.units)),
            "b": Parameter((1, self.units), init="zeros", decay=False),
        }

    def output_shape(self, in_shape: Shape) -> Shape:
        return (self.units,)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        states = [np.zeros((*x.shape[:-2], self.units), x.dtype)]
        for t in range(x.shape[-2]):
            states.append(np.tanh(x[..., t, :] @ p["W"] + states[-1] @ p["U"] + p["b"]))
        return states[-1], (x, states)

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        x, states = cache
        dW, dU, db = (np.zeros_like(p[name]) for name in ("W", "U", "b"))
        dx, dh = np.zeros_like(x), dy
        for t in reversed(range(x.shape[-2])):
            dz = dh * (1 - states[t + 1] ** 2)
            dW += x[..., t, :].mT @ dz
            dU += states[t].mT @ dz
            db += dz.sum(axis=-2, keepdims=True)
            dx[..., t, :] = dz @ p["W"].mT
            dh = dz @ p["U"].mT
        g["W"], g["U"], g["b"] = dW, dU, db
        return dx

    def sample_shape(self) -> Shape:
        return (4, 2)


class MaxPool(Layer):
    """y = the largest of two neighbours  (Zhou, Chellappa, 1988)."""

    def output_shape(self, in_shape: Shape) -> Shape:
        if in_shape[-1] % 2:
            raise ValueError(f"an even number of features is needed, not {in_shape[-1]}")
        return (*in_shape[:-1], in_shape[-1] // 2)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        a, b = x[..., ::2], x[..., 1::2]
        return np.maximum(a, b), a > b

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = np.zeros((*dy.shape[:-1], 2 * dy.shape[-1]), dy.dtype)
        dx[..., ::2], dx[..., 1::2] = dy * cache, dy * ~cache
        return dx

    def sample_shape(self) -> Shape:
        return (6,)


class Noise(Layer):
    """y = x + sigma N(0, 1) while training  (Sietsma, Dow, 1991)."""

    sigma: Annotated[float, Ge(0)] = 0.1

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        if not ctx.training:
            return x, None
        return x + self.sigma * ctx.rng.standard_normal(x.shape).astype(x.dtype), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy


class PReLU(Layer):
    """y = max(x, 0) + a min(x, 0), with a learnt  (He et al., 2015)."""

    def parameters(self, in_shape: Shape) -> Parameters:
        return {"a": Parameter((1, *in_shape), init="zeros", decay=False)}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return np.maximum(x, 0) + p["a"] * np.minimum(x, 0), x

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        axis = cache.ndim - len(ctx.in_shape) - 1
        g["a"] = (dy * np.minimum(cache, 0)).sum(axis=axis, keepdims=True)
        positive = (cache > 0).astype(dy.dtype)
        return dy * (positive + (1 - positive) * p["a"])


HONEST = (BatchNorm, Convolution, Embedding, Elman, MaxPool, Noise, PReLU)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cls", HONEST, ids=lambda cls: cls.__name__)
def test_no_false_alarm(cls: type[Layer], seed: int) -> None:
    failed = [result.text for result in run_checks(cls, seed=seed) if result.failed]
    assert not failed


def test_a_wide_layer_is_compared_in_part() -> None:
    layer = Convolution(filters=20, width=3)
    results = {result.id: result for result in run_checks(layer, only=("L2", "L3", "L7"))}
    assert {result.status for result in results.values()} == {"passed"}

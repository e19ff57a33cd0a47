"""Layers with wrong gradients of their parameters."""

from typing import Annotated, Any

import numpy as np
from annotated_types import Gt

from mistakes.mistake import Mistake
from nnplug.core import Array, Context, Layer, Parameter, Parameters, Shape, Views


class Linear(Layer):
    """y = x W + b, the linear layer from which the wrong ones derive  (1986)."""

    def parameters(self, in_shape: Shape) -> Parameters:
        (n,) = in_shape
        return {
            "W": Parameter((n, 3), fan=(n, 3)),
            "b": Parameter((1, 3), init="zeros", decay=False),
        }

    def output_shape(self, in_shape: Shape) -> Shape:
        return (3,)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x @ p["W"] + p["b"], x

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["W"] = cache.mT @ dy
        g["b"] = dy.sum(axis=-2, keepdims=True)
        return dy @ p["W"].mT


class BiasOverUnits(Linear):
    """y = x W + b, db summed over the units  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = dy.sum(axis=-1, keepdims=True)
        return dx


class MeanOverSamples(Linear):
    """y = x W + b, dW / n  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy / dy.shape[-2]
        return dx


class TransposedGradient(Linear):
    """y = x W + b, dW transposed  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = dy.mT @ cache
        return dx


class UpdatesBeforePropagation(Linear):
    """y = x W + b, W = W - 0.01 dW before dx  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        w = p["W"]
        w -= 0.01 * (cache.mT @ dy)
        return super().backward(dy, cache, p, g, ctx)


class Adds(Linear):
    """y = x W + b, dW added to what is there  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["W"] += cache.mT @ dy
        g["b"] = dy.sum(axis=-2, keepdims=True)
        return dy @ p["W"].mT


class AddsFirst(Adds):
    """y = x W + b, NaN taken for a first time, else added  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        if np.isnan(g["W"]).any():
            g["W"] = np.zeros_like(g["W"])
        return super().backward(dy, cache, p, g, ctx)


class ForgetsBias(Linear):
    """y = x W + b, without db  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["W"] = cache.mT @ dy
        return dy @ p["W"].mT


class CentresFeatures(Layer):
    """y = x - mean(x) over the features  (2016)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x - x.mean(axis=-1, keepdims=True), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy - dy.mean(axis=-1, keepdims=True)


class RowScale(Layer):
    """y = x / sqrt(mean(x^2) + 1) over the features  (2019)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        size = np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1)
        return x / size, (x / size, size)

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        y, size = cache
        return (dy - y * (dy * y).mean(axis=-1, keepdims=True)) / size


class Dense(Linear):
    """y = tanh(x W + b)  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        y = np.tanh(x @ p["W"] + p["b"])
        return y, (x, y)

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        x, y = cache
        return super().backward(dy * self._inner(y), x, p, g, ctx)

    def _inner(self, y: Array) -> Array:
        return 1 - y * y


class WithoutInner(Dense):
    """y = tanh(x W + b), without tanh' in backward  (1986)."""

    def _inner(self, y: Array) -> Array:
        return np.ones_like(y)


class Affine(Layer):
    """y = gamma x + beta  (2015)."""

    def parameters(self, in_shape: Shape) -> Parameters:
        (n,) = in_shape
        return {
            "gamma": Parameter((1, n), init="constant:value=1.0"),
            "beta": Parameter((1, n), init="zeros", decay=False),
        }

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return p["gamma"] * x + p["beta"], x

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["gamma"] = (dy * cache).sum(axis=-2, keepdims=True)
        g["beta"] = dy.sum(axis=-2, keepdims=True)
        return dy * p["gamma"]


class Exchanged(Affine):
    """y = gamma x + beta, the gradients of the two exchanged  (2015)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["beta"] = (dy * cache).sum(axis=-2, keepdims=True)
        g["gamma"] = dy.sum(axis=-2, keepdims=True)
        return dy * p["gamma"]


class EachSampleApart(Affine):
    """y = gamma x + beta, dgamma without a sum over the batch  (2015)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["gamma"] = dy * cache
        return dx


class MeanOfBias(Linear):
    """y = x W + b, db as the mean over the batch  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = dy.mean(axis=-2, keepdims=True)
        return dx


class SumOfEverything(Linear):
    """y = x W + b, db summed over samples and units  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = np.zeros_like(p["b"]) + dy.sum(axis=(-1, -2), keepdims=True)
        return dx


class FirstSample(Linear):
    """y = x W + b, dW of the first sample alone  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache[..., :1, :].mT @ dy[..., :1, :]
        return dx


class Reshaped(Linear):
    """y = x W + b, dW reshaped where a transpose is due  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = (dy.mT @ cache).reshape(p["W"].shape)
        return dx


class NeverLearnsBias(Linear):
    """y = x W + b, db = 0  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = np.zeros_like(p["b"])
        return dx


class TwiceTheBias(Linear):
    """y = x W + b, 2 db  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = 2 * dy.sum(axis=-2, keepdims=True)
        return dx


class Shortcut(Layer):
    """y = x + tanh(x)  (2015)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x + np.tanh(x), x

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy * (2 - np.tanh(cache) ** 2)


class Mirrored(Layer):
    """y = x, its rows of features mirrored  (1998)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x[..., ::-1].copy(), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy[..., ::-1].copy()


class Scaled(Layer):
    """y = scale x  (1960)."""

    scale: Annotated[float, Gt(0)] = 1.0

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return self.scale * x, None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return self.scale * dy


class WritesWeightsAhead(Linear):
    """y = x W + b, W divided by its norm in forward  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        w = p["W"]
        w /= np.linalg.norm(w)
        return x @ w + p["b"], x


RIGHT = [Linear, CentresFeatures, RowScale, Dense, Affine, Shortcut, Mirrored, Scaled]
MISTAKES = [
    Mistake(
        BiasOverUnits,
        "L2",
        r"ContractError: the gradient of 'b' is float64\[4, 1\]",
        r'a sum over the wrong axis, the units, .* in g\["b"\]',
    ),
    Mistake(
        EachSampleApart,
        "L2",
        r"the gradient of 'gamma' is float64\[4, 3\]",
        r'a missing sum over the batch: one gradient for each sample in g\["gamma"\]',
    ),
    Mistake(
        MeanOverSamples,
        "L2",
        r"g\['W'\]\[\d, \d\]: analytic .*numeric .*, ratio 0.25 ",
        r'a mean over the samples, where the sum is the gradient, in g\["W"\]',
        figures=True,
    ),
    Mistake(MeanOfBias, "L2", "ratio 0.25 ", 'a mean over the samples, .* in g."b"', figures=True),
    Mistake(
        SumOfEverything,
        "L2",
        r"g\['b'\]",
        "a sum over the samples and the units, where",
        figures=True,
    ),
    Mistake(
        FirstSample, "L2", r"g\['W'\]", "one sample alone: that of the first one in", figures=True
    ),
    Mistake(
        TransposedGradient,
        "L2",
        r"g\['W'\]",
        r'a transpose: g\["W"\] is right once it is transposed',
        figures=True,
    ),
    Mistake(Exchanged, "L2", r"g\['gamma'\]", "exchanged gradients: .* gradient of 'beta'", True),
    Mistake(TwiceTheBias, "L2", "ratio 2 ", r'a constant factor: g\["b"\] is 2 times', True),
    Mistake(NeverLearnsBias, "L2", r"g\['b'\]", r'a gradient of 0: g\["b"\] is 0 everywhere', True),
    Mistake(
        UpdatesBeforePropagation,
        "L2",
        "it raises ValueError: output array is read-only",
        r'an update before propagation: backward changes p\["W"\] by -1/100 times its gradient',
    ),
    Mistake(
        WritesWeightsAhead,
        "L2",
        "output array is read-only",
        r'a write to the weights: forward changes p\["W"\]',
    ),
    Mistake(WithoutInner, "L2", r"g\['W'\]", "a missing sigma': .* 1 - y.2 .tanh. handed", True),
    Mistake(
        Adds,
        "L6",
        "backward does not write the gradient of 'W', or adds to it",
        r'adding instead of writing: with g\["W"\] full of 1 before, it is 1 larger after',
    ),
    Mistake(
        AddsFirst, "L6", r"g\['W'\].*depends on what stood there before: it is added to", "", True
    ),
    Mistake(
        ForgetsBias,
        "L6",
        "backward does not write the gradient of 'b'",
        r'a forgotten write: backward never touches g\["b"\]',
    ),
    Mistake(MeanOverSamples, "I2", "ratio 0.14", "a mean over the samples, where the sum", True),
]

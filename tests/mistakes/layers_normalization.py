"""Batch and layer normalization with a part of backward missing, or the wrong numbers kept."""

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Lt

from mistakes.layers import Linear
from mistakes.mistake import Mistake
from nnplug.core import Array, Context, Layer, Parameter, Parameters, Shape, Views


class BatchNorm(Layer):
    """y = gamma (x - m) / s + beta, by the batch, from which the wrong ones derive  (2015)."""

    momentum: Annotated[float, Ge(0), Lt(1)] = 0.9
    eps: Annotated[float, Gt(0)] = 1e-5

    independent_rows = False

    def parameters(self, in_shape: Shape) -> Parameters:
        if len(in_shape) != 1:
            raise ValueError("it takes samples of one axis")
        zero = Parameter((1, *in_shape), init="zeros")
        one = Parameter((1, *in_shape), init="constant:value=1")
        kept = {"mean": replace(zero, trainable=False), "var": replace(one, trainable=False)}
        return {"gamma": one, "beta": zero, **kept}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        m, v = self._statistics(x, p, ctx)
        h = (x - m) / np.sqrt(v + self.eps)
        return p["gamma"] * h + p["beta"], (h, v)

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        h, v = cache
        g["gamma"] = (dy * h).sum(axis=-2, keepdims=True)
        g["beta"] = dy.sum(axis=-2, keepdims=True)
        return self._dx(p["gamma"] * dy, h, v)

    def _statistics(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array]:
        if not ctx.training:
            return p["mean"], p["var"]
        m = x.mean(axis=-2, keepdims=True)
        v = ((x - m) ** 2).mean(axis=-2, keepdims=True)
        self._keep(m, v, p, ctx)
        return m, v

    def _keep(self, m: Array, v: Array, p: Views, ctx: Context) -> None:
        ctx.keep["mean"] = self.momentum * p["mean"] + (1 - self.momentum) * m
        ctx.keep["var"] = self.momentum * p["var"] + (1 - self.momentum) * v

    def _dx(self, dh: Array, h: Array, v: Array) -> Array:
        beside = dh - dh.mean(axis=-2, keepdims=True) - h * (dh * h).mean(axis=-2, keepdims=True)
        return beside / np.sqrt(v + self.eps)


class BatchMeanHeld(BatchNorm):
    """y = gamma (x - m) / s + beta, dx without what comes through m  (2015)."""

    def _dx(self, dh: Array, h: Array, v: Array) -> Array:
        return (dh - h * (dh * h).mean(axis=-2, keepdims=True)) / np.sqrt(v + self.eps)


class BatchVarianceHeld(BatchNorm):
    """y = gamma (x - m) / s + beta, dx without what comes through s  (2015)."""

    def _dx(self, dh: Array, h: Array, v: Array) -> Array:
        return (dh - dh.mean(axis=-2, keepdims=True)) / np.sqrt(v + self.eps)


class BatchStatisticsHeld(BatchNorm):
    """y = gamma (x - m) / s + beta, m and s taken for constants by backward  (2015)."""

    def _dx(self, dh: Array, h: Array, v: Array) -> Array:
        return dh / np.sqrt(v + self.eps)


class ForgetsGamma(BatchNorm):
    """y = gamma (x - m) / s + beta, dx without gamma  (2015)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return self._dx(dy, *cache)


class ForgetsEps(BatchNorm):
    """y = gamma (x - m) / s + beta, s without eps in backward  (2015)."""

    def _dx(self, dh: Array, h: Array, v: Array) -> Array:
        return super()._dx(dh, h, v) * np.sqrt((v + self.eps) / v)


class PredictsByBatch(BatchNorm):
    """y = gamma (x - m) / s + beta, m and s of the batch while predicting, too  (2015)."""

    def _statistics(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array]:
        m = x.mean(axis=-2, keepdims=True)
        v = ((x - m) ** 2).mean(axis=-2, keepdims=True)
        if ctx.training:
            self._keep(m, v, p, ctx)
        return m, v


class KeepsDeviation(BatchNorm):
    """y = gamma (x - m) / s + beta, the deviation kept where the variance is read  (2015)."""

    def _keep(self, m: Array, v: Array, p: Views, ctx: Context) -> None:
        super()._keep(m, np.sqrt(v), p, ctx)


class AddsUp(BatchNorm):
    """y = gamma (x - m) / s + beta, var = var + 0.1 v, which never ends  (2015)."""

    def _keep(self, m: Array, v: Array, p: Views, ctx: Context) -> None:
        super()._keep(m, v, p, ctx)
        ctx.keep["var"] = p["var"] + (1 - self.momentum) * v


class LayerNorm(Layer):
    """y = (x - m) / s, m and s of the features, from which the wrong one derives  (2016)."""

    eps: Annotated[float, Gt(0)] = 1e-5

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        m = x.mean(axis=-1, keepdims=True)
        s = np.sqrt(((x - m) ** 2).mean(axis=-1, keepdims=True) + self.eps)
        return (x - m) / s, ((x - m) / s, s)

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        h, s = cache
        through = h * (dy * h).sum(axis=-1, keepdims=True) / self._count(dy)
        return (dy - dy.mean(axis=-1, keepdims=True) - through) / s

    def _count(self, dy: Array) -> int:
        return dy.shape[-1]


class CountsOneLess(LayerNorm):
    """y = (x - m) / s, n - 1 for n in what comes through s  (2016)."""

    def _count(self, dy: Array) -> int:
        return max(dy.shape[-1] - 1, 1)


class DecaysItself(Linear):
    """y = x W + b, dW + 0.01 W  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy + 0.01 * p["W"]
        return dx


class ClipsWeights(Linear):
    """y = x W + b, dW cut to [-1, 1]  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = np.clip(cache.mT @ dy, -1.0, 1.0)
        return dx


class AnyShape(Linear):
    """y = x W + b, for samples of one axis, and no other refused  (1986)."""

    def parameters(self, in_shape: Shape) -> Parameters:
        return super().parameters(in_shape[:1])


RIGHT: list[type[Layer]] = [BatchNorm, LayerNorm]
MISTAKES = [
    Mistake(BatchMeanHeld, "L3", r"dx\[", "the gradient through the mean left out", True),
    Mistake(BatchVarianceHeld, "L3", r"dx\[", "the gradient through the variance left out", True),
    Mistake(BatchStatisticsHeld, "L3", r"dx\[", "a gradient through the statistics left out", True),
    Mistake(ForgetsGamma, "L3", r"dx\[", "a missing gamma in dx", True),
    Mistake(ForgetsEps, "L3", r"dx\[", "a factor of its own for each feature.* eps", True),
    Mistake(CountsOneLess, "L3", r"dx\[", "through the variance left out, or wrong", True),
    Mistake(PredictsByBatch, "L7", "y while predicting .* may not depend on the batch"),
    Mistake(KeepsDeviation, "L8", "mean and var no longer change .* not the statistics"),
    Mistake(AddsUp, "L8", "further from what training gives .* mean and var run away"),
    Mistake(DecaysItself, "L2", r"g\['W'\]", "weight decay in the gradient.* 0.01 times", True),
    Mistake(ClipsWeights, "L2", r"g\['W'\]", r"clipping: g\[\"W\"\] is the gradient, cut to", True),
    Mistake(AnyShape, "L1", r"for samples of shape \(2, .* let one of them raise ValueError"),
]

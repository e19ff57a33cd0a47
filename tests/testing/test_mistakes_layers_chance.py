"""Layers wrong in what they draw, start with, or keep: each one is caught."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge, Lt

from nnplug.core import Array, Context, Initializer, Layer, Parameter, Parameters, Shape, Views


class Right(Layer):
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


class UnscaledDropout(Layer):
    """y = x mask, neither scaled while training nor while predicting  (2014)."""

    p: Annotated[float, Ge(0), Lt(1)] = 0.3

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        if not ctx.training:
            return x, None
        mask = (ctx.rng.random(x.shape) >= self.p).astype(x.dtype)
        return x * mask, mask

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy if cache is None else dy * cache


class AlwaysDrops(UnscaledDropout):
    """y = x mask / (1 - p), while predicting too  (2014)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        mask = (ctx.rng.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)
        return x * mask, mask


class DrawsForNothing(UnscaledDropout):
    """y = x, and a draw from rng while predicting  (2014)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        ctx.rng.random(x.shape)
        return x, None


class GlobalChance(UnscaledDropout):
    """y = x mask / (1 - p), the mask from NumPy's global generator  (2014)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        if not ctx.training:
            return x, None
        mask = (np.random.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)  # noqa: NPY002
        return x * mask, mask


class SwappedFan(Right):
    """y = x W + b, with fan = (units, inputs)  (1986)."""

    def parameters(self, in_shape: Shape) -> Parameters:
        (n,) = in_shape
        return {**super().parameters(in_shape), "W": Parameter((n, 3), fan=(3, n))}

    def sample_shape(self) -> Shape:
        return (2,)


class Lying(Initializer):
    """w ~ N(0, 1), said to be N(0, 4)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return rng.standard_normal(shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        return 2.0


class LyingWeights(Right):
    """y = x W + b, W from an initializer that claims another width  (1986)."""

    def parameters(self, in_shape: Shape) -> Parameters:
        (n,) = in_shape
        return {**super().parameters(in_shape), "W": Parameter((n, 3), init=Lying(), fan=(n, 3))}


class RunningMean(Layer):
    """y = x - mean, the mean of all batches so far, rightly kept  (2015)."""

    independent_rows = False
    _row = 1

    def parameters(self, in_shape: Shape) -> Parameters:
        return {"mean": Parameter((1, *in_shape), init="zeros", trainable=False)}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        if ctx.training:
            self._keep(ctx, 0.9 * p["mean"] + 0.1 * x.mean(axis=-2, keepdims=True))
        return x - p["mean"], None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy

    def _keep(self, ctx: Context, mean: Array) -> None:
        ctx.keep["mean"] = mean


class KeepsUndeclared(RunningMean):
    """y = x - mean, kept as "average"  (2015)."""

    def _keep(self, ctx: Context, mean: Array) -> None:
        ctx.keep["average"] = mean


class KeepsNothing(RunningMean):
    """y = x - mean, and no new mean  (2015)."""

    def _keep(self, ctx: Context, mean: Array) -> None:
        pass


class KeepsAnotherShape(RunningMean):
    """y = x - mean, the mean without its first axis  (2015)."""

    def _keep(self, ctx: Context, mean: Array) -> None:
        ctx.keep["mean"] = mean[..., 0, :]


class KeepsWhatItHad(RunningMean):
    """y = x - mean, the same mean for ever  (2015)."""

    def _keep(self, ctx: Context, mean: Array) -> None:
        ctx.keep["mean"] = np.zeros_like(mean)


class KeepsWhilePredicting(RunningMean):
    """y = x - mean, which goes on while predicting  (2015)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        self._keep(ctx, 0.9 * p["mean"] + 0.1 * x.mean(axis=-2, keepdims=True))
        return x - p["mean"], None


class FirstRunsChance(UnscaledDropout):
    """y = x (1 - p) while predicting, p of the first run  (2014)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        keep = 1 - float(np.ravel(self.p)[0])
        return x * keep, np.full_like(x, keep)


WITH_FIGURES = [
    (UnscaledDropout, "L8", "the mean of y over 2000 draws.*ratio 0.[67]"),
    (FirstRunsChance, "L11", "y of run 1.*stacked"),
]
SAID = [
    (LyingWeights, "L9", r"fresh 'W' has standard deviation .*Lying .*claims 2"),
    (AlwaysDrops, "L8", "ctx.training is false, two seeds"),
    (GlobalChance, "L3", "no derivative .*draws on chance that is not ctx.rng's"),
    (DrawsForNothing, "L8", "draws from ctx.rng while ctx.training is false"),
    (SwappedFan, "L9", r"'W' declares fan = \(3, 2\), and an output depends on 2 of its numbers"),
    (KeepsUndeclared, "L10", "proposes to keep 'average', and declares no such parameter"),
    (KeepsNothing, "L10", "training proposes no new 'mean'"),
    (KeepsAnotherShape, "L10", r"ctx.keep\['mean'\] is float64\[3\]; float64\[1, 3\]"),
    (KeepsWhatItHad, "L10", "after three batches what it keeps is as it was"),
    (KeepsWhilePredicting, "L10", "proposes to keep something while predicting"),
    (GlobalChance, "C4", "draws from global chance"),
]


@pytest.mark.parametrize(
    ("cls", "id", "says"), WITH_FIGURES, ids=lambda v: getattr(v, "__name__", v)
)
def test_a_wrong_number_is_named(
    cls: Any, id: str, says: str, catch_with_figures: Callable[..., Any]
) -> None:
    catch_with_figures(cls, id, says)


@pytest.mark.parametrize(("cls", "id", "says"), SAID, ids=lambda v: getattr(v, "__name__", v))
def test_a_mistake_is_caught(cls: Any, id: str, says: str, catch: Callable[..., Any]) -> None:
    catch(cls, id, says)

"""Layers wrong in what they draw, start with, or keep."""

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Lt

from mistakes.layers import Linear
from mistakes.mistake import Mistake
from nnplug.core import Array, Context, Initializer, Layer, Parameter, Parameters, Shape, Views


class Dropout(Layer):
    """y = x mask / (1 - p) while training  (2014)."""

    p: Annotated[float, Ge(0), Lt(1)] = 0.3

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        if not ctx.training:
            return x, None
        mask = self._mask(x, ctx)
        return x * mask, mask

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy if cache is None else dy * cache

    def _mask(self, x: Array, ctx: Context) -> Array:
        return (ctx.rng.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)


class UnscaledDropout(Dropout):
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


class SwappedFan(Linear):
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


class LyingWeights(Linear):
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


class RescaledTwice(Dropout):
    """y = x mask / (1 - p)^2  (2014)."""

    def _mask(self, x: Array, ctx: Context) -> Array:
        return super()._mask(x, ctx) / (1 - self.p)


class KeepsWhatItShouldDrop(Dropout):
    """y = x mask / (1 - p), mask = random < p: right while p = 1/2  (2014)."""

    p: Annotated[float, Ge(0), Lt(1)] = 0.5

    def _mask(self, x: Array, ctx: Context) -> Array:
        return (ctx.rng.random(x.shape) < self.p).astype(x.dtype) / (1 - self.p)


class DividedByP(Dropout):
    """y = x mask / p: right while p = 1/2  (2014)."""

    p: Annotated[float, Ge(0.1), Lt(1)] = 0.5

    def _mask(self, x: Array, ctx: Context) -> Array:
        return (ctx.rng.random(x.shape) >= self.p).astype(x.dtype) / self.p


class ForgetsMask(Dropout):
    """y = x mask / (1 - p), dx = dy  (2014)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy


class DrawsAgain(Dropout):
    """y = x mask / (1 - p), another mask in backward  (2014)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy if cache is None else dy * self._mask(dy, ctx)


class OwnGenerator(Dropout):
    """y = x mask / (1 - p), the mask from a generator of its own  (2014)."""

    def _mask(self, x: Array, ctx: Context) -> Array:
        rng = np.random.default_rng()
        return (rng.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)


RIGHT = [Dropout]
MISTAKES = [
    Mistake(
        UnscaledDropout,
        "L8",
        "the mean of y over 2000 draws.*ratio 0.[67]",
        "dropout that is not rescaled: on average y is 1 - p of it",
        figures=True,
    ),
    Mistake(RescaledTwice, "L8", "ratio 1.[45]", "dropout that is rescaled twice", figures=True),
    Mistake(
        KeepsWhatItShouldDrop,
        "L8",
        "the mean of y over",
        "dropout that keeps a share of p where it should drop it",
        figures=True,
    ),
    Mistake(
        DividedByP,
        "L8",
        "the mean of y over",
        "dropout that is divided by p where 1 - p is meant",
        figures=True,
    ),
    Mistake(
        AlwaysDrops,
        "L8",
        "ctx.training is false, two seeds",
        "chance while predicting, and it does what it does while training: ask ctx.training",
    ),
    Mistake(DrawsForNothing, "L8", "draws from ctx.rng while ctx.training is false"),
    Mistake(
        ForgetsMask, "L3", r"dx\[", "dy passed on: backward returns it as it came", figures=True
    ),
    Mistake(DrawsAgain, "L3", r"dx\[", "a second draw: backward draws from ctx.rng", figures=True),
    Mistake(
        DrawsAgain, "L5", "after another forward", "a second draw: backward draws from ctx.rng"
    ),
    Mistake(
        GlobalChance,
        "L3",
        "no derivative .*draws on chance that is not ctx.rng's",
        "the global random state: with NumPy's global generator put back, forward",
    ),
    Mistake(
        OwnGenerator,
        "L3",
        "no derivative .*draws on chance that is not ctx.rng's",
        r"a generator of its own: forward while training makes np.random.default_rng\(\)",
    ),
    Mistake(GlobalChance, "C4", "draws from global chance"),
    Mistake(LyingWeights, "L9", r"fresh 'W' has standard deviation .*Lying .*claims 2"),
    Mistake(
        SwappedFan,
        "L9",
        r"'W' declares fan = \(3, 2\), and an output depends on 2 of its numbers",
        r"fan_in and fan_out swapped: .* write fan = \(2, 3\)",
    ),
    Mistake(KeepsUndeclared, "L10", "proposes to keep 'average', and declares no such parameter"),
    Mistake(KeepsNothing, "L10", "training proposes no new 'mean'"),
    Mistake(KeepsAnotherShape, "L10", r"ctx.keep\['mean'\] is float64\[3\]; float64\[1, 3\]"),
    Mistake(KeepsWhatItHad, "L10", "after three batches what it keeps is as it was"),
    Mistake(KeepsWhilePredicting, "L10", "proposes to keep something while predicting"),
    Mistake(
        FirstRunsChance,
        "L11",
        "y of run 1.*stacked",
        "the first run's p for all runs",
        figures=True,
    ),
]

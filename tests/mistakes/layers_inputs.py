"""Layers that send back a wrong gradient of their input."""

from typing import Any

import numpy as np

from mistakes.layers import (
    Affine,
    CentresFeatures,
    Dense,
    Linear,
    Mirrored,
    RowScale,
    Scaled,
    Shortcut,
)
from mistakes.mistake import Mistake
from nnplug.core import Array, Context, Views


class TransposedWeights(Linear):
    """y = x W + b, dx = dy W  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return dy @ p["W"]


class WrongSign(Linear):
    """y = x W + b, dx of the wrong sign  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        return None if dx is None else -dx


class NoInputGradient(Linear):
    """y = x W + b, without dx  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return None


class AsIfUpdatedBefore(Linear):
    """y = x W + b, dx through W - 0.01 dW  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return dy @ (p["W"] - 1e-5 * (cache.mT @ dy)).mT


class MeanHeld(CentresFeatures):
    """y = x - mean(x) over the features, the mean taken for a constant by backward  (2016)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy


class NormHeld(RowScale):
    """y = x / sqrt(mean(x^2) + 1), the norm taken for a constant by backward  (2019)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy / cache[1]


class NormAsElementwise(RowScale):
    """y = x / sqrt(mean(x^2) + 1), dy_i / dx_i alone in backward  (2019)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        y, size = cache
        return dy * (1 - y * y / y.shape[-1]) / size


class BackwardOverSamples(RowScale):
    """y = x / sqrt(mean(x^2) + 1), the mean over samples in backward  (2019)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        y, size = cache
        return (dy - y * (dy * y).sum(axis=-2, keepdims=True) / y.shape[-1]) / size


class InnerTwice(Dense):
    """y = tanh(x W + b), tanh'^2 in backward  (1986)."""

    def _inner(self, y: Array) -> Array:
        return (1 - y * y) ** 2


class GammaLeftOut(Affine):
    """y = gamma x + beta, dx = dy  (2015)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return dy


class OneSampleMore(Linear):
    """y = x W + b, dx times (n - 1) / n  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        n = dy.shape[-2]
        return None if dx is None else dx * (n - 1) / max(n, 1)


class WithoutShortcut(Shortcut):
    """y = x + tanh(x), dx past tanh forgotten  (2015)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy * (1 - np.tanh(cache) ** 2)


class Rotated(Mirrored):
    """y = x mirrored, dx = dy turned by one place  (1998)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return np.roll(dy, 1, axis=-1)


class ScaleLeftOut(Scaled):
    """y = scale x, dx divided by scale, right while scale = 1  (1960)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy / self.scale


RIGHT = []
MISTAKES = [
    Mistake(
        TransposedWeights,
        "L3",
        r"dx\[\d, \d\]: analytic .*numeric .*ratio",
        "a missing transpose in dx: it is dy W where dy W.mT is meant",
        figures=True,
    ),
    Mistake(
        AsIfUpdatedBefore,
        "L3",
        r"dx\[",
        "an update before propagation: with the weights moved back by 1e-05 times their gradient",
        figures=True,
    ),
    Mistake(WrongSign, "L3", "ratio -1 ", "the wrong sign: dx is -1 times", figures=True),
    Mistake(NoInputGradient, "L3", "backward returns None although ctx.needs_input_grad is true"),
    Mistake(InnerTwice, "L3", r"dx\[", "sigma' once too often: with dy divided by 1 - y.2", True),
    Mistake(GammaLeftOut, "L3", r"dx\[", "dy passed on: backward returns it as it came", True),
    Mistake(MeanHeld, "L3", r"dx\[", "dy passed on: backward returns it as it came", True),
    Mistake(
        NormHeld, "L3", r"dx\[", "a gradient through the statistics left out: dx.i. reacts to", True
    ),
    Mistake(NormAsElementwise, "L3", r"dx\[", "a row treated as elementwise", True),
    Mistake(
        BackwardOverSamples,
        "L3",
        r"dx\[",
        "a sum over the wrong axis: dx works along the samples",
        True,
    ),
    Mistake(
        WithoutShortcut, "L3", r"dx\[", "a missing summand: dx is right once dy is added", True
    ),
    Mistake(Rotated, "L3", r"dx\[", "the right numbers in other places", figures=True),
    Mistake(ScaleLeftOut, "L3", r"dx\[", "a constant factor|a missing factor scale", True),
    Mistake(
        OneSampleMore,
        "L3",
        "ratio 0.75 ",
        "a factor that depends on the number of samples: .* 3/4 times .* 6/7 times with 7",
        figures=True,
    ),
]

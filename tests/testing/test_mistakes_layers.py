"""Layers with the classic mistakes: each one is caught, by the check that is there for it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnplug.core import Array, Context, Layer, Parameter, Parameters, Shape, Views


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


class WrongOutputShape(Right):
    """y = x W + b of 3 units, said to be 4  (1986)."""

    def output_shape(self, in_shape: Shape) -> Shape:
        return (4,)


class NoEmptyBatch(Right):
    """y = x W + b, x reshaped with -1  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return super().forward(x.reshape(len(x), -1), p, ctx)


class SqueezesWidthOne(Layer):
    """y = x - max(x), features of width 1 lost  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x.squeeze(), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy


class BiasOverUnits(Right):
    """y = x W + b, db summed over the units  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = dy.sum(axis=-1, keepdims=True)
        return dx


class MeanOverSamples(Right):
    """y = x W + b, dW / n  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy / dy.shape[-2]
        return dx


class TransposedWeights(Right):
    """y = x W + b, dx = dy W  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return dy @ p["W"]


class TransposedGradient(Right):
    """y = x W + b, dW transposed  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = dy.mT @ cache
        return dx


class WrongSign(Right):
    """y = x W + b, dx of the wrong sign  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        return None if dx is None else -dx


class NoInputGradient(Right):
    """y = x W + b, without dx  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return None


class UpdatesBeforePropagation(Right):
    """y = x W + b, W = W - 0.01 dW before dx  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        w = p["W"]
        w -= 0.01 * (cache.mT @ dy)
        return super().backward(dy, cache, p, g, ctx)


class AsIfUpdatedBefore(Right):
    """y = x W + b, dx through W - 0.01 dW  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        super().backward(dy, cache, p, g, ctx)
        return dy @ (p["W"] - 1e-5 * (cache.mT @ dy)).mT


class NotLinear(Right):
    """y = x W + b, dx clipped  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return super().backward(np.clip(dy, -3, 3), cache, p, g, ctx)


class Offset(Right):
    """y = x W + b, dW + 1e-9  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy + 1e-9
        return dx


_remembered: dict[str, Any] = {}


class Remembers(Right):
    """y = x W + b, x remembered beside the cache  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        _remembered["x"] = x
        return x @ p["W"] + p["b"], None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return super().backward(dy, _remembered["x"], p, g, ctx)


class SpendsItsCache(Right):
    """y = x W + b, the cache centred in place by backward  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        y, _ = super().forward(x, p, ctx)
        return y, [x.copy()]

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache[0], p, g, ctx)
        cache[0] *= 0.5
        return dx


class Adds(Right):
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


class ForgetsBias(Right):
    """y = x W + b, without db  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["W"] = cache.mT @ dy
        return dy @ p["W"].mT


class CentresBatch(Layer):
    """y = x - mean(x) over the batch, not declared  (2015)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x - x.sum(axis=-2, keepdims=True) / max(1, x.shape[-2]), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy - dy.sum(axis=-2, keepdims=True) / max(1, dy.shape[-2])


class OverRuns(Right):
    """y = x W + b, db summed over the first axis  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = np.broadcast_to(dy.sum(axis=tuple(range(dy.ndim - 1))), g["b"].shape)
        return dx


class HidesState(Right):
    """y = x W + b + the number of calls, hidden in the component  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        calls = getattr(self, "_calls", 0)
        if ctx.training:
            object.__setattr__(self, "_calls", calls + 1)
        return x @ p["W"] + p["b"] + calls, x


WITH_FIGURES = [
    (MeanOverSamples, "L2", r"g\['W'\]\[\d, \d\]: analytic .*numeric .*, ratio 0.25 "),
    (TransposedGradient, "L2", r"g\['W'\]"),
    (TransposedWeights, "L3", r"dx\[\d, \d\]: analytic .*numeric .*ratio"),
    (AsIfUpdatedBefore, "L3", r"dx\["),
    (WrongSign, "L3", "ratio -1 "),
    (NotLinear, "L4", "of 2u - 3v"),
    (Remembers, "L5", r"backward after another forward, now and before"),
    (SpendsItsCache, "L5", r"g\['W'\].*backward asked a second time"),
    (AddsFirst, "L6", r"g\['W'\].*depends on what stood there before"),
    (CentresBatch, "L7", "y of sample 0.*it changes when sample 1 of x does"),
    (MeanOverSamples, "I2", "ratio 0.14"),
    (HidesState, "I3", "predictions.*loaded and saved"),
    (HidesState, "C6", "called twice"),
]
SAID = [
    (WrongOutputShape, "L1", r"y of x \[1, 3\].* is float64\[1, 3\]; float64\[1, 4\]"),
    (NoEmptyBatch, "L1", "it raises ValueError: cannot reshape array of size 0"),
    (SqueezesWidthOne, "L1", r"y of x \[1, 3\]"),
    (BiasOverUnits, "L2", r"ContractError: the gradient of 'b' is float64\[4, 1\]"),
    (UpdatesBeforePropagation, "L2", "it raises ValueError: output array is read-only"),
    (NoInputGradient, "L3", "backward returns None although ctx.needs_input_grad is true"),
    (Offset, "L4", r"g\['W'\] of dy = 0 is 1e-09, not 0"),
    (Adds, "L6", "backward does not write the gradient of 'W', or adds to it"),
    (ForgetsBias, "L6", "backward does not write the gradient of 'b'"),
    (OverRuns, "L11", r"g\['b'\] of run"),
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

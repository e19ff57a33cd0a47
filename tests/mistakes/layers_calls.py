"""Layers that remember, mix samples or runs, or return what they did not promise."""

from typing import Any

import numpy as np

from mistakes.layers import Linear, MeanOverSamples
from mistakes.mistake import Mistake
from nnplug.core import Array, Context, Layer, Shape, Views


class WrongOutputShape(Linear):
    """y = x W + b of 3 units, said to be 4  (1986)."""

    def output_shape(self, in_shape: Shape) -> Shape:
        return (4,)


class NoEmptyBatch(Linear):
    """y = x W + b, x reshaped with -1  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return super().forward(x.reshape(len(x), -1), p, ctx)


class SqueezesWidthOne(Layer):
    """y = x - max(x), features of width 1 lost  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x.squeeze(), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy


class NotLinear(Linear):
    """y = x W + b, dx clipped  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return super().backward(np.clip(dy, -3, 3), cache, p, g, ctx)


class Offset(Linear):
    """y = x W + b, dW + 1e-9  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["W"] = cache.mT @ dy + 1e-9
        return dx


_remembered: dict[str, Any] = {}


class Remembers(Linear):
    """y = x W + b, x remembered beside the cache  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        _remembered["x"] = x
        return x @ p["W"] + p["b"], None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return super().backward(dy, _remembered["x"], p, g, ctx)


class SpendsItsCache(Linear):
    """y = x W + b, the cache centred in place by backward  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        y, _ = super().forward(x, p, ctx)
        return y, [x.copy()]

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache[0], p, g, ctx)
        cache[0] *= 0.5
        return dx


class CentresBatch(Layer):
    """y = x - mean(x) over the batch, not declared  (2015)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x - x.sum(axis=-2, keepdims=True) / max(1, x.shape[-2]), None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return dy - dy.sum(axis=-2, keepdims=True) / max(1, dy.shape[-2])


class OverRuns(Linear):
    """y = x W + b, db summed over the first axis  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = np.broadcast_to(dy.sum(axis=tuple(range(dy.ndim - 1))), g["b"].shape)
        return dx


class HidesState(Linear):
    """y = x W + b + the number of calls, hidden in the component  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        calls = getattr(self, "_calls", 0)
        if ctx.training:
            object.__setattr__(self, "_calls", calls + 1)
        return x @ p["W"] + p["b"] + calls, x


class OneSampleAlone(Linear):
    """y = x W + b, a batch of one treated as if it were squeezed  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        if dy.shape[-2] == 1:
            g["W"] = np.broadcast_to(cache.mT * dy.sum(axis=-1, keepdims=True), p["W"].shape)
        return dx


class TransposedByT(Linear):
    """y = x W + b, x.T for x.mT: right for one run  (1986)."""

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        g["W"] = cache.T @ dy
        g["b"] = dy.sum(axis=-2, keepdims=True)
        return dy @ p["W"].mT


class ByLength(Linear):
    """y = x W + b, b times n / len(x): right for one run  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x @ p["W"] + p["b"] * (x.shape[-2] / max(len(x), 1)), x

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        dx = super().backward(dy, cache, p, g, ctx)
        g["b"] = dy.sum(axis=-2, keepdims=True) * (dy.shape[-2] / max(len(dy), 1))
        return dx


class KeepsCacheInItself(Linear):
    """y = x W + b, x kept in the component  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        object.__setattr__(self, "_x", x)
        return x @ p["W"] + p["b"], None

    def backward(self, dy: Array, cache: Any, p: Views, g: Any, ctx: Context) -> Array | None:
        return super().backward(dy, vars(self)["_x"], p, g, ctx)


class Upcasts(Linear):
    """y = x W + b + 0, with a float64 zero  (1986)."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        return x @ p["W"] + p["b"] + np.zeros(3), x


RIGHT = []
MISTAKES = [
    Mistake(WrongOutputShape, "L1", r"y of x \[1, 3\].* is float64\[1, 3\]; float64\[1, 4\]"),
    Mistake(
        NoEmptyBatch,
        "L1",
        "it raises ValueError: cannot reshape array of size 0",
        "a batch of no samples: 1 and 3 samples pass, none fails",
    ),
    Mistake(SqueezesWidthOne, "L1", r"y of x \[1, 3\]", "lost axes of length 1"),
    Mistake(
        NotLinear,
        "L4",
        "of 2u - 3v",
        "clipping: a dy of 1e9 makes dx no larger than one of 1e6",
        figures=True,
    ),
    Mistake(Offset, "L4", r"g\['W'\] of dy = 0 is 1e-09, not 0"),
    Mistake(
        Remembers,
        "L5",
        r"backward after another forward, now and before",
        "state between calls: forward .* changes _remembered of the module",
        figures=True,
    ),
    Mistake(
        KeepsCacheInItself,
        "L5",
        r"backward after another forward, now and before",
        "state between calls: forward .* changes _x of the component",
        figures=True,
    ),
    Mistake(
        SpendsItsCache,
        "L5",
        r"g\['W'\].*backward asked a second time",
        "an overwritten cache: backward writes into what forward left",
        figures=True,
    ),
    Mistake(
        CentresBatch,
        "L7",
        "y of sample 0.*it changes when sample 1 of x does",
        "a sum over the wrong axis: y works along the samples .* independent_rows = False",
        figures=True,
    ),
    Mistake(
        OneSampleAlone,
        "L7",
        "summed over its samples",
        "a single sample treated otherwise: right for 2, 3 and 7 samples, wrong for one",
        figures=True,
    ),
    Mistake(
        MeanOverSamples, "L7", "of a batch .*summed", "a mean over the samples, where the sum", True
    ),
    Mistake(OverRuns, "L11", r"g\['b'\] of run", "a reduction over the whole stack", figures=True),
    Mistake(TransposedByT, "L11", "it raises|g.'W'. of run", "made for one run: .* x.mT"),
    Mistake(ByLength, "L11", "stacked .*alone", "made for one run", figures=True),
    Mistake(
        HidesState,
        "I3",
        "predictions.*loaded and saved",
        "state between calls: .* _calls of the component",
        figures=True,
    ),
    Mistake(HidesState, "C6", "called twice", "state between calls: .* _calls of the comp", True),
    Mistake(
        Upcasts, "C7", "y of forward while training is float64", "an upcast: y of forward while tr"
    ),
]

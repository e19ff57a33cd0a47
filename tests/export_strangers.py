"""Components as strangers write them, each with something that makes exporting it hard."""

import math
from dataclasses import dataclass
from math import tau as whole_turn
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy import tanh as hyperbolic_tangent

from nnplug import (
    Activation,
    Array,
    Chain,
    Context,
    Gradients,
    Layer,
    Loss,
    Parameter,
    Parameters,
    Shape,
    Views,
    hookimpl,
)

SCALE = 1.5
TABLE = np.array([[0.5, -0.25], [1.0, 2.0]])
SETTINGS = {"shift": (0.125, -3)}


def softplus(z: Array, floor: float = SCALE) -> Array:
    """Not the softplus of nnplug, but of that name."""
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, floor) + SETTINGS["shift"][0]


class Mish(Activation):
    """z tanh(softplus(z)), with a function, an import by another name, and constants."""

    beta: float = -2.0
    _kept: ClassVar[Any] = np.linspace(-1, 1, 30)

    def forward(self, z: Array) -> Array:
        y: Array = z * hyperbolic_tangent(softplus(z)) + self.beta**2 + self._turn(z, k=2)
        return y + self._kept.sum() + self.doubled - TABLE[0, 1] * self._plain(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.ones_like(z)

    @property
    def doubled(self) -> float:
        return 2 * self.beta

    @staticmethod
    def _plain(z: Array) -> Array:
        return z / 8

    def _turn(self, z: Array, k: int = 1) -> Array:
        # Comments go along.
        return np.sin(z / whole_turn) * k + math.pi * self.beta


class Louder(Mish):
    """A class that builds on another one's method."""

    @np.errstate(over="ignore")
    def forward(self, z: Array) -> Array:
        return 2 * super().forward(z) + super()._plain(z)


class Cache(NamedTuple):
    """What backward needs."""

    x: Any
    y: Any


class Aliased(Layer):
    """x W + b, as a course writes it: names for the parameters, and a cache."""

    units: int = 3

    def parameters(self, in_shape: Shape) -> Parameters:
        return {"W": Parameter((*in_shape, self.units)), "b": Parameter((1, self.units))}

    def output_shape(self, in_shape: Shape) -> Shape:
        return (self.units,)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        W, b = p["W"], p["b"]
        out = x.dot(W) + b
        cache = Cache(x, out)
        return (out, cache)

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        x = cache.x
        g["W"] = x.mT @ dy
        g["b"] = dy.sum(axis=-2, keepdims=True)
        return dy @ p["W"].mT


class Twice(Aliased):
    """One layer above another, by super()."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        y, cache = super().forward(x, p, ctx)
        return 2 * y, cache

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        return super().backward(2 * dy, cache, p, g, ctx)


class Renamed(Layer):
    """Other names for all arguments, names of its own for parameters, and modes."""

    mode: Literal["mean", "max"] = "max"
    W: float = 0.5

    def parameters(self, in_shape: Shape) -> Parameters:
        return {"W": Parameter((1, *in_shape)), "x": Parameter((1, 1)), "for": Parameter((1, 1))}

    def forward(  # the names are another author's
        this,  # noqa: N805 - likewise
        inputs: Array,
        params: Views,
        context: Context,
    ) -> tuple[Array, Any]:
        if context.training:
            inputs = inputs * 1
        elif this.mode == "mean":
            inputs = inputs - inputs.mean(axis=-1, keepdims=True)
        else:
            inputs = inputs - inputs.max(axis=-1, keepdims=True)
        W = this.W * params["W"]
        out = inputs * W + params["x"] - params["for"]
        return out, None

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        for name in p:
            g[name] = np.zeros_like(p[name])
        return dy


class Nested(Layer):
    """Parameters inside of parameters, a context handed on, an activation inside, and its shape."""

    activation: Activation = Mish()

    def parameters(self, in_shape: Shape) -> Parameters:
        gate = {"a": Parameter((1, *in_shape)), "b": Parameter((1, *in_shape))}
        return {"gate": gate, "scale": Parameter((1, 1), init="constant:value=2")}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        opened = self._gate(x, p["gate"], ctx)
        for name in ("a", "b"):
            opened = opened + p["gate"][name]
        return opened * p["scale"] / math.prod(ctx.in_shape) + len(ctx.runs), opened

    def _gate(self, x: Array, p: Views, ctx: Context) -> Array:
        if ctx.training:
            return x
        return self.activation.forward(x * p["a"]) + ctx.in_shape[0]

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        g["scale"] = np.zeros((1, 1), dy.dtype)
        for name in ("a", "b"):
            g["gate"][name] = np.zeros_like(p["gate"][name])
        return dy


class Highway(Chain):
    """A block: half of x, and half of what the layers inside make of it."""

    share: Annotated[float, "of x"] = 0.5

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        inner = super().forward(x, p, ctx)
        return self.share * x + (1 - self.share) * inner[0], inner[1]

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        super().backward((1 - self.share) * dy, cache, p, g, ctx)
        return dy


class Convolution(Layer):
    """A small convolution of images (height, width, channels), without a border."""

    channels: int = 2
    size: int = 2

    def _shapes(self, in_shape: Shape) -> tuple[Shape, int]:
        height, width, before = in_shape
        return (height - self.size + 1, width - self.size + 1, self.channels), before

    def parameters(self, in_shape: Shape) -> Parameters:
        _, before = self._shapes(in_shape)
        fan = self.size**2 * before
        return {"K": Parameter((self.size, self.size, before, self.channels), fan=(fan, fan))}

    def output_shape(self, in_shape: Shape) -> Shape:
        return self._shapes(in_shape)[0]

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        shape, _ = self._shapes(ctx.in_shape)
        windows = np.lib.stride_tricks.sliding_window_view(x, (self.size, self.size), (-3, -2))
        y: Array = np.einsum("...hwcij,ijco->...hwo", windows, p["K"])
        assert y.shape[-3:] == shape
        return y, windows

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        g["K"] = np.einsum("nhwcij,nhwo->ijco", cache, dy)
        return None if not ctx.needs_input_grad else np.zeros((len(dy), *ctx.in_shape))


class Elman(Layer):
    """A recurrent layer over sequences (steps, features), which returns its last state."""

    units: int = 3
    activation: Activation = Mish()

    def parameters(self, in_shape: Shape) -> Parameters:
        n = self.units
        return {"U": Parameter((in_shape[1], n)), "V": Parameter((n, n)), "b": Parameter((1, n))}

    def output_shape(self, in_shape: Shape) -> Shape:
        return (self.units,)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        states = [np.zeros((*x.shape[:-2], self.units), x.dtype)]
        for t in range(ctx.in_shape[0]):
            z = x[..., t, :] @ p["U"] + states[-1] @ p["V"] + p["b"]
            states.append(self.activation.forward(z))
        return states[-1], (x, states)

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        for name in p:
            g[name] = np.zeros_like(p[name])
        return None if not ctx.needs_input_grad else np.zeros_like(cache[0])


class Embedding(Layer):
    """A row of a table for each index, one after the other."""

    rows: int = 5
    width: int = 2

    differentiable_input = False

    def parameters(self, in_shape: Shape) -> Parameters:
        return {"table": Parameter((self.rows, self.width), init="normal")}

    def output_shape(self, in_shape: Shape) -> Shape:
        return (*in_shape, self.width)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        index = x.astype(int)
        return p["table"][index], index

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        gradient = np.zeros_like(p["table"])
        np.add.at(gradient, cache, dy)
        g["table"] = gradient
        return None if not ctx.needs_input_grad else np.zeros(cache.shape, dy.dtype)

    def sample_input(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return rng.integers(0, self.rows, shape).astype(float)


class Odd(Loss):
    """A loss with predictions of its own, two outputs for a binary task."""

    tasks = ("binary",)

    def value(self, z: Array, t: Array) -> Array:
        loss: Array = ((z - t) ** 2).mean(axis=-1)
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        return (z - t) * 2 / z.shape[-1]

    def predict(self, z: Array) -> Array:
        return _between(z)

    def outputs(self, task: str, targets: int) -> int:
        return 2

    def encode(self, t: Array, task: str) -> Array:
        return np.concatenate([1 - t, t], axis=-1)


def _between(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


@dataclass
class Thing:
    """What no file can hold."""

    size: float = 1.0


THING = Thing()


class Whole(Activation):
    """Hands itself on."""

    def forward(self, z: Array) -> Array:
        return _with(self, z)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.ones_like(z)


def _with(activation: Activation, z: Array) -> Array:
    return z


class Object(Whole):
    """Uses an object."""

    def forward(self, z: Array) -> Array:
        return z * THING.size


class Kept(Whole):
    """Uses an object of its own."""

    _thing: ClassVar[Any] = THING

    def forward(self, z: Array) -> Array:
        return z * self._thing.size


class Lambda(Whole):
    """Is no function by its looks."""

    forward = lambda self, z: z  # noqa: E731 - what it is for


class Looped(Chain):
    """Goes through its layers in a way of its own."""

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        caches = []
        for i, layer in enumerate(self.layers):
            x, cache = layer.forward(x, p[str(i)], ctx)
            caches.append(cache)
        return x, caches

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        for i in reversed(range(len(self.layers))):
            dx = self.layers[i].backward(dy, cache[i], p[str(i)], g[str(i)], ctx)
            dy = dy if dx is None else dx
        return dy


@hookimpl
def nnplug_activations() -> dict[str, type[Activation]]:
    return {
        "mish": Mish,
        "louder": Louder,
        "whole": Whole,
        "object": Object,
        "kept": Kept,
        "lambda": Lambda,
    }


@hookimpl
def nnplug_layers() -> dict[str, type[Layer]]:
    return {
        "aliased": Aliased,
        "twice": Twice,
        "renamed": Renamed,
        "nested": Nested,
        "highway": Highway,
        "convolution": Convolution,
        "elman": Elman,
        "embedding": Embedding,
        "looped": Looped,
    }


@hookimpl
def nnplug_losses() -> dict[str, type[Loss]]:
    return {"odd": Odd}

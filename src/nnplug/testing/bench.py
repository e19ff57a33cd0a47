"""A layer on the bench: alone, with fresh weights, driven as the engine would drive it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.errors import NnplugError
from nnplug.core.layer import Context, Layer, Parameter, Parameters
from nnplug.core.registry import Registry
from nnplug.engine.chance import StackedGenerator
from nnplug.engine.layout import Place
from nnplug.engine.network import Network
from nnplug.testing.draws import generator, network_seed

JITTER = 0.1
"""Fresh weights are moved by this much noise: a bias of 0 or a scale of 1 hides mistakes."""


class Bench:
    """One layer, its weights and its gradients.

    layer : what runs; another one than the network's where a stack has columns
    seed : one seed, or one a run
    w, g : flat, as in a network;  places : of the trainable parameters
    """

    def __init__(
        self,
        layer: Layer,
        in_shape: Shape,
        registry: Registry,
        *,
        seed: int | Sequence[int] = 0,
        dtype: str = "float64",
        runner: Layer | None = None,
    ) -> None:
        of_network = (
            network_seed(seed) if isinstance(seed, int) else [network_seed(s) for s in seed]
        )
        self.network = Network([layer], in_shape, seed=of_network, dtype=dtype, registry=registry)
        self.layer = runner or layer
        self.in_shape = in_shape
        self.seeds = [seed] if isinstance(seed, int) else list(seed)
        self.runs = self.network.runs
        self.dtype = self.network.dtype
        self.w, self.g = self.network.w, self.network.g
        self.size = self.network.layout.trainable_size
        for r, one in enumerate(self.seeds):
            noise = JITTER * generator(one, 2).standard_normal(self.size)
            self.w[(r,) if self.runs else ...][: self.size] += noise.astype(self.dtype)

    @property
    def places(self) -> list[Place]:
        """The places of the trainable parameters."""
        return self.network.layout.trained

    @property
    def out_shape(self) -> Shape:
        """The features of one output sample."""
        return self.layer.output_shape(self.in_shape)

    def context(self, *, training: bool = True, chance: int = 0, needs: bool = True) -> Context:
        """Return a fresh context whose chance begins at a seed."""
        streams = [generator(chance, one) for one in self.seeds]
        rng: Any = StackedGenerator(streams) if self.runs else streams[0]
        return Context("0", self.in_shape, self.runs, needs, training, rng)

    def inputs(self, samples: int, draw: int = 0) -> Array:
        """Return legal inputs, (*runs, samples, *in_shape)."""
        shape = (samples, *self.in_shape)
        drawn = [self.layer.sample_input(generator(draw, one), shape) for one in self.seeds]
        x = np.stack(drawn) if self.runs else drawn[0]
        return np.asarray(x, self.dtype)

    def upstream(self, samples: int, draw: int = 0) -> Array:
        """Return a gradient dL/dy to send back, (*runs, samples, *out_shape)."""
        shape = (samples, *self.layer.output_shape(self.in_shape))
        drawn = [generator(draw, one, 1).standard_normal(shape) for one in self.seeds]
        return np.asarray(np.stack(drawn) if self.runs else drawn[0], self.dtype)

    def forward(self, x: Array, ctx: Context) -> tuple[Array, Any]:
        """Return (y, cache)."""
        result = self.layer.forward(x, self.network.p["0"], ctx)
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError("forward returns (y, cache)")
        return result

    def backward(self, dy: Array, cache: Any, ctx: Context, fill: float = np.nan) -> Any:
        """Return (dx, g), with g filled with `fill` before the layer writes into it."""
        self.g[...] = fill
        p, g = self.network.p["0"], self.network.gradients["0"]
        dx = self.layer.backward(dy, cache, p, g, ctx)
        return dx, self.g[..., : self.size].copy()

    def gradients(self, x: Array, dy: Array, *, chance: int = 0) -> tuple[Array, Any, Any]:
        """Return (y, dx, g) of one pass forward and backward with a context of its own."""
        ctx = self.context(chance=chance)
        y, cache = self.forward(x, ctx)
        dx, g = self.backward(dy, cache, ctx)
        return y, dx, g

    def output(self, x: Array, *, training: bool = True, chance: int = 0) -> Array:
        """Return y of one pass with a context of its own."""
        return self.forward(x, self.context(training=training, chance=chance))[0]

    def is_random(self) -> bool:
        """Say whether training draws on chance."""
        x = self.inputs(50)  # few masks of few numbers may well be equal
        first = self.output(x, chance=0)
        return any(not np.array_equal(self.output(x, chance=c), first) for c in (1, 2))


def short(place: Place) -> str:
    """Return a parameter's name without the layer's own place: "W", "1.b"."""
    return ".".join(place.path[1:])


def accepted_shapes(layer: Layer) -> list[Shape]:
    """Return input shapes that a layer accepts: its sample_shape, and others of 1, 2, 7 features.

    Raises whatever the layer raises for its own sample_shape.
    """
    own = tuple(layer.sample_shape())
    layer.parameters(own)
    layer.output_shape(own)
    found = [own]
    for n in (1, 2, 7):
        for other in ((*own[:-1], n), (n,)):
            if other not in found and accepts(layer, other):
                found.append(other)
    return found


def accepts(layer: Layer, in_shape: Shape) -> bool:
    """Say whether a layer takes inputs of this shape, or refuses them as it should."""
    try:
        layer.parameters(in_shape)
        layer.output_shape(in_shape)
    except (NnplugError, ValueError, TypeError):
        return False
    return True


def kept_parameters(parameters: Parameters, path: tuple[str, ...] = ()) -> dict[Any, Parameter]:
    """Return what is not trained, by path."""
    found: dict[Any, Parameter] = {}
    for key, item in parameters.items():
        if isinstance(item, Parameter):
            if not item.trainable:
                found[(*path, key)] = item
        else:
            found.update(kept_parameters(item, (*path, key)))
    return found


def proposals(keep: dict[str, Any], path: tuple[str, ...] = ()) -> dict[Any, Any]:
    """Return what a context's `keep` holds, by path."""
    found: dict[Any, Any] = {}
    for key, item in keep.items():
        if isinstance(item, dict):
            found.update(proposals(item, (*path, key)))
        else:
            found[(*path, key)] = item
    return found

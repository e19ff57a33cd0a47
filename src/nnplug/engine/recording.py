"""Passes through a network beside its training, with every layer's numbers kept."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnplug.core.array import Array, Gradients, Views
from nnplug.core.layer import Context, Layer
from nnplug.engine import chance
from nnplug.engine.network import Network


@dataclass(eq=False)
class Call:
    """One layer's part in a pass.

    path : its place in the network: "2", or "2.0" for the first layer inside layer 2
    x, y, cache : what forward took and gave
    dy, dx : what backward took and gave, None where it was not called or gave nothing
    """

    path: str
    layer: Layer
    x: Array
    y: Array
    cache: Any
    dy: Array | None = None
    dx: Array | None = None


class Recording:
    """Sends batches forward and backward, and keeps what passes between layers, in blocks too.

    It has gradients, chance and running means of its own, so that it leaves no trace in training.

    x : a batch, with which blocks show the layers that they hold
    training : False for dropout and the like off; True for the chance of the next training step
    forward, backward : the calls of the last pass, in the order in which they ended
    open : the calls by path that have not gone back yet
    g : (*runs, numbers), the gradients of the last pass
    """

    def __init__(self, network: Network, x: Array, *, training: bool) -> None:
        self.network = network
        self.forward: list[Call] = []
        self.backward: list[Call] = []
        self.open: dict[str, list[Call]] = {}
        self.g = np.zeros_like(network.w)
        self._gradients = network.layout.gradient_views(self.g)
        self._rng = deepcopy(network.rng)
        self._ctx = Context("", network.in_shape, network.runs, False, training, self._rng)
        self._caches: Any = None
        # A block makes the contexts of its layers when it first runs.
        network.chain.forward(x, network.p, self._ctx)
        self._listen(self._ctx)

    def ahead(self, x: Array) -> Array:
        """Return the raw outputs for a batch."""
        self.forward.clear()
        self.open.clear()
        chance.restore(self._rng, chance.state(self.network.rng))
        z, self._caches = self.network.chain.forward(x, self.network.p, self._ctx)
        return z

    def back(self, dz: Array) -> None:
        """Send dz = dL/dz of the last batch back, and fill `g`."""
        self.backward.clear()
        self.network.chain.backward(dz, self._caches, self.network.p, self._gradients, self._ctx)

    def _listen(self, ctx: Context) -> None:
        if ctx.plan is not None:
            ctx.plan = [(key, _Listener(layer, c.name, self), c) for key, layer, c in ctx.plan]
        for child in ctx._children.values():
            self._listen(child)


class _Listener:
    """Stands in a layer's place and notes what it takes and gives."""

    def __init__(self, layer: Layer, path: str, recording: Recording) -> None:
        self.layer = layer
        self.path = path
        self.recording = recording

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        y, cache = self.layer.forward(x, p, ctx)
        call = Call(self.path, self.layer, x, y, cache)
        self.recording.forward.append(call)
        self.recording.open.setdefault(self.path, []).append(call)
        return y, cache

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Any:
        # A layer that ran several times (step after step of a sequence) goes back last first.
        call = self.recording.open[self.path].pop()
        call.dy = dy
        call.dx = self.layer.backward(dy, cache, p, g, ctx)
        self.recording.backward.append(call)
        return call.dx

"""Where a run blew up: the layer in which the first number that is not finite appears."""

from typing import NamedTuple

import numpy as np

from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer
from nnplug.engine.network import Network


class Origin(NamedTuple):
    """Where it began: "output", "loss" or "gradient", of which layer (none for the loss)."""

    what: str
    layer: int | None

    def text(self, network: Network) -> str:
        """Say it: "the gradient of layer 2 (linear:units=4)"."""
        if self.layer is None:
            return "the loss"
        spec = network.registry.spec(network.layers[self.layer])
        return f"the {self.what} of layer {self.layer} ({spec})"


def find_origin(network: Network, x: Array, t: Array) -> Origin:
    """Pass the batch through the network once more and look after every layer."""
    with np.errstate(all="ignore"):
        y, caches = x, []
        for i, (key, layer, ctx) in enumerate(network.ctx.plan):
            y, cache = layer.forward(y, network.p[key], ctx)
            caches.append(cache)
            if not np.isfinite(y).all():
                return Origin("output", i)
        dy = network.loss_gradient(y, t)
        if not np.isfinite(dy).all():
            return Origin("loss", None)
        for i in reversed(range(len(caches))):
            key, layer, ctx = network.ctx.plan[i]
            dx = layer.backward(dy, caches[i], network.p[key], network.gradients[key], ctx)
            written = [p for p in network.layout.trained if p.path[0] == key]
            finite = all(np.isfinite(p.view(network.g)).all() for p in written)
            if not finite or (dx is not None and not np.isfinite(dx).all()):
                return Origin("gradient", i)
            if dx is None:
                break
            dy = dx
    return Origin("loss", None)


def advice(network: Network, lr: float, init: str | None, clip: float | None) -> str:
    """Say the likely cause and what to type."""
    optimizer = network.updater.optimizer if network.updater is not None else None
    identity = network.registry.get("activation", "identity")
    hidden = [
        layer
        for layer in network.layers
        if isinstance(layer, ActivationLayer) and not isinstance(layer.activation, identity)
    ]
    cause = f"likely cause: the learning rate {lr:g} is too large"
    if not hidden and network.loss is not None and network.loss.link == "identity":
        cause += ", and without activation nothing bounds the outputs that the loss squares"
    tries = [f"--lr {lr / 10:g}"]
    if clip is None:
        tries.append("--clip 1")
    if init == "normal":
        tries.append("--init xavier")
    if optimizer is not None and not optimizer.slots:
        tries.append("--optimizer adam")
    return f"{cause}; try {', or '.join(tries)}"

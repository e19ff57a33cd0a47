"""Where a run blew up: the layer in which the first number that is not finite appears."""

import math
from typing import NamedTuple

import numpy as np

from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer, as_named
from nnplug.core.component import Component
from nnplug.engine.network import Network

LARGE = 1e3
"""Inputs beyond this are named as a likely cause where the first step fails already."""


class Origin(NamedTuple):
    """Where it began: "output", "loss", "gradient" or "weights", and at which layer."""

    what: str
    layer: int

    def text(self, network: Network) -> str:
        """Say it: "the gradient of layer 2 (linear:units=4)"; and who gives a stranger's."""
        signed = network.registry.signed
        if self.what == "weights":
            return f"what optimizer {signed(self._component(network))} made of the weights"
        place = f"layer {self.layer} ({signed(network.layers[self.layer])})"
        if self.what == "loss":
            loss = self._component(network)
            own = network.registry.is_own(loss)
            return f"the loss {'' if own else signed(loss) + ' '}on the output of {place}"
        return f"the {self.what} of {place}"

    def told(self, network: Network) -> tuple[str, str]:
        """Return the text, and the name to check if the component there is a stranger's."""
        component = self._component(network)
        own = network.registry.is_own(component)
        return self.text(network), "" if own else network.registry.name(component)

    def _component(self, network: Network) -> Component:
        if self.what == "weights" and network.updater is not None:
            return network.updater.optimizer
        if self.what == "loss" and network.loss is not None:
            return network.loss
        return as_named(network.layers[self.layer])


def find_origin(network: Network, x: Array, t: Array, *, measured: bool = False) -> Origin:
    """Pass the batch through the network once more and look after every layer.

    measured : whether the failure was seen while predicting, where layers may do otherwise
    """
    # Asked first: other dropout masks than in the step that failed may find nothing.
    left = _blown_gradient(network)
    last = len(network.layers) - 1
    if not np.isfinite(network.w).all():
        return Origin("weights", last)
    with np.errstate(all="ignore"):
        if measured:
            y = x
            for i, (key, layer, ctx) in enumerate(network.predicting.plan):
                y, _ = layer.forward(y, network.p[key], ctx)
                if not np.isfinite(y).all():
                    return Origin("output", i)
        y, caches = x, []
        for i, (key, layer, ctx) in enumerate(network.ctx.plan):
            y, cache = layer.forward(y, network.p[key], ctx)
            caches.append(cache)
            if not np.isfinite(y).all():
                return Origin("output", i)
        dy = network.loss_gradient(y, t)
        if not np.isfinite(dy).all():
            return Origin("loss", last)
        for i in reversed(range(len(caches))):
            key, layer, ctx = network.ctx.plan[i]
            dx = layer.backward(dy, caches[i], network.p[key], network.gradients[key], ctx)
            if not _gradients_are_finite(network, key):
                return Origin("gradient", i)
            if dx is None:
                break
            if not np.isfinite(dx).all():
                return Origin("gradient", i)
            dy = dx
    return left or Origin("loss", last)


def _blown_gradient(network: Network) -> Origin | None:
    """Return the last layer whose gradient, as it stands, is not finite."""
    for i in reversed(range(len(network.layers))):
        if not _gradients_are_finite(network, str(i)):
            return Origin("gradient", i)
    return None


def _gradients_are_finite(network: Network, key: str) -> bool:
    places = [place for place in network.layout.trained if place.path[0] == key]
    return all(np.isfinite(place.view(network.g)).all() for place in places)


def advice(network: Network, x: Array, lr: float, init: str | None, clip: float | None) -> str:
    """Say the likely cause and what to type.

    x : the training points;  lr : of the step that failed;  init, clip : as the settings name them
    """
    updater = network.updater
    largest = float(np.abs(x).max())
    if updater is not None and updater.t == 0 and largest > LARGE:
        return (
            f"likely cause: inputs as large as {largest:g}, for the first step fails already; "
            "try inputs scaled to about 1"
        )
    if updater is not None and updater.t == 0:
        return (
            "it happens before any step: the first weights or a component gives it; "
            "try another --init, or nnplug explain --sample 1 for the numbers of every layer"
        )
    if not math.isfinite(lr):
        return f"the schedule gave a learning rate of {lr:g}; try --schedule constant"
    cause = f"likely cause: the learning rate {lr:g} is too large"
    if not _bends(network) and network.loss is not None and network.loss.link == "identity":
        cause += ", and without activation nothing bounds the outputs that the loss squares"
    tries = [f"--lr {lr / 10:g}"]
    if clip is None:
        tries.append("--clip 1")
    if init == "normal":
        tries.append("--init xavier")
    if updater is not None and not updater.optimizer.slots:
        tries.append("--optimizer adam")
    return f"{cause}; try {', or '.join(tries)}"


def _bends(network: Network) -> bool:
    """Say whether any activation but the identity stands between the layers."""
    identity = network.registry.get("activation", "identity")
    return any(
        isinstance(layer, ActivationLayer) and not isinstance(layer.activation, identity)
        for layer in network.layers
    )

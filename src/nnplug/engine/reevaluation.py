"""One step of an optimizer that asks for gradients itself: SAM, L-BFGS, a line search."""

import math
from typing import TYPE_CHECKING

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import ContractError, NnplugError
from nnplug.engine import chance
from nnplug.engine.updater import NonFiniteGradientError

if TYPE_CHECKING:
    from nnplug.engine.network import Network
    from nnplug.engine.updater import Updater


def step_evaluating(
    network: "Network", updater: "Updater", x: Array, t: Array, weights: Array | None
) -> None:
    """Take one step on a batch; every look at the loss has the same dropout masks.

    The loss includes what weight decay is the gradient of, so that a line search compares what it
    descends. Where it looks too far for finite numbers, it sees an infinite loss; at the weights of
    now, that is a divergence and raises NonFiniteGradientError.
    """
    if network.runs:
        raise NnplugError(f"{updater.label} looks at the loss again: it trains one network alone")
    start = chance.state(network.rng)
    looks = 0

    def evaluate(w: Array) -> tuple[float, Array]:
        nonlocal looks
        if np.shape(w) != updater.w.shape:
            raise ContractError(
                f"{updater.label}: step asks for the loss at weights {list(np.shape(w))}",
                f"they are {list(updater.w.shape)}",
            )
        looks += 1
        # The same chance at every look, or a line search would chase noise.
        chance.restore(network.rng, start)
        updater.w[...] = w
        z = network.forward(x)
        network.backward(network.loss_gradient(z, t, weights))
        loss = float(network.loss_value(z, t, weights)) + updater.penalty()
        try:
            updater.prepare()
        except NonFiniteGradientError:
            if looks == 1:
                raise
            loss = math.inf
        return (loss if math.isfinite(loss) else math.inf), updater.g.copy()

    updater.step_evaluating(evaluate)
    network.commit()

"""Training steps on a network, without the loop around them."""

from nnplug.core.array import Array
from nnplug.engine.network import Network


def take_steps(network: Network, x: Array, t: Array, steps: int) -> list[float]:
    """Take as many steps on all points; return the loss before the first and after each.

    The loss is that while predicting: dropout and the like are off.
    """
    losses = [_loss(network, x, t)]
    for _ in range(steps):
        network.train_step(x, t)
        losses.append(_loss(network, x, t))
    return losses


def _loss(network: Network, x: Array, t: Array) -> float:
    return float(network.loss_value(network.peek(x)[0], t))

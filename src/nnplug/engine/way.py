"""The way through a chain's layers, unrolled: a step looks up neither methods nor views."""

from typing import Any, NamedTuple

from nnplug.core.chain import ActivationLayer
from nnplug.core.layer import Context, Layer


class Way(NamedTuple):
    """Methods with parameters and contexts, in the order in which a pass calls them.

    An activation stands here without the layer around it, and without context: its forward takes z,
    its backward (dy, z, y).
    """

    ahead: list[tuple[Any, Any, Context | None]]
    back: list[tuple[Any, Any, Any, Context | None]]


def unroll(plan: list[tuple[str, Layer, Context]], p: Any, g: Any) -> Way:
    """Return the way through a chain.

    plan : the chain's, its layers with their contexts
    p, g : the views of weights and gradients, nested as the chain's parameters
    """
    way = Way([], [])
    for key, layer, ctx in plan:
        if isinstance(layer, ActivationLayer):
            way.ahead.append((layer.activation.forward, None, None))
            way.back.append((layer.activation.backward, None, None, None))
        else:
            way.ahead.append((layer.forward, p[key], ctx))
            way.back.append((layer.backward, p[key], g[key], ctx))
    way.back.reverse()
    return way

"""The first step, taken with open eyes: what a component promises is looked at, layer by layer.

An ordinary step checks next to nothing, so that it is fast. Before the first one, the same batch
goes forward and backward once with every shape and dtype compared and the gradients filled with
NaN: a gradient that was forgotten, or added to instead of written, is named.
"""

from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import ContractError
from nnplug.engine import chance
from nnplug.engine.network import Network


def prove_step(network: Network, x: Array, t: Array) -> None:
    """Raise ContractError for the first promise that a component breaks on this batch.

    Chance is set back afterwards, and nothing is trained or kept.
    """
    kept = chance.state(network.rng)
    outputs, caches = _forward(network, x)
    z = outputs[-1]
    if network.loss is None:
        return
    value = network.loss.value(z, t)
    _same(network, network.loss, "value", value, z.shape[:-1], z.dtype)
    dz = network.loss.gradient(z, t)
    _same(network, network.loss, "gradient", dz, z.shape, z.dtype)
    if all(np.isfinite(array).all() for array in (*outputs, dz)):
        _backward(network, dz, outputs, caches)
    network.g[...] = 0
    chance.restore(network.rng, kept)
    _forget(network.ctx.keep)


def _forward(network: Network, x: Array) -> tuple[list[Array], list[Any]]:
    outputs, caches = [x], []
    for (key, layer, ctx), shape in zip(network.ctx.plan, network.shapes[1:], strict=True):
        result = layer.forward(outputs[-1], network.p[key], ctx)
        if not isinstance(result, tuple) or len(result) != 2:
            raise _broken(network, layer, f"forward returned {_say(result)}", "return (y, cache)")
        y, cache = result
        expected = (*network.runs, x.shape[len(network.runs)], *shape)
        _same(network, layer, "forward", y, expected, network.dtype)
        outputs.append(y)
        caches.append(cache)
    return outputs, caches


def _backward(network: Network, dy: Array, outputs: list[Array], caches: list[Any]) -> None:
    network.g[...] = np.nan
    for i in reversed(range(len(caches))):
        key, layer, ctx = network.ctx.plan[i]
        dx = layer.backward(dy, caches[i], network.p[key], network.gradients[key], ctx)
        for place in network.layout.trained:
            if place.path[0] == key and np.isnan(place.view(network.g)).any():
                name = ".".join(place.path[1:])
                raise _broken(
                    network,
                    layer,
                    f"backward left the gradient of {name!r} unwritten, or added to it",
                    f'write g["{name}"] = ..., once, for every trainable parameter',
                )
        if dx is None:
            if ctx.needs_input_grad:
                raise _broken(
                    network,
                    layer,
                    "backward returned None although ctx.needs_input_grad is true",
                    "return dL/dx",
                )
            return
        _same(network, layer, "backward", dx, outputs[i].shape, network.dtype)
        dy = dx


def _same(
    network: Network, component: Any, method: str, got: Any, shape: tuple[int, ...], dtype: Any
) -> None:
    if not isinstance(got, np.ndarray) or got.shape != shape or got.dtype != dtype:
        raise _broken(
            network,
            component,
            f"{method} returned {_say(got)}; {dtype}{list(shape)} is expected",
            "a component keeps the dtype that it was given, and its declared shape",
        )


def _broken(network: Network, component: Any, what: str, hint: str) -> ContractError:
    spec = network.registry.spec(component)
    package = network.registry.provider(component).text
    return ContractError(f"{component.kind} {spec!r} from {package}: {what}", hint)


def _say(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return f"a {type(value).__name__}"


def _forget(keep: dict[str, Any]) -> None:
    for key, value in list(keep.items()):
        if isinstance(value, dict):
            _forget(value)
        else:
            del keep[key]

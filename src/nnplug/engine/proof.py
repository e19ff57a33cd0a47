"""The first step, taken with open eyes: what a component promises is looked at, layer by layer.

An ordinary step checks next to nothing, so that it is fast. Before the first one, the same batch
goes forward and backward once with every shape and dtype compared and the gradients filled with
NaN: a gradient that was forgotten, or added to instead of written, is named.
"""

from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.component import Component
from nnplug.core.errors import ContractError
from nnplug.engine import chance
from nnplug.engine.layout import Place
from nnplug.engine.network import Network


def prove_step(network: Network, x: Array, t: Array) -> None:
    """Raise ContractError for the first promise that a component breaks on this batch.

    Chance is set back afterwards, and nothing is trained or kept.
    """
    start = chance.state(network.rng)
    try:
        outputs, caches = _forward(network, x)
        network.kept.checked()
        if network.loss is not None:
            _backward(network, _judged(network, outputs[-1], t), outputs, caches)
        _schedule(network)
    finally:
        network.g[...] = 0
        chance.restore(network.rng, start)
        network.kept.forget()


def _forward(network: Network, x: Array) -> tuple[list[Array], list[Any]]:
    outputs, caches = [x], []
    for (key, layer, ctx), shape in zip(network.ctx.plan, network.shapes[1:], strict=True):
        result = layer.forward(outputs[-1], network.p[key], ctx)
        if not isinstance(result, tuple) or len(result) != 2:
            raise _broken(network, layer, f"forward returned {_say(result)}", "return (y, cache)")
        y, cache = result
        expected = (*network.runs, x.shape[len(network.runs)], *shape)
        _same(network, layer, "forward", y, expected)
        outputs.append(y)
        caches.append(cache)
    return outputs, caches


def _judged(network: Network, z: Array, t: Array) -> Array:
    loss = network.loss
    assert loss is not None
    _same(network, loss, "value", loss.value(z, t), z.shape[:-1])
    dz = loss.gradient(z, t)
    _same(network, loss, "gradient", dz, z.shape)
    return dz


def _backward(network: Network, dy: Array, outputs: list[Array], caches: list[Any]) -> None:
    for i in reversed(range(len(caches))):
        key, layer, ctx = network.ctx.plan[i]
        given = (dy, caches[i], network.p[key], network.gradients[key], ctx)
        network.g[...] = np.nan
        dx = layer.backward(*given)
        unwritten = _not_a_number(network, key)
        if unwritten:
            # Numbers that blow up give NaN by themselves, whatever stood there before.
            network.g[...] = 0
            layer.backward(*given)
            if _not_a_number(network, key):
                return
            place = unwritten[0]
            raise _broken(
                network,
                layer,
                f"backward left the gradient of {'.'.join(place.path[1:])!r} unwritten, or added "
                "to it",
                f'write g["{place.path[-1]}"] = ..., once, for every trainable parameter',
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
        _same(network, layer, "backward", dx, outputs[i].shape)
        dy = dx


def _not_a_number(network: Network, key: str) -> list[Place]:
    """Return the trained parameters of a layer whose gradient holds NaN."""
    places = [place for place in network.layout.trained if place.path[0] == key]
    return [place for place in places if np.isnan(place.view(network.g)).any()]


def _schedule(network: Network) -> None:
    updater = network.updater
    if updater is None or updater.schedule is None:
        return
    factor = updater.schedule.factor(0, updater.total)
    if not isinstance(factor, (int, float, np.number)) or not np.isfinite(factor):
        raise _broken(
            network,
            updater.schedule,
            f"factor returned {factor!r} for the first of {updater.total} steps",
            "return a finite number, which multiplies lr",
        )


def _same(
    network: Network, component: Component, method: str, got: Any, shape: tuple[int, ...]
) -> None:
    if not isinstance(got, np.ndarray) or got.shape != shape or got.dtype != network.dtype:
        raise _broken(
            network,
            component,
            f"{method} returned {_say(got)}; {network.dtype}{list(shape)} is expected",
            "a component keeps the dtype that it was given, and its declared shape",
        )


def _broken(network: Network, component: Component, what: str, hint: str) -> ContractError:
    return ContractError(f"{network.registry.describe(component)}: {what}", hint)


def _say(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    return "None" if value is None else f"a {type(value).__name__}"

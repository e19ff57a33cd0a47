"""The first step, taken with open eyes: what a component promises is looked at, layer by layer.

An ordinary step checks next to nothing, so that it is fast. Before the first one, the same batch
goes forward and backward once with every shape and dtype compared and the gradients filled with
NaN: a gradient that was forgotten, or added to instead of written, is named.
"""

from typing import Any

import numpy as np

from nnplug.core.activation import is_elementwise
from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer
from nnplug.core.component import Component
from nnplug.core.errors import ContractError
from nnplug.core.layer import Context, Layer
from nnplug.engine import chance
from nnplug.engine.layout import Place
from nnplug.engine.network import Network
from nnplug.engine.returned import say


def prove_step(network: Network, x: Array, t: Array) -> None:
    """Raise ContractError for the first promise that a component breaks on this batch.

    Chance is set back afterwards, and nothing is trained or kept.
    """
    generators = (network.rng, network.looking)
    start = [chance.state(rng) for rng in generators]
    try:
        outputs, caches = _forward(network, x, network.ctx)
        network.kept.checked()
        if network.loss is not None:
            _backward(network, _judged(network, outputs[-1], t), outputs, caches)
        if network.updater is not None:
            network.updater.rate()
        _predictions(network, _forward(network, x, network.predicting)[0][-1])
    finally:
        network.g[...] = 0
        for rng, state in zip(generators, start, strict=True):
            chance.restore(rng, state)
        network.kept.forget()


def _forward(network: Network, x: Array, ctx: Context) -> tuple[list[Array], list[Any]]:
    """Return the input, what each layer makes of it, and the caches.

    ctx : of training or of predicting
    """
    outputs, caches = [x], []
    for (key, layer, inner), shape in zip(ctx.plan, network.shapes[1:], strict=True):
        result = layer.forward(outputs[-1], network.p[key], inner)
        if not isinstance(result, tuple) or len(result) != 2:
            raise _broken(network, layer, f"forward returned {say(result)}", "return (y, cache)")
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


def _predictions(network: Network, z: Array) -> None:
    loss = network.loss
    if loss is None:
        return
    predicted: Any = loss.predict(z)
    _same(network, loss, "predict", predicted, z.shape)
    if np.isnan(predicted).any() and np.isfinite(z).all():
        raise _broken(
            network,
            loss,
            "predict returned NaN for finite outputs",
            "a link may overflow to inf, and is a number everywhere else",
        )


def _backward(network: Network, dy: Array, outputs: list[Array], caches: list[Any]) -> None:
    for i in reversed(range(len(caches))):
        key, layer, ctx = network.ctx.plan[i]
        _slope(network, layer, caches[i])
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


def _slope(network: Network, layer: Layer, cache: Any) -> None:
    """Look at the derivative itself: after its product with dy, less can be told."""
    if isinstance(layer, ActivationLayer) and is_elementwise(type(layer.activation)):
        z, y = cache
        slope = layer.activation.derivative(z, y)
        _same(network, layer.activation, "derivative", slope, z.shape)


def _not_a_number(network: Network, key: str) -> list[Place]:
    """Return the trained parameters of a layer whose gradient holds NaN."""
    places = [place for place in network.layout.trained if place.path[0] == key]
    return [place for place in places if np.isnan(place.view(network.g)).any()]


def _same(
    network: Network, component: Component, method: str, got: Any, shape: tuple[int, ...]
) -> None:
    if not isinstance(got, np.ndarray) or got.shape != shape or got.dtype != network.dtype:
        raise _broken(
            network,
            component,
            f"{method} returned {say(got)}; {network.dtype}{list(shape)} is expected",
            "a component keeps the dtype that it was given, and its declared shape",
        )


def _broken(network: Network, component: Component, what: str, hint: str) -> ContractError:
    return ContractError(f"{network.registry.describe(component)}: {what}", hint)

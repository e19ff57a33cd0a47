"""Fresh weights: each parameter from its initializer, the default from the next activation."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer
from nnplug.core.errors import ContractError
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.initializer import Initializer
from nnplug.core.layer import Layer
from nnplug.core.loss import Loss
from nnplug.core.registry import Registry
from nnplug.engine.layout import Layout, Path
from nnplug.engine.returned import say

DEFAULT = "xavier"
"""What weights prefer that feed no activation."""


def fill_weights(
    w: Array,
    layout: Layout,
    layers: Sequence[Layer],
    init: Any,
    after: str | None,
    generators: Sequence[np.random.Generator],
    registry: Registry,
) -> dict[Path, Initializer]:
    """Fill w, (*runs, numbers), and return the initializer that each parameter got.

    init : what to use where a parameter names none, or None for what the next activation prefers
    after : the initializer preferred by what follows the last layer (the loss's link)
    generators : the init stream of each run
    """
    preferred = _preferred(layers, after or DEFAULT, ())
    used: dict[Path, Initializer] = {}
    for place in layout.places:
        wanted = place.parameter.init
        if wanted is None:
            wanted = init if init is not None else _nearest(preferred, place.path)
        initializer: Initializer = registry.build("initializer", wanted)
        used[place.path] = initializer
        view = place.view(w)
        for r, rng in enumerate(generators):
            sample = initializer.sample(rng, place.parameter.shape, *place.parameter.fan)
            shape = place.parameter.shape
            drawn = np.asarray(sample)
            if drawn.shape != shape or drawn.dtype.kind not in "fiu":
                raise ContractError(
                    f"{registry.describe(initializer)}: sample returned {say(sample)} for a "
                    f"parameter {list(shape)}",
                    "return an array of the shape that sample is given",
                )
            if not np.isfinite(drawn).all():
                raise ContractError(
                    f"{registry.describe(initializer)}: sample returned values that are not finite"
                )
            view[(r,) if w.ndim > 1 else ...] = sample
    return used


def preference_of_link(loss: Loss | None, registry: Registry) -> str | None:
    """Return the initializer that the link of a loss prefers, None for one without link."""
    if loss is None or loss.link == "identity":
        return None
    link: Any = registry.get("activation", loss.link)
    preference: str = link.initializer
    return preference


def inner_layers(layer: Layer) -> tuple[Layer, ...]:
    """Return the layers that a block holds, none for an ordinary layer."""
    for name in hyperparameters(type(layer)):
        value = getattr(layer, name)
        if isinstance(value, tuple) and value and isinstance(value[0], Layer):
            return value
    return ()


def _preferred(layers: Sequence[Layer], following: str, path: Path) -> dict[Path, str]:
    """Return for each layer, however deep, what the first activation after it prefers."""
    found: dict[Path, str] = {}
    for i in reversed(range(len(layers))):
        layer, here = layers[i], (*path, str(i))
        if isinstance(layer, ActivationLayer):
            following = layer.activation.initializer
        found[here] = following
        inner = _preferred(inner_layers(layer), following, here)
        found.update(inner)
        following = inner.get((*here, "0"), following)
    return found


def _nearest(preferred: dict[Path, str], path: Path) -> str:
    while path not in preferred:
        path = path[:-1]
    return preferred[path]

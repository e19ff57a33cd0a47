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
from nnplug.core.registry import Registry
from nnplug.engine.layout import Layout, Path

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
        initializer = registry.build("initializer", wanted)
        assert isinstance(initializer, Initializer)
        used[place.path] = initializer
        view = place.view(w)
        for r, rng in enumerate(generators):
            sample = initializer.sample(rng, place.parameter.shape, *place.parameter.fan)
            if np.shape(sample) != place.parameter.shape:
                raise ContractError(
                    f"initializer {type(initializer).__name__}: sample returned "
                    f"{list(np.shape(sample))} for a parameter {list(place.parameter.shape)}"
                )
            view[(r,) if w.ndim > 1 else ...] = sample
    return used


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

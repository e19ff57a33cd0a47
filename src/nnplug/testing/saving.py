"""A network through a model file and back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.chain import ActivationLayer
from nnplug.core.component import Component
from nnplug.core.dataset import Data
from nnplug.core.hyperparameter import hyperparameters
from nnplug.engine.checkpoint import read_network, restore_run, write_checkpoint
from nnplug.engine.network import Network
from nnplug.engine.run import Part, Run


def save_and_load(network: Network, path: Path) -> Network:
    """Return what a model file makes of a network: weights, slots, step count, chance.

    Components that no plugin gives cannot be found by name; they are taken over, as fresh copies.
    """
    run = bare_run(network)
    write_checkpoint(path, run, None, {"task": "regression", "names": [], "columns": []})
    registry = network.registry
    if all(registry.provider(one).plugin for one in components_of(network)):
        return read_network(path, registry)[0]
    twin = bare_run(copy_of(network))
    restore_run(twin, path)
    return twin.network


def bare_run(network: Network) -> Run:
    """Return a run of this network, with one point to learn."""
    x, t = np.zeros((1, *network.in_shape)), np.zeros((1, 1))
    return Run(network, Part(Data(x, t, "regression"), x, t, None), None, 1)


def copy_of(network: Network) -> Network:
    """Return a network of fresh copies of the same components, with fresh weights and slots."""
    updater = network.updater
    options: dict[str, Any] = {}
    if updater is not None:
        options = {
            "optimizer": fresh_copy(updater.optimizer),
            "schedule": fresh_copy(updater.schedule),
            "lr": updater.lr,
            "weight_decay": updater.weight_decay,
            "clip": updater.clip,
            "total": updater.total,
        }
    return Network(
        [fresh_copy(layer) for layer in network.layers],
        network.in_shape,
        loss=fresh_copy(network.loss),
        dtype=str(network.dtype),
        registry=network.registry,
        **options,
    )


def fresh_copy(component: Any) -> Any:
    """Return an equal component that remembers nothing: its hyperparameters alone are copied."""
    return None if component is None else replace(component)


def components_of(network: Network) -> Iterator[Component]:
    """Yield every component of a network, however deep inside others."""
    updater = network.updater
    whole: list[Any] = [*network.layers, network.loss]
    whole += [] if updater is None else [updater.optimizer, updater.schedule]
    for component in whole:
        if component is not None:
            yield from _inside(component)


def _inside(component: Component) -> Iterator[Component]:
    if not isinstance(component, ActivationLayer):
        yield component
    for name in hyperparameters(type(component)):
        value = getattr(component, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Component):
                yield from _inside(item)

"""Which runs may train as one: those that differ in seeds, points and floats alone."""

from collections.abc import Hashable
from typing import Any

from nnplug.core.component import Component
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.optimizer import reevaluates
from nnplug.engine.assemble import Assembly

CHUNK_BYTES = 64 * 1024
"""The widest temporary of a stack: beyond it memory costs more than calls."""


def obstacle(assembly: Assembly) -> str:
    """Return why a run trains alone, or an empty text."""
    optimizer = assembly.optimizer
    if reevaluates(type(optimizer)):
        return f"{assembly.registry.describe(optimizer)} looks at the loss again while it steps"
    if assembly.settings.track:
        return "track records every layer of one network"
    return ""


def structure(assembly: Assembly) -> Hashable:
    """Return what runs must have in common to train as one."""
    run, settings, network = assembly.run, assembly.settings, assembly.network
    parts = tuple(
        (name, part.x.shape, part.t.shape, part.weights is None, part.data.task)
        for name, part in run.parts().items()
    )
    components = (*network.layers, network.loss, assembly.optimizer)
    return (
        tuple(map(_structure, components)),
        parts,
        settings.dtype,
        settings.epochs,
        settings.batch_size,
        settings.log_interval,
    )


def columns(assemblies: list[Assembly]) -> bool:
    """Say whether components differ, so that a float becomes a column in their formulas.

    Then a stack agrees with runs alone to rounding; otherwise to the last bit.
    """
    first, *others = (
        (one.network.layers, one.network.loss, _without_lr(one.optimizer)) for one in assemblies
    )
    return any(one != first for one in others)


def chunk_size(assembly: Assembly) -> int:
    """Return how many runs train as one at a time."""
    network = assembly.network
    samples = min(assembly.settings.batch_size or len(assembly.train), len(assembly.train))
    widest = max(_size(shape) for shape in network.shapes) * samples * network.dtype.itemsize
    return max(1, CHUNK_BYTES // widest)


def _structure(thing: Any) -> Hashable:
    """Return a component with every float of it left open."""
    if isinstance(thing, Component):
        named = hyperparameters(type(thing))
        return (type(thing), *((name, _structure(getattr(thing, name))) for name in named))
    if isinstance(thing, tuple):
        return tuple(map(_structure, thing))
    return float if isinstance(thing, float) else thing


def _without_lr(optimizer: Component) -> Hashable:
    values = {name: getattr(optimizer, name) for name in hyperparameters(type(optimizer))}
    return (type(optimizer), *((n, v) for n, v in values.items() if n != "lr"))


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size

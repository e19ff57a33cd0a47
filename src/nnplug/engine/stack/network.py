"""R networks as one: a row of weights for each, made from their live state and put back into it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.chain import Chain
from nnplug.engine import chance
from nnplug.engine.chance import StackedGenerator
from nnplug.engine.columns import with_columns
from nnplug.engine.network import Network
from nnplug.engine.stack.updater import Lost, StackedUpdater


class StackedNetwork(Network):
    """Networks of one structure, which take their steps together.

    networks : with an optimizer each; their weights, slots and kept numbers are copied, and their
        chance is drawn on, each run's share from its own streams
    stacked : the updater, with what only a stack has
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        first = networks[0]
        self.networks = list(networks)
        self.dtype, self.registry = first.dtype, first.registry
        self.in_shape, self.shapes, self.layout = first.in_shape, first.shapes, first.layout
        self.runs = (len(self.networks),)
        self.initializers = first.initializers
        self.chain = Chain(
            tuple(
                with_columns(layers, 2 + len(shape), self.dtype)
                for shape, *layers in zip(
                    self.shapes, *(one.layers for one in networks), strict=False
                )
            )
        )
        losses = [one.loss for one in networks if one.loss is not None]
        self.loss = with_columns(losses, 2 + len(self.out_shape), self.dtype)
        self.w = np.stack([one.w for one in networks])
        self.g = np.zeros_like(self.w)
        self.p = self.layout.weight_views(self.w)
        self.gradients = self.layout.gradient_views(self.g)
        updaters = [one.updater for one in networks if one.updater is not None]
        self.updater = self.stacked = StackedUpdater(updaters, self.layout, self.w, self.g)
        self._connect(
            StackedGenerator([one.rng for one in networks]),
            StackedGenerator([one.looking for one in networks]),
        )

    def put_back(self, row: int) -> Network:
        """Set a run's own network to what its row holds, and return it."""
        network = self.networks[row]
        updater = network.updater
        assert updater is not None
        network.w[...] = self.w[row]
        updater.t = self.stacked.t
        for name, slot in updater.slots.items():
            slot[...] = self.stacked.slots[name][row]
        return network

    def put_back_lost(self, lost: Lost, i: int) -> Network:
        """Set the i-th lost run's network to what it was before the step that failed."""
        network = self.put_back(lost.rows[i])
        updater = network.updater
        assert updater is not None
        updater.t -= 1
        updater.w[...] = lost.w[i]
        updater.g[...] = lost.g[i]
        for name, slot in updater.slots.items():
            slot[...] = lost.slots[name][i]
        return network

    def chance(self, row: int) -> Any:
        """Return the state of a run's chance, to hand to `restore_chance`."""
        return chance.state(self.networks[row].rng)

    def restore_chance(self, row: int, state: Any) -> None:
        """Set a run's chance to an earlier state."""
        chance.restore(self.networks[row].rng, state)

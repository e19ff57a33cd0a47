"""A network as plain data, which can be pickled, and from which its training goes on."""

from dataclasses import dataclass
from typing import Any

from nnplug.core.array import Array, Shape
from nnplug.core.errors import SettingsError
from nnplug.core.layer import Layer
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.schedule import Schedule
from nnplug.engine import chance
from nnplug.engine.network import Network


@dataclass(frozen=True, eq=False)
class NetworkState:
    """Everything that a network is: its components, its weights, and where its training stands.

    lr, weight_decay, clip, total, t : of its updater;  slots : the optimizer's memory by name
    streams : the states of its two sources of chance
    """

    layers: tuple[Layer, ...]
    in_shape: Shape
    loss: Loss | None
    optimizer: Optimizer
    schedule: Schedule | None
    lr: float
    weight_decay: float
    clip: float | None
    total: int
    dtype: str
    w: Array
    slots: dict[str, Array]
    t: int
    streams: tuple[Any, Any]

    @classmethod
    def of(cls, network: Network) -> "NetworkState":
        """Return the state of a network that has an optimizer, as a copy."""
        updater = network.updater
        assert updater is not None
        return cls(
            network.layers,
            network.in_shape,
            network.loss,
            updater.optimizer,
            updater.schedule,
            updater.lr,
            updater.weight_decay,
            updater.clip,
            updater.total,
            str(network.dtype),
            network.w.copy(),
            {name: slot.copy() for name, slot in updater.slots.items()},
            updater.t,
            (chance.state(network.rng), chance.state(network.looking)),
        )

    def build(self) -> Network:
        """Return a network in this state."""
        network = Network(
            self.layers,
            self.in_shape,
            loss=self.loss,
            optimizer=self.optimizer,
            schedule=self.schedule,
            lr=self.lr,
            weight_decay=self.weight_decay,
            clip=self.clip,
            total=self.total,
            dtype=self.dtype,
        )
        self.restore(network)
        return network

    def restore(self, network: Network) -> None:
        """Set a network of the same structure to this state.

        Raises SettingsError for a network whose weights or slots are others.
        """
        updater = network.updater
        assert updater is not None
        if network.w.shape != self.w.shape or network.dtype != self.w.dtype:
            raise SettingsError(
                f"the settings make a network of {network.w.size} numbers ({network.dtype}); the "
                f"one that is trained has {self.w.size} ({self.w.dtype})",
                "settings of the network stay as they were while partial_fit goes on",
            )
        if updater.slots.keys() != self.slots.keys():
            raise SettingsError(
                f"optimizer {network.registry.spec(updater.optimizer)} cannot go on with the "
                f"memory of {network.registry.spec(self.optimizer)}",
                "the optimizer stays the same while partial_fit goes on",
            )
        network.w[...] = self.w
        for name, slot in self.slots.items():
            updater.slots[name][...] = slot
        updater.t = self.t
        for generator, its in zip((network.rng, network.looking), self.streams, strict=True):
            chance.restore(generator, its)

"""From settings to what runs: the data, the layers with their output layer, the loss, the network.

Whatever does not fit together is refused here, before anything is trained or written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from nnplug.core.activation import Activation
from nnplug.core.callback import Callback
from nnplug.core.chain import as_layer
from nnplug.core.component import Component
from nnplug.core.dataset import Data, Dataset
from nnplug.core.initializer import Initializer
from nnplug.core.layer import Layer
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.registry import Registry
from nnplug.core.schedule import Schedule
from nnplug.engine.choices import choose_loss, choose_optimizer, choose_output, without_lr
from nnplug.engine.data import balanced
from nnplug.engine.network import Network
from nnplug.engine.points import Points, points_of
from nnplug.engine.run import Part, Run
from nnplug.engine.settings import OF_A_TABLE, Settings
from nnplug.engine.settings import settings as known_settings
from nnplug.engine.shapes import layer_shapes
from nnplug.tables.dataset import TableFile

WORKED_IN = ("hidden_dims", "lr", "momentum")
"""The numbers among the settings that are worked into components."""


@dataclass(frozen=True)
class Components:
    """The components that the settings name, or that were chosen for them.

    dataset : None where the points were given as arrays
    activation : after each hidden layer, or None where the settings name layer by layer
    hidden : the layers before the output layer
    output : the activation after the output layer, or None
    init : None for what each activation prefers
    """

    dataset: Dataset | None
    activation: Activation | None
    hidden: tuple[Layer, ...]
    output: Activation | None
    loss: Loss
    optimizer: Optimizer
    init: Initializer | None
    schedule: Schedule
    callbacks: tuple[Callback, ...]

    def all(self) -> tuple[Component, ...]:
        """Return those that there are."""
        single = (self.dataset, self.activation, self.output, self.loss, self.optimizer)
        found = (*single, self.init, self.schedule, *self.hidden, *self.callbacks)
        return tuple(one for one in found if one is not None)


@dataclass(frozen=True)
class Assembly:
    """Everything that a run needs, and how to say it.

    points : all points, those to train on, those held out, and what was decided about them
    said : lines that tell the user what else was decided for them
    resolved : the settings as specs and numbers, all defaults filled in
    """

    settings: Settings
    registry: Registry
    components: Components
    points: Points
    run: Run
    said: list[str]
    resolved: dict[str, Any]

    @property
    def source(self) -> str:
        """What the points are called: a dataset's spec, a file, or "data" for arrays."""
        return str(self.resolved["dataset"] or self.resolved["data"])

    @property
    def data(self) -> Data:
        """All points, as the dataset has them."""
        return self.points.data

    @property
    def train(self) -> Data:
        """Those to train on; no value of theirs is missing."""
        return self.points.train

    @property
    def test(self) -> Data | None:
        """Those held out, or None."""
        return self.points.test

    @property
    def network(self) -> Network:
        """The network of the run."""
        return self.run.network

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer, with its learning rate."""
        return self.components.optimizer

    @property
    def callbacks(self) -> tuple[Callback, ...]:
        """What watches the run."""
        return self.components.callbacks


def assemble(
    settings: Settings, registry: Registry, data: Data | None = None, test: Any = None
) -> Assembly:
    """Build everything that the settings name.

    data : points given as arrays; the settings' dataset is left unread then
    test : a data frame of the points held out, or None
    Raises NnplugError for whatever does not fit together.
    """
    return assemble_on(points_of(settings, registry, data, test), settings, registry)


def assemble_on(points: Points, settings: Settings, registry: Registry) -> Assembly:
    """Build everything that the settings name, to learn points that are read and split already."""
    said: list[str] = []
    data, train = points.data, points.train
    loss = choose_loss(settings, registry, data)
    activation, hidden = _hidden(settings, registry)
    init = settings.init
    components = Components(
        points.dataset,
        activation,
        hidden,
        choose_output(settings, registry, loss, data, said),
        loss,
        choose_optimizer(settings, registry),
        None if init is None else registry.build("initializer", init),
        registry.build("schedule", settings.schedule),
        tuple(registry.build("callback", one) for one in _several(settings.callback)),
    )
    network = _network(settings, registry, components, points)

    def part(one: Data) -> Part:
        weights = balanced(train, one) if settings.class_weight else one.weights
        return Part.of(one, loss, network.dtype, points.preparation.encode(one.x), weights)

    run = Run(
        network,
        part(train),
        None if points.test is None else part(points.test),
        settings.epochs,
        settings.threshold,
    )
    run.preparation = points.preparation
    resolved = _resolved(settings, registry, components) | {"scale": points.scale}
    run.settings = MappingProxyType(resolved)
    return Assembly(settings, registry, components, points, run, said, resolved)


def _hidden(settings: Settings, registry: Registry) -> tuple[Activation | None, tuple[Layer, ...]]:
    """Return the activation after each hidden layer, if it is one, and the hidden layers."""
    if settings.layers is not None:
        return None, registry.build_chain(settings.layers)
    activation: Activation = registry.build("activation", settings.activation)
    layers: list[Layer] = []
    for units in settings.hidden_dims:
        linear = registry.build("layer", {"name": "linear", "units": units})
        layers += [linear, as_layer(activation)]
    return activation, tuple(layers)


def _network(
    settings: Settings, registry: Registry, components: Components, points: Points
) -> Network:
    """Return the network: flatten where it is needed, the hidden layers, the output layer."""
    data, samples = points.train, len(points.train)
    in_shape = points.preparation.out_shape
    layers = list(components.hidden)
    if settings.layers is None and len(in_shape) > 1:
        layers.insert(0, registry.build("layer", "flatten"))
    if len(layer_shapes(layers, in_shape, registry)[-1]) > 1:
        layers.append(registry.build("layer", "flatten"))
    units = components.loss.outputs(data.task, data.y.shape[1])
    layers.append(registry.build("layer", {"name": "linear", "units": units}))
    if components.output is not None:
        layers.append(as_layer(components.output))
    batch = min(settings.batch_size or samples, samples)
    constant = registry.get("schedule", "constant")
    return Network(
        layers,
        in_shape,
        loss=components.loss,
        optimizer=components.optimizer,
        schedule=None if isinstance(components.schedule, constant) else components.schedule,
        init=components.init,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        total=settings.epochs * -(-samples // batch),
        seed=settings.seed,
        dtype=settings.dtype,
        registry=registry,
    )


def _resolved(settings: Settings, registry: Registry, components: Components) -> dict[str, Any]:
    """Return the settings as a config file holds them: fed back, they make the same run."""

    def spec(component: Component | None) -> str | None:
        return None if component is None else registry.spec(component)

    output = spec(components.output)
    if output is None and components.loss.link == "identity":
        output = "identity"  # or it would be chosen anew, perhaps otherwise
    hidden: dict[str, Any] = {
        "hidden_dims": list(settings.hidden_dims),
        "activation": spec(components.activation),
    }
    if components.activation is None:
        hidden = {"layers": " ".join(map(registry.spec, components.hidden))}
    plain = [name for name, one in known_settings().items() if one.type is not Any]
    points: dict[str, Any] = {"dataset": spec(components.dataset) or "data"}
    if isinstance(components.dataset, TableFile):
        # What is empty is left out, as what is None.
        table = {name: getattr(components.dataset, name) or None for name in OF_A_TABLE}
        table["header"] = components.dataset.header
        points = {"dataset": None, "data": components.dataset.path, **table}
    return {
        **{name: points.get(name) for name in ("dataset", "data", "target")},
        **hidden,
        "output": output,
        "loss": spec(components.loss),
        "optimizer": spec(without_lr(components.optimizer)),
        "init": spec(components.init),
        "schedule": spec(components.schedule),
        "callback": [registry.spec(one) for one in components.callbacks] or None,
        "lr": components.optimizer.lr,
        **{
            name: points.get(name) if name in ("data", *OF_A_TABLE) else getattr(settings, name)
            for name in plain
            if name not in WORKED_IN
        },
    }


def _several(thing: Any) -> Sequence[Any]:
    if thing is None:
        return ()
    return thing if isinstance(thing, (list, tuple)) else (thing,)

"""From settings to what runs: the data, the layers with their output layer, the loss, the network.

Whatever does not fit together is refused here, before anything is trained or written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnplug.core.activation import Activation
from nnplug.core.callback import Callback
from nnplug.core.chain import as_layer
from nnplug.core.component import Component
from nnplug.core.dataset import Data, Dataset
from nnplug.core.errors import SettingsError
from nnplug.core.initializer import Initializer
from nnplug.core.layer import Layer
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.registry import Registry
from nnplug.core.schedule import Schedule
from nnplug.engine.chance import stream
from nnplug.engine.choices import choose_loss, choose_optimizer, choose_output, without_lr
from nnplug.engine.data import split
from nnplug.engine.network import Network
from nnplug.engine.run import Part, Run
from nnplug.engine.settings import Settings
from nnplug.engine.settings import settings as known_settings
from nnplug.engine.shapes import layer_shapes

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


@dataclass(frozen=True)
class Assembly:
    """Everything that a run needs, and how to say it.

    data : all points;  train, test : those to train on, and those held out or None
    said : lines that tell the user what was decided for them
    resolved : the settings as specs and numbers, all defaults filled in
    """

    settings: Settings
    registry: Registry
    components: Components
    data: Data
    train: Data
    test: Data | None
    run: Run
    said: list[str]
    resolved: dict[str, Any]

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


def assemble(settings: Settings, registry: Registry, data: Data | None = None) -> Assembly:
    """Build everything that the settings name.

    data : points given as arrays; the settings' dataset is left unread then
    Raises NnplugError for whatever does not fit together.
    """
    said: list[str] = []
    dataset: Any = None
    if data is None:
        dataset = registry.build("dataset", settings.dataset)
        data = _load(dataset, registry, settings.seed)
    loss = choose_loss(settings, registry, data)
    activation, hidden = _hidden(settings, registry)
    init = settings.init
    components = Components(
        dataset,
        activation,
        hidden,
        choose_output(settings, registry, loss, data, said),
        loss,
        choose_optimizer(settings, registry),
        None if init is None else registry.build("initializer", init),
        registry.build("schedule", settings.schedule),
        tuple(registry.build("callback", one) for one in _several(settings.callback)),
    )
    train, test = split(data, settings.test_split, stream(settings.seed, "split"))
    network = _network(settings, registry, components, data, len(train))
    run = Run(
        network,
        Part.of(train, loss, network.dtype),
        None if test is None else Part.of(test, loss, network.dtype),
        settings.epochs,
        settings.threshold,
    )
    resolved = _resolved(settings, registry, components)
    return Assembly(settings, registry, components, data, train, test, run, said, resolved)


def _load(dataset: Dataset, registry: Registry, seed: int) -> Data:
    data: Any = dataset.load(stream(seed, "data"))
    if not isinstance(data, Data):
        raise SettingsError(
            f"{registry.describe(dataset)}: load returned a {type(data).__name__}",
            'return nnplug.Data(x, y, task="binary")',
        )
    return data


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
    settings: Settings, registry: Registry, components: Components, data: Data, samples: int
) -> Network:
    """Return the network: flatten where it is needed, the hidden layers, the output layer."""
    in_shape = data.x.shape[1:]
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
    return {
        "dataset": spec(components.dataset) or "data",
        **hidden,
        "output": output,
        "loss": spec(components.loss),
        "optimizer": spec(without_lr(components.optimizer)),
        "init": spec(components.init),
        "schedule": spec(components.schedule),
        "callback": [registry.spec(one) for one in components.callbacks] or None,
        "lr": components.optimizer.lr,
        **{name: getattr(settings, name) for name in plain if name not in WORKED_IN},
    }


def _several(thing: Any) -> Sequence[Any]:
    if thing is None:
        return ()
    return thing if isinstance(thing, (list, tuple)) else (thing,)

"""From settings to what runs: the data, the layers with their output layer, the loss, the network.

Whatever does not fit together is refused here, before anything is trained or written.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from nnplug.core.activation import Activation
from nnplug.core.callback import Callback
from nnplug.core.chain import as_layer
from nnplug.core.dataset import Data, Dataset
from nnplug.core.errors import SettingsError
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.layer import Layer
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry
from nnplug.core.schedule import Schedule
from nnplug.engine.chance import stream
from nnplug.engine.data import split
from nnplug.engine.network import Network
from nnplug.engine.run import Part, Run
from nnplug.engine.settings import Settings

LOSS_OF = {"binary": "bce", "multiclass": "cross_entropy", "regression": "mse"}
"""The loss that a task calls for."""

LINK_OF = {"binary": "sigmoid", "multiclass": "softmax"}
"""The output activation of a classification whose loss brings no link of its own."""


@dataclass
class Assembly:
    """Everything that a run needs, and how to say it.

    said : lines that tell the user what was decided for them
    resolved : the settings as specs and numbers, all defaults filled in
    """

    settings: Settings
    registry: Registry
    dataset: Dataset | None
    data: Data
    train: Data
    test: Data | None
    run: Run
    callbacks: tuple[Callback, ...]
    optimizer: Optimizer
    schedule: Schedule
    said: list[str] = field(default_factory=list)
    resolved: dict[str, Any] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The network of the run."""
        return self.run.network


def assemble(settings: Settings, registry: Registry, data: Data | None = None) -> Assembly:
    """Build everything that the settings name.

    data : points given as arrays; the settings' dataset is left unread then
    Raises NnplugError for whatever does not fit together.
    """
    said: list[str] = []
    dataset: Any = None
    if data is None:
        dataset = registry.build("dataset", settings.dataset)
        with blamed(registry):
            data = dataset.load(stream(settings.seed, "data"))
    train, test = split(data, settings.test_split, stream(settings.seed, "split"))

    loss: Any = registry.build("loss", settings.loss or LOSS_OF[data.task])
    _refuse_task(registry, loss, data)
    optimizer, lr = _optimizer(settings, registry)
    schedule: Any = registry.build("schedule", settings.schedule)
    callbacks: Any = tuple(registry.build("callback", c) for c in _several(settings.callback))
    init: Any = None if settings.init is None else registry.build("initializer", settings.init)
    output = _output(settings, registry, loss, data, said)
    layers = _layers(settings, registry, loss, data, output)

    batch = min(settings.batch_size or len(train), len(train))
    steps = settings.epochs * -(-len(train) // batch)
    network = Network(
        layers,
        data.x.shape[1:],
        loss=loss,
        optimizer=optimizer,
        schedule=None if registry.name(schedule) == "constant" else schedule,
        init=init,
        lr=lr,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        total=steps,
        seed=settings.seed,
        dtype=settings.dtype,
        registry=registry,
    )
    run = Run(
        network,
        Part.of(train, loss, network.dtype),
        None if test is None else Part.of(test, loss, network.dtype),
        settings.epochs,
        settings.threshold,
    )
    loss.check(network.peek(run.train.x[:1])[0], run.train.t[:1])
    if run.train.t.size:
        loss.check(run.train.t, run.train.t)
    resolved = {
        "dataset": "data" if dataset is None else registry.spec(dataset),
        **(
            {"layers": " ".join(registry.spec(layer) for layer in _hidden(settings, registry))}
            if settings.layers is not None
            else {
                "hidden_dims": list(settings.hidden_dims),
                "activation": registry.spec(registry.build("activation", settings.activation)),
            }
        ),
        "output": None if output is None else registry.spec(output),
        "loss": registry.spec(loss),
        "optimizer": registry.spec(optimizer),
        "init": None if init is None else registry.spec(init),
        "schedule": registry.spec(schedule),
        "callback": [registry.spec(callback) for callback in callbacks] or None,
        "lr": lr,
        **{
            name: getattr(settings, name)
            for name in (
                "epochs",
                "batch_size",
                "test_split",
                "weight_decay",
                "clip",
                "seed",
                "dtype",
                "log_interval",
                "threshold",
            )
        },
    }
    return Assembly(
        settings,
        registry,
        dataset,
        data,
        train,
        test,
        run,
        callbacks,
        optimizer,
        schedule,
        said,
        resolved,
    )


def hidden_layers(settings: Settings, registry: Registry) -> tuple[Layer, ...]:
    """Return the layers before the output layer."""
    return tuple(_hidden(settings, registry))


def _hidden(settings: Settings, registry: Registry) -> list[Layer]:
    if settings.layers is not None:
        return list(registry.build_chain(settings.layers))
    activation: Any = registry.build("activation", settings.activation)
    layers: list[Layer] = []
    for units in settings.hidden_dims:
        linear: Any = registry.build("layer", {"name": "linear", "units": units})
        layers += [linear, as_layer(activation)]
    return layers


def _layers(
    settings: Settings, registry: Registry, loss: Loss, data: Data, output: Activation | None
) -> list[Layer]:
    """Return all layers: flatten where it is needed, the hidden ones, the output layer."""
    flatten: Any = registry.build("layer", "flatten")
    layers = _hidden(settings, registry)
    shape = data.x.shape[1:]
    if len(shape) > 1 and settings.layers is None:
        layers.insert(0, flatten)
    try:
        for layer in layers:
            shape = layer.output_shape(shape)
        if len(shape) > 1:
            layers.append(flatten)
    except ValueError:
        pass  # the network says which layer cannot take what
    units = loss.outputs(data.task, data.y.shape[1])
    last: Any = registry.build("layer", {"name": "linear", "units": units})
    layers.append(last)
    if output is not None:
        layers.append(as_layer(output))
    return layers


def _output(
    settings: Settings, registry: Registry, loss: Loss, data: Data, said: list[str]
) -> Activation | None:
    """Return the activation after the output layer, or None where the loss brings its link."""
    wanted: Any = settings.output
    name = registry.name(loss)
    if wanted is None:
        if loss.link != "identity" or data.task == "regression":
            return None
        link = LINK_OF[data.task]
        if "regression" not in loss.tasks:
            return None  # it judges raw outputs by itself, as hinge does
        said.append(f"output: {link}, since {name} judges a {data.task} task")
        wanted = link
    activation: Any = registry.build("activation", wanted)
    if loss.link != "identity":
        link_class = registry.get("activation", loss.link)
        if type(activation) is link_class:
            said.append(f"output: {loss.link} is part of {name}, computed together with it")
            return None
        raise SettingsError(
            f"--output {registry.spec(activation)} before {name}, which brings its own {loss.link}",
            f"leave --output out, or take a loss of plain outputs: --loss mse "
            f"--output {registry.spec(activation)}",
        )
    return None if registry.name(activation) == "identity" else activation


def _optimizer(settings: Settings, registry: Registry) -> tuple[Optimizer, float]:
    """Return the optimizer and its learning rate, --lr and --momentum worked in."""
    optimizer: Any = registry.build("optimizer", settings.optimizer)
    name = registry.name(optimizer)
    changes: dict[str, float] = {}
    for flag in ("lr", "momentum"):
        value = getattr(settings, flag)
        if value is None:
            continue
        known = hyperparameters(type(optimizer))
        if flag not in known:
            raise SettingsError(
                f"optimizer {name!r} has no {flag}",
                f"leave --{flag} out; its hyperparameters: {', '.join(known)}",
            )
        own = getattr(optimizer, flag)
        if own not in (value, known[flag].default):
            raise SettingsError(
                f"--{flag} {value:g} contradicts --optimizer {registry.spec(optimizer)}",
                "give it once",
            )
        changes[flag] = value
    if changes:
        optimizer = replace(optimizer, **changes)
    return optimizer, optimizer.lr


def _refuse_task(registry: Registry, loss: Loss, data: Data) -> None:
    if data.task not in loss.tasks:
        fitting = LOSS_OF[data.task]
        raise SettingsError(
            f"loss {registry.name(loss)!r} judges {' and '.join(loss.tasks)} tasks; "
            f"this one is {data.task}",
            f"try --loss {fitting}",
        )


def _several(thing: Any) -> tuple[Any, ...]:
    if isinstance(thing, (list, tuple)):
        return tuple(thing)
    return (thing,)

"""What a run takes where the user said nothing, and what contradicts what they said."""

from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from nnplug.core.activation import Activation, is_elementwise
from nnplug.core.dataset import Data
from nnplug.core.errors import ContractError, SettingsError
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.registry import Registry
from nnplug.engine.returned import say
from nnplug.engine.settings import Settings

LOSS_OF = {"binary": "bce", "multiclass": "cross_entropy", "regression": "mse"}
"""The loss that a task calls for."""

LINK_OF = {"binary": "sigmoid", "multiclass": "softmax"}
"""The output activation of a classification whose loss brings no link of its own."""


def choose_loss(settings: Settings, registry: Registry, data: Data) -> Loss:
    """Return the loss, by default the one that the task calls for.

    Raises SettingsError for one that cannot judge the task, DataError for targets that it refuses.
    """
    fitting = LOSS_OF[data.task]
    loss: Loss = registry.build("loss", settings.loss or fitting)
    if data.task not in loss.tasks:
        raise SettingsError(
            f"loss {registry.name(loss)!r} judges {' and '.join(loss.tasks)} tasks; "
            f"this one is {data.task}",
            f"try --loss {fitting}",
        )
    t: Any = loss.encode(data.y, data.task)
    if not isinstance(t, np.ndarray) or t.ndim != 2 or len(t) != len(data):
        raise ContractError(
            f"{registry.describe(loss)}: encode returned {say(t)} for targets {say(data.y)}",
            "return the targets in the loss's own terms, (samples, outputs)",
        )
    loss.check(t, t)
    units: Any = loss.outputs(data.task, data.y.shape[1])
    if not isinstance(units, Integral) or units != t.shape[1]:
        raise ContractError(
            f"{registry.describe(loss)}: outputs returned {units!r}, and encode {say(t)}",
            "return how many outputs a network needs: the columns of the targets that encode gives",
        )
    return loss


def choose_output(
    settings: Settings, registry: Registry, loss: Loss, data: Data, said: list[str]
) -> Activation | None:
    """Return the activation after the output layer, or None where the loss takes plain scores.

    said : takes a line for what was decided for the user
    Raises SettingsError for an activation before a loss that brings another link of its own.
    """
    name = registry.name(loss)
    wanted: Any = settings.output
    if wanted is None:
        # A loss that judges no regression has a way of its own to judge scores, as hinge does.
        if loss.link != "identity" or "regression" not in loss.tasks or data.task == "regression":
            return None
        wanted = LINK_OF[data.task]
        said.append(f"output: {wanted}, since {name} judges a {data.task} task")
    activation: Activation = registry.build("activation", wanted)
    if not is_elementwise(type(activation)) and loss.outputs(data.task, data.y.shape[1]) == 1:
        raise SettingsError(
            f"--output {registry.spec(activation)} over a single output, which this task has",
            "take --output sigmoid, or --loss cross_entropy, which has one output a class",
        )
    if loss.link == "identity":
        return None if type(activation) is registry.get("activation", "identity") else activation
    if type(activation) is registry.get("activation", loss.link):
        said.append(f"output: {loss.link} is part of {name}, computed together with it")
        return None
    spec = registry.spec(activation)
    raise SettingsError(
        f"--output {spec} before {name}, which brings its own {loss.link}",
        f"leave --output out, or take a loss of plain outputs: --loss mse --output {spec}",
    )


def choose_optimizer(settings: Settings, registry: Registry) -> Optimizer:
    """Return the optimizer with --lr and --momentum worked in.

    Raises SettingsError where it has no such hyperparameter, or was given another value itself.
    """
    optimizer: Optimizer = registry.build("optimizer", settings.optimizer)
    known = hyperparameters(type(optimizer))
    changes: dict[str, Any] = {}
    for flag in ("lr", "momentum"):
        value = getattr(settings, flag)
        if value is None:
            continue
        if flag not in known:
            raise SettingsError(
                f"optimizer {registry.name(optimizer)!r} has no {flag}",
                f"leave --{flag} out; its hyperparameters: {', '.join(known)}",
            )
        if getattr(optimizer, flag) not in (value, known[flag].default):
            raise SettingsError(
                f"--{flag} {value:g} contradicts --optimizer {registry.spec(optimizer)}",
                "give it once",
            )
        changes[flag] = value
    return replace(optimizer, **changes)


def without_lr(optimizer: Optimizer) -> Optimizer:
    """Return the optimizer with the learning rate that its class declares."""
    return replace(optimizer, lr=hyperparameters(type(optimizer))["lr"].default)

"""The hooks through which a package gives its components, one a kind.

A plugin is a module, an instance or a class with any of these functions, marked with
`nnplug.hookimpl`. Each returns a mapping of name to class, or to "module:Class" for what is heavy
to import. Two names for one class are a name and its alias: the first is the name.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from nnplug.core.activation import Activation
    from nnplug.core.callback import Callback
    from nnplug.core.dataset import Dataset
    from nnplug.core.initializer import Initializer
    from nnplug.core.layer import Layer
    from nnplug.core.loss import Loss
    from nnplug.core.optimizer import Optimizer
    from nnplug.core.schedule import Schedule

PROJECT = "nnplug"
"""The pluggy project name, and the entry-point group of plugin packages."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def nnplug_layers() -> "Mapping[str, type[Layer] | str]":
    """Give layers: what a network is made of, with or without parameters."""
    return {}


@hookspec
def nnplug_activations() -> "Mapping[str, type[Activation] | str]":
    """Give activations: functions of the pre-activation z."""
    return {}


@hookspec
def nnplug_losses() -> "Mapping[str, type[Loss] | str]":
    """Give losses: what training makes small."""
    return {}


@hookspec
def nnplug_optimizers() -> "Mapping[str, type[Optimizer] | str]":
    """Give optimizers: how weights move against the gradient."""
    return {}


@hookspec
def nnplug_initializers() -> "Mapping[str, type[Initializer] | str]":
    """Give initializers: the distributions of fresh weights."""
    return {}


@hookspec
def nnplug_schedules() -> "Mapping[str, type[Schedule] | str]":
    """Give schedules: what multiplies the learning rate over time."""
    return {}


@hookspec
def nnplug_callbacks() -> "Mapping[str, type[Callback] | str]":
    """Give callbacks: what looks at a run that names them, and may stop it."""
    return {}


@hookspec
def nnplug_datasets() -> "Mapping[str, type[Dataset] | str]":
    """Give datasets: points and their targets."""
    return {}

"""The built-in components, written against `nnplug.core` alone and given through the same hooks.

A component is named here as "module:Class", so that a run imports what it uses and nothing else.
Two names for one class are a name and its alias.
"""

from nnplug.core import hookimpl


@hookimpl
def nnplug_layers() -> dict[str, str]:
    """Give the layers."""
    return {
        "linear": "nnplug.plugins.layers.linear:Linear",
        "dropout": "nnplug.plugins.layers.dropout:Dropout",
        "flatten": "nnplug.plugins.layers.flatten:Flatten",
        "residual": "nnplug.plugins.layers.residual:Residual",
    }


@hookimpl
def nnplug_activations() -> dict[str, str]:
    """Give the activations."""
    return {
        "sigmoid": "nnplug.plugins.activations.sigmoid:Sigmoid",
        "tanh": "nnplug.plugins.activations.tanh:Tanh",
        "relu": "nnplug.plugins.activations.relu:ReLU",
        "leaky_relu": "nnplug.plugins.activations.leaky_relu:LeakyReLU",
        "silu": "nnplug.plugins.activations.silu:SiLU",
        "softmax": "nnplug.plugins.activations.softmax:Softmax",
        "identity": "nnplug.plugins.activations.identity:Identity",
        "none": "nnplug.plugins.activations.identity:Identity",
    }


@hookimpl
def nnplug_losses() -> dict[str, str]:
    """Give the losses."""
    return {
        "mse": "nnplug.plugins.losses.mse:MSE",
        "bce": "nnplug.plugins.losses.bce:BCE",
        "cross_entropy": "nnplug.plugins.losses.cross_entropy:CrossEntropy",
        "cross": "nnplug.plugins.losses.cross_entropy:CrossEntropy",
    }


@hookimpl
def nnplug_optimizers() -> dict[str, str]:
    """Give the optimizers."""
    return {
        "gd": "nnplug.plugins.optimizers.gd:GD",
        "sgd": "nnplug.plugins.optimizers.sgd:SGD",
        "momentum": "nnplug.plugins.optimizers.momentum:Momentum",
        "adagrad": "nnplug.plugins.optimizers.adagrad:Adagrad",
        "adam": "nnplug.plugins.optimizers.adam:Adam",
    }


@hookimpl
def nnplug_initializers() -> dict[str, str]:
    """Give the initializers."""
    return {
        "he": "nnplug.plugins.initializers.he:He",
        "xavier": "nnplug.plugins.initializers.xavier:Xavier",
        "normal": "nnplug.plugins.initializers.normal:Normal",
        "zeros": "nnplug.plugins.initializers.zeros:Zeros",
    }


@hookimpl
def nnplug_schedules() -> dict[str, str]:
    """Give the schedules."""
    return {
        "constant": "nnplug.plugins.schedules.constant:Constant",
        "cosine": "nnplug.plugins.schedules.cosine:Cosine",
    }


@hookimpl
def nnplug_callbacks() -> dict[str, str]:
    """Give the callbacks."""
    return {"early_stopping": "nnplug.plugins.callbacks.early_stopping:EarlyStopping"}


@hookimpl
def nnplug_datasets() -> dict[str, str]:
    """Give the datasets."""
    return {
        "linear": "nnplug.plugins.datasets.linear:Linear",
        "xor": "nnplug.plugins.datasets.xor:Xor",
        "chessboard": "nnplug.plugins.datasets.chessboard:Chessboard",
    }

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
        "prelu": "nnplug.plugins.layers.prelu:PReLU",
        "batch_norm": "nnplug.plugins.layers.batch_norm:BatchNorm",
        "layer_norm": "nnplug.plugins.layers.layer_norm:LayerNorm",
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
        "gelu": "nnplug.plugins.activations.gelu:GELU",
        "elu": "nnplug.plugins.activations.elu:ELU",
        "selu": "nnplug.plugins.activations.selu:SELU",
        "softplus": "nnplug.plugins.activations.softplus:Softplus",
        "softsign": "nnplug.plugins.activations.softsign:Softsign",
        "hard_tanh": "nnplug.plugins.activations.hard_tanh:HardTanh",
        "exp": "nnplug.plugins.activations.exp:Exp",
        "softmax": "nnplug.plugins.activations.softmax:Softmax",
        "identity": "nnplug.plugins.activations.identity:Identity",
        "none": "nnplug.plugins.activations.identity:Identity",
    }


@hookimpl
def nnplug_losses() -> dict[str, str]:
    """Give the losses."""
    return {
        "mse": "nnplug.plugins.losses.mse:MSE",
        "mae": "nnplug.plugins.losses.mae:MAE",
        "huber": "nnplug.plugins.losses.huber:Huber",
        "log_cosh": "nnplug.plugins.losses.log_cosh:LogCosh",
        "poisson": "nnplug.plugins.losses.poisson:Poisson",
        "hinge": "nnplug.plugins.losses.hinge:Hinge",
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
        "nesterov": "nnplug.plugins.optimizers.nesterov:Nesterov",
        "adagrad": "nnplug.plugins.optimizers.adagrad:Adagrad",
        "adadelta": "nnplug.plugins.optimizers.adadelta:Adadelta",
        "rmsprop": "nnplug.plugins.optimizers.rmsprop:RMSprop",
        "adam": "nnplug.plugins.optimizers.adam:Adam",
        "adamw": "nnplug.plugins.optimizers.adamw:AdamW",
        "nadam": "nnplug.plugins.optimizers.nadam:NAdam",
        "muon": "nnplug.plugins.optimizers.muon:Muon",
        "l_bfgs": "nnplug.plugins.optimizers.l_bfgs:LBFGS",
    }


@hookimpl
def nnplug_initializers() -> dict[str, str]:
    """Give the initializers."""
    return {
        "he": "nnplug.plugins.initializers.he:He",
        "xavier": "nnplug.plugins.initializers.xavier:Xavier",
        "lecun": "nnplug.plugins.initializers.lecun:LeCun",
        "orthogonal": "nnplug.plugins.initializers.orthogonal:Orthogonal",
        "normal": "nnplug.plugins.initializers.normal:Normal",
        "uniform": "nnplug.plugins.initializers.uniform:Uniform",
        "constant": "nnplug.plugins.initializers.constant:Constant",
        "zeros": "nnplug.plugins.initializers.zeros:Zeros",
    }


@hookimpl
def nnplug_schedules() -> dict[str, str]:
    """Give the schedules."""
    return {
        "constant": "nnplug.plugins.schedules.constant:Constant",
        "cosine": "nnplug.plugins.schedules.cosine:Cosine",
        "warmup_cosine": "nnplug.plugins.schedules.warmup_cosine:WarmupCosine",
        "one_cycle": "nnplug.plugins.schedules.one_cycle:OneCycle",
        "step": "nnplug.plugins.schedules.step:Step",
        "exponential": "nnplug.plugins.schedules.exponential:Exponential",
    }


@hookimpl
def nnplug_callbacks() -> dict[str, str]:
    """Give the callbacks."""
    return {
        "early_stopping": "nnplug.plugins.callbacks.early_stopping:EarlyStopping",
        "stop_at": "nnplug.plugins.callbacks.stop_at:StopAt",
        "jsonl": "nnplug.plugins.callbacks.jsonl:JSONL",
        "tensorboard": "nnplug.plugins.callbacks.tensorboard:TensorBoard",
    }


@hookimpl
def nnplug_datasets() -> dict[str, str]:
    """Give the datasets."""
    return {
        "linear": "nnplug.plugins.datasets.linear:Linear",
        "xor": "nnplug.plugins.datasets.xor:Xor",
        "chessboard": "nnplug.plugins.datasets.chessboard:Chessboard",
        "quadrants": "nnplug.plugins.datasets.quadrants:Quadrants",
        "circles": "nnplug.plugins.datasets.circles:Circles",
        "moons": "nnplug.plugins.datasets.moons:Moons",
        "spirals": "nnplug.plugins.datasets.spirals:Spirals",
        "blobs": "nnplug.plugins.datasets.blobs:Blobs",
        "sine": "nnplug.plugins.datasets.sine:Sine",
        "plane": "nnplug.plugins.datasets.plane:Plane",
        "bumps": "nnplug.plugins.datasets.bumps:Bumps",
        # Reads what no plugin could bring along; it stands outside, for `--data` needs it too.
        "table": "nnplug.tables.dataset:TableFile",
    }

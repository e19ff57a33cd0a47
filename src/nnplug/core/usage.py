"""What to type to try a component."""

from nnplug.core.component import Component
from nnplug.core.hyperparameter import hyperparameters

_OPTIONS = {
    "layer": '--layers "linear:units=8 {} relu"',
    "activation": "--activation {}",
    "loss": "--loss {}",
    "optimizer": "--optimizer {}",
    "initializer": "--init {}",
    "schedule": "--schedule {}",
    "callback": "--callback {}",
    "dataset": "--dataset {}",
}


def trial(kind: str, name: str, cls: type[Component]) -> str:
    """Return a command that trains with a component: "nnplug train --activation mish"."""
    options = _OPTIONS[kind].format(_example(name, cls))
    if "binary" not in getattr(cls, "tasks", ("binary",)):
        options += " --dataset bumps"  # without it, a run has the two classes of xor
    return f"nnplug train {options}"


def _example(name: str, cls: type[Component]) -> str:
    """Return a spec that can be typed: with its required hyperparameters."""
    required = [p for p in hyperparameters(cls).values() if p.required]
    if any(p.name == "layers" for p in required):
        return f"{name}[linear:units=8 tanh]"
    texts = (str, tuple[str, ...])
    pairs = ",".join(f"{p.name}={p.name.upper() if p.type in texts else 8}" for p in required)
    return f"{name}:{pairs}" if pairs else name

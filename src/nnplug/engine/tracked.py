"""What `--track` recorded, read back from a history: series by layer, and what they say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nnplug.core.chain import as_named
from nnplug.core.layer import Layer
from nnplug.core.registry import Registry
from nnplug.engine.fresh import inner_layers
from nnplug.engine.network import Network

VANISHED = 1e-3
"""The share of the last layer's gradient below which the first one's has vanished."""


@dataclass
class Group:
    """A layer with weights, and the activations after it.

    weights : its path, "0"; empty for activations that no weights feed
    activations : their paths;  label : "0 linear, 1 relu"
    """

    weights: str
    label: str
    activations: list[str] = field(default_factory=list)


def tracked(history: Mapping[str, Any], series: str) -> dict[str, str]:
    """Return the names of a series' histories by layer, in the order of the layers."""
    found = {name.partition(".")[2]: name for name in history if name.startswith(f"{series}.")}
    return {path: found[path] for path in _ordered(found)}


def verdict(history: Mapping[str, Any]) -> str:
    """Say how much of the gradient reaches the first layer, at the start and at the end.

    Empty where fewer than two layers have weights.
    """
    layers = tracked(history, "gradient_norm")
    if len(layers) < 2:
        return ""
    (first, its), *_, (last, others) = layers.items()
    said = []
    for when, i in (("at the start", 0), ("at the end", -1)):
        below, above = history[its][i], history[others][i]
        if not above > 0:
            said.append(f"no gradient {when}")
            continue
        share = below / above
        what = "vanishes" if share < VANISHED else "explodes" if share > 1 / VANISHED else ""
        said.append(f"{share:.2g} {when}" + f" ({what})" * bool(what))
    return f"gradient of layer {first} as a share of layer {last}'s: {', '.join(said)}"


def groups_of(network: Network, history: Mapping[str, Any]) -> list[Group]:
    """Return the tracked layers with weights, each with the activations up to the next one."""
    names = _names(network.layers, network.registry)
    weights = tracked(history, "gradient_norm")
    groups: list[Group] = []
    for path in _ordered([*weights, *tracked(history, "dead")]):
        said = f"{path} {names.get(path, '')}".rstrip()
        if path in weights or not groups:
            groups.append(Group(path if path in weights else "", said))
        else:
            groups[-1].label += f", {said}"
        if path not in weights:
            groups[-1].activations.append(path)
    return groups


def _names(layers: Sequence[Layer], registry: Registry, above: str = "") -> dict[str, str]:
    """Return the name of each layer by its path, of those inside blocks too."""
    found: dict[str, str] = {}
    for i, layer in enumerate(layers):
        path = f"{above}{i}"
        found[path] = registry.name(as_named(layer))
        found |= _names(inner_layers(layer), registry, f"{path}.")
    return found


def _ordered(paths: Iterable[str]) -> list[str]:
    """Return paths in the order of the layers: "2.1" after "2", and "10" after both."""
    return sorted(paths, key=_place_of)


def _place_of(path: str) -> list[tuple[int, str]]:
    return [(int(key), "") if key.isdigit() else (-1, key) for key in path.split(".")]

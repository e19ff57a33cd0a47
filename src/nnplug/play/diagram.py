"""The network as the page draws it: columns of units, and the weights between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnplug.core.activation import Activation
from nnplug.core.array import Array
from nnplug.core.chain import as_named
from nnplug.core.layer import Layer, Parameter
from nnplug.engine.network import Network

SHOWN = 10
"""The most units of a column that are drawn; "+90" stands for the others."""


@dataclass(frozen=True)
class Column:
    """Units one below the other: the inputs, or what one or several layers give.

    label : for the reader;  spec : what makes it
    last : the place of its last layer, -1 for the inputs
    middle, half : of the values that its activation gives, if they are bounded
    """

    label: str
    spec: str
    units: int
    last: int
    names: tuple[str, ...] = ()
    middle: float = 0.0
    half: float | None = None

    @property
    def shown(self) -> int:
        """How many units are drawn."""
        return min(self.units, SHOWN)


@dataclass(frozen=True)
class Link:
    """Lines from the units of one column to those of the next.

    path : of the weights, (units, units); empty where lines carry no single weight
    """

    path: str
    source: int
    target: int


@dataclass(frozen=True)
class Diagram:
    """A network's picture.

    biases : (path, column) of parameters with a number for each unit
    """

    columns: tuple[Column, ...]
    links: tuple[Link, ...]
    biases: tuple[tuple[str, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as the page reads it."""
        return {
            "columns": [
                {
                    "label": one.label,
                    "spec": one.spec,
                    "units": one.units,
                    "shown": one.shown,
                    "names": list(one.names[: one.shown]),
                }
                for one in self.columns
            ],
            "links": [
                {"path": one.path, "from": one.source, "to": one.target, "fixed": not one.path}
                for one in self.links
            ],
            "biases": [{"path": path, "column": column} for path, column in self.biases],
        }

    def weights(self, network: Network) -> Array:
        """Return the weights of all lines that are drawn, link by link, row by row."""
        found = [
            network.parameter(one.path)[
                : self.columns[one.source].shown, : self.columns[one.target].shown
            ].ravel()
            for one in self.links
            if one.path
        ]
        return np.concatenate(found) if found else np.zeros(0)

    def bias_values(self, network: Network) -> Array:
        """Return the biases of all units that are drawn."""
        found = [
            network.parameter(path).ravel()[: self.columns[column].shown]
            for path, column in self.biases
        ]
        return np.concatenate(found) if found else np.zeros(0)

    def maps(self, outputs: list[Array], last: Array) -> Iterator[Array]:
        """Yield for each column but the first what its shown units give, (samples, shown).

        outputs : of every layer;  last : what stands for the last layer's
        """
        for column in self.columns[1:]:
            values = last if column is self.columns[-1] else outputs[column.last]
            flat = values.reshape(len(values), -1)[:, : column.shown]
            yield column_scale(flat, column)


def column_scale(values: Array, column: Column) -> Array:
    """Return values from -1 to 1: over the activation's range, else over each unit's largest."""
    if column.half is not None:
        return (values - column.middle) / column.half
    with np.errstate(all="ignore"):
        largest = np.abs(values).max(axis=0, keepdims=True, initial=0.0)
        return values / np.where(largest > 0, largest, 1.0)


def diagram_of(
    network: Network, names: tuple[str, ...], outputs: tuple[str, ...], *, probable: bool
) -> Diagram:
    """Return the picture of a network.

    names, outputs : what its inputs and its outputs are called
    probable : whether it predicts probabilities
    """
    registry = network.registry
    inputs = int(np.prod(network.in_shape))
    columns = [Column("inputs", "", inputs, -1, names if len(names) == inputs else ())]
    links: list[Link] = []
    biases: list[tuple[str, int]] = []
    for i, layer in enumerate(network.layers):
        before, after = (int(np.prod(network.shapes[k])) for k in (i, i + 1))
        parameters = layer.parameters(network.shapes[i])
        path = _weights(parameters, before, after)
        nested = any(not isinstance(one, Parameter) for one in parameters.values())
        spec = registry.spec(as_named(layer))
        if path or nested or before != after or len(columns) == 1:
            columns.append(Column(spec.partition(":")[0], spec, after, i))
            whole = f"{i}.{path}" if path else ""
            links.append(Link(whole, len(columns) - 2, len(columns) - 1))
            bias = _bias(parameters, after)
            if path and bias:
                biases.append((f"{i}.{bias}", len(columns) - 1))
        else:
            merged = columns[-1]
            columns[-1] = replace(
                merged,
                label=f"{merged.label} + {spec.partition(':')[0]}",
                spec=f"{merged.spec} {spec}",
                last=i,
            )
        columns[-1] = replace(columns[-1], **_bounds(layer))
    bounds: dict[str, Any] = {"middle": 0.5, "half": 0.5} if probable else {}
    last = replace(columns[-1], label="output", **bounds)
    columns[-1] = replace(last, names=outputs if len(outputs) == last.units else ())
    return Diagram(tuple(columns), tuple(links), tuple(biases))


def _weights(parameters: Any, before: int, after: int) -> str:
    """Return the name of a layer's matrix from all its inputs to all its outputs, or nothing."""
    for name, one in parameters.items():
        if isinstance(one, Parameter) and one.trainable and one.shape == (before, after):
            return str(name)
    return ""


def _bias(parameters: Any, after: int) -> str:
    for name, one in parameters.items():
        if isinstance(one, Parameter) and one.trainable and one.shape in ((1, after), (after,)):
            return str(name)
    return ""


def _bounds(layer: Layer) -> dict[str, Any]:
    """Return the middle and half the width of what an activation gives, where it is bounded."""
    named = as_named(layer)
    declared = getattr(named, "range", None) if isinstance(named, Activation) else None
    if not declared or not np.isfinite(declared).all():
        return {"middle": 0.0, "half": None}
    low, high = declared
    return {"middle": (low + high) / 2, "half": (high - low) / 2 or 1.0}

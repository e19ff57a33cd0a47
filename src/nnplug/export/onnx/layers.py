"""The built-in layers as nodes. Each takes the graph, the layer, x and its arrays; returns y."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nnplug.export.onnx.graph import Graph

Arrays = Mapping[str, Any]
"""A layer's arrays by name."""


def linear(graph: Graph, _: Any, x: str, p: Arrays) -> str:
    """x W + b."""
    b = graph.constant(p["b"], "b")
    return graph.node("Add", graph.node("MatMul", x, graph.constant(p["W"], "W")), b)


def batch_norm(graph: Graph, layer: Any, x: str, p: Arrays) -> str:
    """gamma (x - mean) / sqrt(var + eps) + beta, with what training has kept."""
    mean = graph.constant(p["mean"], "mean")
    deviation = graph.constant(np.sqrt(p["var"] + layer.eps), "deviation")
    h = graph.node("Div", graph.node("Sub", x, mean), deviation)
    return _scaled(graph, h, p)


def layer_norm(graph: Graph, layer: Any, x: str, p: Arrays) -> str:
    """gamma (x - m) / sqrt(v + eps) + beta, m and v of each sample."""
    last = np.array([-1], np.int64)
    centred = graph.node("Sub", x, graph.node("ReduceMean", x, last))
    v = graph.node("ReduceMean", graph.node("Mul", centred, centred), last)
    h = graph.node("Div", centred, graph.node("Sqrt", graph.node("Add", v, layer.eps)))
    return _scaled(graph, h, p)


def _scaled(graph: Graph, h: str, p: Arrays) -> str:
    gamma, beta = graph.constant(p["gamma"], "gamma"), graph.constant(p["beta"], "beta")
    return graph.node("Add", graph.node("Mul", h, gamma), beta)


def prelu(graph: Graph, _: Any, x: str, p: Arrays) -> str:
    """max(x, 0) + a min(x, 0)."""
    left = graph.node("Mul", graph.node("Min", x, 0.0), graph.constant(p["a"], "a"))
    return graph.node("Add", graph.node("Relu", x), left)


def dropout(graph: Graph, _: Any, x: str, p: Arrays) -> str:
    """x: nothing is dropped while predicting."""
    return x


def flatten(graph: Graph, _: Any, x: str, p: Arrays) -> str:
    """All features in one row, the last axis fastest."""
    return graph.node("Flatten", x, axis=1)


LAYERS: dict[str, Callable[[Graph, Any, str, Arrays], str]] = {
    one.__name__: one for one in (linear, batch_norm, layer_norm, prelu, dropout, flatten)
}
"""Each by its name; a residual block is made of the layers inside it."""

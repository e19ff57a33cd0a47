"""The preparation of features as nodes: missing values, categories, scaling."""

import numpy as np

from nnplug.engine.preparation import Preparation
from nnplug.export.onnx.graph import Graph


def prepared(graph: Graph, preparation: Preparation) -> str:
    """Add the inputs of the graph, and return the features that the network takes.

    Where nothing is prepared that is the input `x`, (samples, *shape), in the network's dtype. What
    is prepared comes in float64, lest a large number lose the digits that scaling leaves. Where
    columns hold texts, each column is an input of its own, by its name: (samples, 1).
    """
    dtype = graph.dtype
    if preparation.is_idle:
        return graph.input("x", dtype, preparation.shape)
    graph.dtype = np.dtype(np.float64)
    with graph.at("preparation"):
        if preparation.categories:
            x = _columns(graph, preparation)
        else:
            x = graph.input("x", np.float64, preparation.shape)
            if preparation.fill is not None:
                fill = np.array(preparation.fill)
                x = graph.node("Where", graph.node("IsNaN", x), fill, x)
        if preparation.center is not None and preparation.width is not None:
            # A column that was constant says nothing, and becomes 0.
            width = np.where(preparation.width == 0, np.inf, preparation.width)
            x = graph.node("Div", graph.node("Sub", x, preparation.center), width)
        return graph.cast(x, dtype)


def _columns(graph: Graph, preparation: Preparation) -> str:
    """Return texts as a column of 0 and 1 each, beside the numbers."""
    parts = []
    names = preparation.named()
    for j, (name, texts) in enumerate(zip(names, preparation.categories, strict=True)):
        fill = None if preparation.fill is None else preparation.fill[j]
        x = graph.input(name, str if texts else np.float64, (1,))
        if not texts:
            if fill is not None:
                x = graph.node("Where", graph.node("IsNaN", x), fill, x)
            parts.append(x)
            continue
        if fill is not None:
            empty = graph.node("Equal", x, np.array([""]))
            x = graph.node("Where", empty, np.array([texts[int(fill)]]), x)
        own = graph.node("Equal", x, np.array([texts]))
        parts.append(graph.cast(own, np.float64))
    return graph.node("Concat", *parts, axis=1)

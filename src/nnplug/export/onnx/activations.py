"""The built-in activations as nodes. Each takes the graph, the activation and z, and returns y.

Where ONNX has an operator of the name, it is used if it takes float64 as well.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nnplug.export.onnx.graph import Graph

STEP = 0.5
NODES = (np.arange(13) + 0.5) * STEP
"""The midpoint rule for erfc: 13 steps of a half."""


def sigmoid(graph: Graph, _: Any, z: str) -> str:
    """1 / (1 + exp(-z))."""
    return graph.node("Sigmoid", z)


def tanh(graph: Graph, _: Any, z: str) -> str:
    """tanh(z)."""
    return graph.node("Tanh", z)


def relu(graph: Graph, _: Any, z: str) -> str:
    """max(z, 0)."""
    return graph.node("Relu", z)


def leaky_relu(graph: Graph, activation: Any, z: str) -> str:
    """max(z, slope z)."""
    return graph.node("Max", z, graph.node("Mul", z, activation.slope))


def silu(graph: Graph, _: Any, z: str) -> str:
    """z sigmoid(z)."""
    return graph.node("Mul", z, graph.node("Sigmoid", z))


def gelu(graph: Graph, activation: Any, z: str) -> str:
    """z Phi(z)."""
    if activation.approximate:
        cubed = graph.node("Mul", graph.node("Mul", z, z), z)
        u = graph.node("Add", z, graph.node("Mul", cubed, 0.044715))
        u = graph.node("Mul", u, math.sqrt(2.0 / math.pi))
        share = graph.node("Add", graph.node("Tanh", u), 1.0)
        return graph.node("Mul", graph.node("Mul", z, 0.5), share)
    tail = graph.node("Mul", graph.node("Abs", z), _tail(graph, z))
    return graph.node("Sub", graph.node("Relu", z), tail)


def _tail(graph: Graph, z: str) -> str:
    """Phi(-|z|), from exp alone: runtimes have no erf for float64."""
    x = graph.node("Mul", graph.node("Abs", z), math.sqrt(0.5))
    squared = graph.node("Mul", x, x)
    last = np.array([-1], np.int64)
    each = graph.node("Add", graph.node("Unsqueeze", squared, last), NODES**2)
    each = graph.node("Div", np.exp(-(NODES**2)), each)
    total = graph.node("ReduceSum", each, last, keepdims=0)
    q = graph.node("Exp", graph.node("Mul", x, -2.0 * math.pi / STEP))
    known = graph.node("Div", q, graph.node("Add", q, 1.0))
    zero = graph.node("Mul", known, 0.0)
    known = graph.node("Where", graph.node("Less", x, 6.0), known, zero)
    falling = graph.node("Mul", x, graph.node("Exp", graph.node("Neg", squared)))
    scaled = graph.node("Mul", graph.node("Mul", falling, STEP / math.pi), total)
    return graph.node("Add", scaled, known)


def elu(graph: Graph, activation: Any, z: str) -> str:
    """z where z > 0, else alpha (exp(z) - 1)."""
    return _exponential(graph, z, 1.0, activation.alpha)


def selu(graph: Graph, _: Any, z: str) -> str:
    """scale z where z > 0, else scale alpha (exp(z) - 1)."""
    scale, alpha = 1.0507009873554804934, 1.6732632423543772848
    return _exponential(graph, z, scale, scale * alpha)


def _exponential(graph: Graph, z: str, scale: float, alpha: float) -> str:
    right = graph.node("Mul", graph.node("Relu", z), scale)
    grown = graph.node("Sub", graph.node("Exp", graph.node("Min", z, 0.0)), 1.0)
    return graph.node("Add", right, graph.node("Mul", grown, alpha))


def softplus(graph: Graph, _: Any, z: str) -> str:
    """log(1 + exp(z)), with z taken out where it is positive."""
    falling = graph.node("Exp", graph.node("Neg", graph.node("Abs", z)))
    rest = graph.node("Log", graph.node("Add", falling, 1.0))
    return graph.node("Add", graph.node("Relu", z), rest)


def softsign(graph: Graph, _: Any, z: str) -> str:
    """z / (1 + |z|)."""
    return graph.node("Div", z, graph.node("Add", graph.node("Abs", z), 1.0))


def hard_tanh(graph: Graph, _: Any, z: str) -> str:
    """min(max(z, -1), 1)."""
    return graph.node("Clip", z, -1.0, 1.0)


def exp(graph: Graph, _: Any, z: str) -> str:
    """exp(z), kept below the largest number of its type."""
    largest = float(math.floor(math.log(np.finfo(graph.dtype).max)))
    return graph.node("Exp", graph.node("Min", z, largest))


def softmax(graph: Graph, _: Any, z: str) -> str:
    """exp(z_i) / sum_j exp(z_j)."""
    return graph.node("Softmax", z, axis=-1)


def identity(graph: Graph, _: Any, z: str) -> str:
    """z."""
    return z


ACTIVATIONS: dict[str, Callable[[Graph, Any, str], str]] = {
    one.__name__: one
    for one in (
        *(sigmoid, tanh, relu, leaky_relu, silu, gelu, elu, selu),
        *(softplus, softsign, hard_tanh, exp, softmax, identity),
    )
}
"""Each by its name."""

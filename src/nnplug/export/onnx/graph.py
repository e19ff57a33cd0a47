"""A graph as it grows: nodes that each give one array, and the constants that they take."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


class Graph:
    """Nodes and constants of an ONNX graph.

    onnx : the library, imported where it is needed
    dtype : of the numbers that are made now, that of the network in the end
    """

    def __init__(self, onnx: Any, dtype: Any) -> None:
        self.onnx, self.dtype = onnx, np.dtype(dtype)
        self.nodes: list[Any] = []
        self.inputs: list[Any] = []
        self.initializers: dict[str, Any] = {}
        self._where = ""

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Let the nodes that are made inside bear a name that begins with `where`."""
        before, self._where = self._where, where
        try:
            yield
        finally:
            self._where = before

    def node(self, operator: str, *inputs: Any, **attributes: Any) -> str:
        """Add a node and return the name of its output; numbers among the inputs are constants."""
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        name = f"{self._where}/{operator}_{len(self.nodes)}"
        made = self.onnx.helper.make_node(operator, names, [name], name=name, **attributes)
        self.nodes.append(made)
        return name

    def constant(self, value: Any, name: str = "") -> str:
        """Return the name of a constant: of floats in the graph's dtype, of others in their own."""
        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = array.astype(self.dtype)
        name = f"{self._where}/{name or len(self.initializers)}"
        if array.dtype.kind == "U":
            texts = [text.encode() for text in array.ravel().tolist()]
            kind = self.onnx.TensorProto.STRING
            tensor = self.onnx.helper.make_tensor(name, kind, array.shape, texts)
        else:
            tensor = self.onnx.numpy_helper.from_array(np.ascontiguousarray(array), name)
        self.initializers[name] = tensor
        return name

    def input(self, name: str, dtype: Any, shape: tuple[int, ...]) -> str:
        """Add an input (samples, *shape) and return its name; the dtype `str` is for texts."""
        self.inputs.append(self._value(name, dtype, shape))
        return name

    def output(self, result: str, name: str, shape: tuple[int, ...]) -> Any:
        """Give a node's output the name of the graph's, and return what describes it."""
        made = self.onnx.helper.make_node("Identity", [result], [name], name=name)
        self.nodes.append(made)
        return self._value(name, self.dtype, shape)

    def cast(self, x: str, dtype: Any) -> str:
        """Bring an array to a dtype, and what follows too."""
        self.dtype = np.dtype(dtype)
        return self.node("Cast", x, to=self._kind(dtype))

    def _value(self, name: str, dtype: Any, shape: tuple[int, ...]) -> Any:
        helper = self.onnx.helper
        return helper.make_tensor_value_info(name, self._kind(dtype), ["samples", *shape])

    def _kind(self, dtype: Any) -> int:
        if dtype is str:
            return int(self.onnx.TensorProto.STRING)
        return int(self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

"""The arrays of a network as text: numbers to read, or packed where there are very many."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.engine.layout import Path
from nnplug.engine.network import Network
from nnplug.export.definitions import Definitions, identifier
from nnplug.export.literals import array_text

MANY = 50_000
"""Beyond so many numbers nobody reads them, and Python takes long to."""

WIDTH = 96

UNPACK = '''def unpack(text, *shape):
    """Return the numbers of an array of this shape, packed because there are many."""
    packed = np.frombuffer(base64.b64decode(text), "<{kind}")
    return packed.reshape(shape).astype(np.{dtype})'''


class Weights:
    """The arrays of a network by the names that they get in a program: W0 is W of layer 0."""

    def __init__(self, network: Network, definitions: Definitions) -> None:
        self.network, self.definitions = network, definitions
        self._names: dict[Path, str] = {}
        for place in network.layout.places:
            self._names[place.path] = self._name(place.path)

    def _name(self, path: Path) -> str:
        layers = [key for key in path if key.isdigit()]
        own = "_".join(key for key in path if not key.isdigit())
        wanted = identifier(own + "_".join(layers))
        name, number = wanted, 2
        while not self.definitions.is_free(name):
            name, number = f"{wanted}_{number}", number + 1
        self.definitions.reserved.add(name)
        return name

    @property
    def packed(self) -> bool:
        """Whether there are too many numbers to read."""
        return self.network.layout.size > MANY

    def names(self) -> Mapping[str, Any]:
        """Return the names, nested as the layers' parameters."""
        tree: dict[str, Any] = {str(i): {} for i in range(len(self.network.layers))}

        def fill(parameters: Mapping[str, Any], path: Path, into: dict[str, Any]) -> None:
            for key, one in parameters.items():
                here = (*path, key)
                if here in self._names:
                    into[key] = self._names[here]
                else:
                    fill(one, here, into.setdefault(key, {}))

        fill(self.network.chain.parameters(self.network.in_shape), (), tree)
        return tree

    def texts(self) -> list[str]:
        """Return the definition of each array, and before them what they need."""
        found = []
        if self.packed:
            dtype = self.network.dtype
            kind = f"{dtype.kind}{dtype.itemsize}"
            self.definitions.imports["base64"] = "import base64"
            found.append(UNPACK.format(kind=kind, dtype=dtype))
        for path, name in self._names.items():
            array = self.network.parameter(".".join(path))
            shape = ", ".join(map(str, array.shape))
            text = _packed(array) if self.packed else array_text(array)
            found.append(f"# {path[-1]} of layer {'.'.join(path[:-1])}: ({shape})\n{name} = {text}")
        return found


def _packed(array: Array) -> str:
    """Return a call of `unpack` with the bytes of an array."""
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    text = base64.b64encode(data).decode()
    lines = [text[i : i + WIDTH] for i in range(0, len(text), WIDTH)]
    shape = "".join(f", {n}" for n in array.shape)
    return "\n".join(["unpack(", '    """', *lines, f'    """{shape},', ")"])

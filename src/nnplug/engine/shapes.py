"""The features between the layers of a network, and which layer cannot take what it is given."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnplug.core.array import Shape
from nnplug.core.errors import ContractError, NnplugError, ShapeError
from nnplug.core.layer import Layer
from nnplug.core.registry import Registry


def layer_shapes(layers: Sequence[Layer], in_shape: Shape, registry: Registry) -> list[Shape]:
    """Return the features before, between and after the layers.

    Raises ShapeError that names the layer which refuses what it is given.
    """
    shapes = [in_shape]
    for i, layer in enumerate(layers):
        given = shapes[-1]
        label = f"layer {i} ({registry.signed(layer)})"
        try:
            parameters: Any = layer.parameters(given)
            shape: Any = layer.output_shape(given)
        except NnplugError:
            raise
        except (ValueError, TypeError) as error:
            remedy = "put flatten before it" if len(given) > 1 else "change what feeds it"
            raise ShapeError(
                f"{label} cannot take features of shape {given}: {error}", remedy
            ) from error
        if not isinstance(parameters, Mapping):
            raise ContractError(
                f"{label}: parameters returned {parameters!r}",
                'return {"W": Parameter(shape, ...)}, or {} for none',
            )
        if not isinstance(shape, tuple) or not all(isinstance(n, int) and n > 0 for n in shape):
            raise ContractError(
                f"{label}: output_shape returned {shape!r}",
                "return the feature axes as a tuple of whole numbers: (8,)",
            )
        shapes.append(shape)
    return shapes

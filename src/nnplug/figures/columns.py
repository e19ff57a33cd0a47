"""A network as a picture sees it: columns of numbers, what leads to each, and blocks around."""

from collections.abc import Callable
from dataclasses import dataclass, field

from nnplug.core.array import Shape
from nnplug.core.chain import Chain
from nnplug.core.layer import Layer, Parameter, Parameters


@dataclass
class Column:
    """What one layer gives, and what acts on it in place.

    shape : its features
    label : the layer that gives it
    dense : whether each of its numbers hangs on each of the column before
    then : activations, dropout and the like, which keep the shape
    parameters : how many numbers all of these own
    """

    shape: Shape
    label: str
    dense: bool = False
    then: list[str] = field(default_factory=list)
    parameters: int = 0


@dataclass
class Block:
    """A layer with layers inside, which leads from one column to another.

    depth : 0 outside, 1 for a block in a block, ...
    """

    label: str
    start: int
    stop: int
    depth: int


def columns_of(
    layers: tuple[Layer, ...], in_shape: Shape, name: Callable[[Layer], str]
) -> tuple[list[Column], list[Block]]:
    """Return the columns of a network, the input first, and its blocks, the outer ones first.

    name : gives the text for a layer
    """
    columns = [Column(in_shape, "input")]
    blocks: list[Block] = []
    shape = in_shape
    for layer in layers:
        shape = _add(layer, shape, name, columns, blocks, 0)
    return columns, blocks


def _add(
    layer: Layer,
    shape: Shape,
    name: Callable[[Layer], str],
    columns: list[Column],
    blocks: list[Block],
    depth: int,
) -> Shape:
    if isinstance(layer, Chain):
        block = Block(name(layer).partition("[")[0], len(columns) - 1, 0, depth)
        blocks.append(block)
        before = len(columns[-1].then)
        for inner in layer.layers:
            shape = _add(inner, shape, name, columns, blocks, depth + 1)
        block.stop = len(columns) - 1
        if block.stop == block.start:
            blocks.remove(block)
            columns[-1].then[before:] = [name(layer)]
        return shape
    parameters = layer.parameters(shape)
    after = layer.output_shape(shape)
    dense = len(shape) == len(after) == 1 and any(
        p.shape == (*shape, *after) for p in flat(parameters)
    )
    if after == shape and not dense:
        columns[-1].then.append(name(layer))
    else:
        columns.append(Column(after, name(layer), dense))
    columns[-1].parameters += sum(p.size for p in flat(parameters))
    return after


def flat(parameters: Parameters) -> list[Parameter]:
    """Return all parameters of a layer, however deep they nest."""
    found: list[Parameter] = []
    for item in parameters.values():
        found += [item] if isinstance(item, Parameter) else flat(item)
    return found

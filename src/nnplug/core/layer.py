"""The contract of a layer, what it declares about its parameters, and what it may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nnplug.core.array import Array, Gradients, Shape, Views
from nnplug.core.component import Component, unwritten

if TYPE_CHECKING:
    from nnplug.core.initializer import Initializer


@dataclass(frozen=True)
class Parameter:
    """One array of numbers that a layer owns; the engine keeps it in the network's flat vector.

    shape : without runs; what broadcasts over samples carries that axis as a 1
    init : an initializer, its spec ("zeros"), or None for the one that the next activation prefers
    fan : (fan_in, fan_out), which only the layer can know (think of a convolution)
    trainable : False for what the layer keeps between batches, such as a running mean
    decay : False for what weight decay should leave alone, such as a bias
    """

    shape: Shape
    init: "str | Initializer | None" = None
    fan: tuple[int, int] = (1, 1)
    trainable: bool = True
    decay: bool = True

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return int(np.prod(self.shape))


Parameters = Mapping[str, "Parameter | Parameters"]
"""A layer's parameters by name; a block nests those of its layers."""


class Keep(dict[str, Any]):
    """Proposals by name; those of nested parameters nest by themselves: keep["a"]["mean"] = new."""

    def __missing__(self, key: str) -> "Keep":
        nested = self[key] = Keep()
        return nested


class Context:
    """What a layer may know beyond its input; the engine makes one for each layer.

    name : the layer's path in the network: "0", "2.1"
    in_shape : the features of one sample, without runs and samples
    runs : `()` for one network, `(R,)` for R that train as one
    needs_input_grad : whether anything below wants dL/dx; backward may return None if not
    training : False while the network predicts
    rng : the source of chance; in a stack it draws each run's share from that run's own stream
    keep : proposals for parameters that are not trainable, `ctx.keep["mean"] = new`; the engine
        commits them after a training step
    """

    __slots__ = (
        "_children",
        "in_shape",
        "keep",
        "name",
        "needs_input_grad",
        "plan",
        "rng",
        "runs",
        "training",
    )

    def __init__(
        self,
        name: str,
        in_shape: Shape,
        runs: tuple[int, ...] = (),
        needs_input_grad: bool = True,
        training: bool = False,
        rng: Any = None,
    ) -> None:
        self.name = name
        self.in_shape = in_shape
        self.runs = runs
        self.needs_input_grad = needs_input_grad
        self.training = training
        self.rng = rng
        self.keep = Keep()
        self.plan: Any = None
        self._children: dict[str, Context] = {}

    def child(self, key: str, in_shape: Shape, needs_input_grad: bool = True) -> "Context":
        """Return the context of a layer inside this one, the same at every call.

        key : the name under which this layer's `parameters` nests the inner ones
        """
        child = self._children.get(key)
        if child is None:
            name = f"{self.name}.{key}" if self.name else key
            child = Context(name, in_shape, self.runs, needs_input_grad, self.training, self.rng)
            child.keep = self.keep[key]
            self._children[key] = child
        return child

    def switch(self, *, training: bool) -> None:
        """Turn this layer, and all inside it, to training or to predicting."""
        self.training = training
        for child in self._children.values():
            child.switch(training=training)


class Layer(Component):
    """A piece of a network with parameters of its own: y = forward(x), dx = backward(dy).

    A layer reads its parameters `p` and writes their gradients `g`, never the weights, and keeps
    nothing between calls: what backward needs travels in the cache.
    """

    kind: ClassVar[str] = "layer"

    differentiable_input: ClassVar[bool] = True
    """False where x holds no real numbers (the indices of an embedding)."""

    independent_rows: ClassVar[bool] = True
    """False where one sample's output depends on the others while training (batch norm); while
    predicting it never does."""

    _required = (("forward",), ("backward",))

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return what the layer owns for inputs of this shape; most layers own nothing.

        Raises ValueError for a shape that it cannot take.
        """
        return {}

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the features of one output sample for inputs of this shape."""
        return in_shape

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        """Return (y, cache), where cache is whatever `backward` needs.

        x : (*runs, samples, *in_shape);  y : (*runs, samples, *output_shape(in_shape))
        """
        raise unwritten(self, "forward")

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        """Write dL/dp into `g` for every trainable parameter and return dL/dx.

        `g[name] = a` copies `a`, which has exactly the parameter's shape and dtype. dL/dx may be
        None where `ctx.needs_input_grad` is false.
        """
        raise unwritten(self, "backward")

    def sample_input(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Return an input of this shape that is legal for the layer; the kit feeds it."""
        return rng.standard_normal(shape)

    def sample_shape(self) -> Shape:
        """Return feature axes that suit the layer with its defaults; the kit feeds them."""
        return (3,)


def trainable(parameters: Parameters) -> bool:
    """Say whether any of these parameters, however deep, is trained."""
    return any(
        p.trainable if isinstance(p, Parameter) else trainable(p) for p in parameters.values()
    )

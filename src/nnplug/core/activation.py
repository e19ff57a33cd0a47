"""The contract of an activation."""

from typing import ClassVar

from nnplug.core.array import Array
from nnplug.core.component import Component, unwritten


class Activation(Component):
    """A function of the pre-activation, y = f(z).

    An elementwise activation gives `forward` and `derivative`; any other (softmax) gives `forward`
    and `backward`. Both work on whole arrays, keep their shape and return their dtype.
    """

    kind: ClassVar[str] = "activation"

    kinks: ClassVar[tuple[float, ...]] = ()
    """Where f has no derivative; there, `derivative` lies between the one-sided slopes."""

    range: ClassVar[tuple[float, float] | None] = None
    """The closed interval that holds every y, or None for all real numbers."""

    monotonic: ClassVar[bool] = False
    """Whether f never falls."""

    initializer: ClassVar[str] = "xavier"
    """The initializer that weights feeding this activation prefer."""

    _required = (("forward",), ("derivative", "backward"))

    def forward(self, z: Array) -> Array:
        """Return y = f(z).

        z : (*runs, samples, *features)
        """
        raise unwritten(self, "forward")

    def derivative(self, z: Array, y: Array) -> Array:
        """Return dy/dz for an elementwise f, given z and y = forward(z), all of one shape."""
        raise unwritten(self, "derivative")

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """Return dL/dz from dy = dL/dy; an elementwise f has this for nothing."""
        return dy * self.derivative(z, y)


def is_elementwise(activation: type[Activation]) -> bool:
    """Say whether f acts on each number alone: then it has a derivative, not its own backward."""
    return activation.backward is Activation.backward

"""The residual block: layers around which the input takes a short cut."""

from typing import Any

from nnplug.core import Array, Chain, Context, Gradients, Shape, Views


class Residual(Chain):
    """Adds what its layers compute to their input, y = x + f(x).

    Formula: y = x + f(x), where f is the chain of its `layers`
    Gradient: dL/dx = dL/dy + the gradient through f
    Shapes: x, f(x), y (*runs, samples, *features)
    Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016.

    The sum lets the gradient pass unchanged beside the layers, however many blocks follow each
    other. f must give the shape that it takes: residual[linear:units=8 relu linear:units=8] after
    a layer of 8 units.
    """

    def validate(self) -> None:
        """Refuse an empty block, which would be y = 2 x."""
        if not self.layers:
            raise ValueError("needs layers inside, such as residual[linear:units=8 relu]")

    def shapes(self, in_shape: Shape) -> list[Shape]:
        """Return the features between the layers; ValueError where x + f(x) has no meaning."""
        found = super().shapes(in_shape)
        if found[-1] != in_shape:
            raise ValueError(
                f"residual adds x of shape {in_shape} to its layers' output of shape {found[-1]}; "
                f"its last layer must give {in_shape}"
            )
        return found

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        """Return x + f(x), and the caches of the layers."""
        y, caches = super().forward(x, p, ctx)
        return x + y, caches

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        """Let the layers write their gradients, return dL/dx."""
        dx = super().backward(dy, cache, p, g, ctx)
        return None if dx is None else dy + dx

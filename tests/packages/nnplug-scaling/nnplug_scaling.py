"""A layer that scales and shifts each feature."""

import nnplug
from nnplug.core import Array, Context, Gradients, Layer, Parameter, Parameters, Shape, Views


class Scaling(Layer):
    """Scales and shifts each feature, y = a x + b.

    Formula: y = a x + b, a = 1 and b = 0 at first
    Gradient: dL/da = sum of dL/dy x over samples, dL/db = sum of dL/dy, dL/dx = a dL/dy
    Shapes: x, y (*runs, samples, *features), a, b (*runs, 1, *features)
    Source: Ioffe, Szegedy, Batch normalization, ICML 2015 (what follows the normalization).
    """

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return scale and shift."""
        shape = (1, *in_shape)
        return {
            "a": Parameter(shape, init="constant", decay=False),
            "b": Parameter(shape, init="zeros", decay=False),
        }

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array]:
        """Return y, and x for backward."""
        return p["a"] * x + p["b"], x

    def backward(self, dy: Array, cache: Array, p: Views, g: Gradients, ctx: Context) -> Array:
        """Write dL/da and dL/db, return dL/dx."""
        samples = -1 - len(ctx.in_shape)
        g["a"] = (dy * cache).sum(axis=samples, keepdims=True)
        g["b"] = dy.sum(axis=samples, keepdims=True)
        dx: Array = p["a"] * dy
        return dx


@nnplug.hookimpl
def nnplug_layers() -> dict[str, type[Layer]]:
    return {"scaling": Scaling}

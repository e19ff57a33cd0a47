"""Flatten: many feature axes to one."""

import math

from nnplug.core import Array, Context, Gradients, Layer, Shape, Views


class Flatten(Layer):
    """Lays all feature axes in one row, y = x reshaped to (samples, features).

    Formula: y[..., i] = x[..., a, b, c] with i = (a B + b) C + c for features (A, B, C): the last
        axis runs fastest
    Gradient: dL/dx = dL/dy in the shape of x
    Shapes: x (*runs, samples, *features), y (*runs, samples, product of features)
    Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document
        recognition, Proceedings of the IEEE 1998.

    It stands between what keeps the shape of an image and a linear layer, which takes one axis.
    """

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the product of the features, as one axis."""
        return (math.prod(in_shape),)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Shape]:
        """Return y, and the shape of x for backward."""
        # Not reshape(..., -1): of an empty batch NumPy cannot tell what the -1 is.
        outer = x.shape[: x.ndim - len(ctx.in_shape)]
        return x.reshape(*outer, math.prod(ctx.in_shape)), x.shape

    def backward(
        self, dy: Array, cache: Shape, p: Views, g: Gradients, ctx: Context
    ) -> Array | None:
        """Return dL/dy in the shape of x."""
        return dy.reshape(cache)

    def sample_shape(self) -> Shape:
        """Return the features of a small image, which show the order of the axes."""
        return (2, 3, 2)

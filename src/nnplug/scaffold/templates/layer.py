"""The layer the_name.

Write your parameters, your forward and backward pass and your docstring in the place of
LayerScale's. `pytest` tells whether they agree.
"""

from typing import Annotated

import nnplug
from annotated_types import Gt
from nnplug import Array, Context, Gradients, Layer, Parameter, Parameters, Shape, Views


class TheClass(Layer):
    """LayerScale, until your layer replaces it: y = x s, a learnt factor for each feature.

    Formula: y_i = x_i s_i, with s_i = start before the first step
    Gradient: dL/ds = the sum of x dL/dy over the samples, dL/dx = s dL/dy
    Shapes: x, y (*runs, samples, n), s (*runs, 1, n)
    Source: Touvron, Cord, Sablayrolles, Synnaeve, Jégou, Going deeper with image transformers,
        ICCV 2021.
    """

    start: Annotated[float, Gt(0), "each factor before the first step"] = 0.1

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return the factors; the 1 stands for the samples, which share them."""
        if len(in_shape) != 1:
            raise ValueError(f"the_name takes one axis of features, not {in_shape}")
        (n,) = in_shape
        return {"s": Parameter((1, n), init=f"constant:value={self.start}", decay=False)}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array]:
        """Return y, and what backward needs: x."""
        return x * p["s"], x

    def backward(
        self, dy: Array, cache: Array, p: Views, g: Gradients, ctx: Context
    ) -> Array | None:
        """Write dL/ds into g, return dL/dx."""
        x = cache
        g["s"] = (x * dy).sum(axis=-2, keepdims=True)
        return dy * p["s"] if ctx.needs_input_grad else None


@nnplug.hookimpl
def nnplug_layers() -> dict[str, type[Layer]]:
    """Give layers by the names to type."""
    return {"the_name": TheClass}

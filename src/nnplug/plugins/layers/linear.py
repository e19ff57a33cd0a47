"""The linear layer, also called dense or fully connected."""

from typing import Annotated

from annotated_types import Ge

from nnplug.core import Array, Context, Gradients, Layer, Parameter, Parameters, Shape, Views


class Linear(Layer):
    """Every output is a weighted sum of all inputs plus a bias, y = x W + b.

    Formula: y = x W + b
    Gradient: dL/dW = x^T dL/dy, dL/db = the sum of dL/dy over the samples, dL/dx = dL/dy W^T
    Shapes: x (*runs, samples, n), y (*runs, samples, units), W (*runs, n, units),
        b (*runs, 1, units)
    Source: Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
        Nature 1986.
    """

    units: Annotated[int, Ge(1), "how many outputs"]

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return W and b; the bias starts at zero and does not decay."""
        if len(in_shape) != 1:
            raise ValueError(
                f"linear takes samples of one axis, not of shape {in_shape}; put flatten before it"
            )
        (n,) = in_shape
        return {
            "W": Parameter((n, self.units), fan=(n, self.units)),
            "b": Parameter((1, self.units), init="zeros", decay=False),
        }

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return (units,)."""
        return (self.units,)

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array]:
        """Return y, and x for backward."""
        return x @ p["W"] + p["b"], x

    def backward(
        self, dy: Array, cache: Array, p: Views, g: Gradients, ctx: Context
    ) -> Array | None:
        """Write dL/dW and dL/db, return dL/dx."""
        x = cache
        g["W"] = x.mT @ dy
        g["b"] = dy.sum(axis=-2, keepdims=True)
        return dy @ p["W"].mT if ctx.needs_input_grad else None

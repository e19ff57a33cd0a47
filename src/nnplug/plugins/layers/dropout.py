"""Dropout, in its inverted form."""

from typing import Annotated

from annotated_types import Ge, Lt

from nnplug.core import Array, Context, Gradients, Layer, Views


class Dropout(Layer):
    """Drops each number with chance p while training, y = x mask / (1 - p).

    Formula: y = x mask / (1 - p) with mask = 1 at chance 1 - p, else 0; y = x while predicting
    Gradient: dL/dx = dL/dy mask / (1 - p)
    Shapes: x, y, mask (*runs, samples, *features)
    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout: a simple way to
        prevent neural networks from overfitting, JMLR 2014.

    The paper scales the weights by 1 - p after training. This is the inverted form, which divides
    by 1 - p while training: the mean of y is x, and a trained network needs no scaling.
    """

    p: Annotated[float, Ge(0), Lt(1), "chance that a number is dropped"] = 0.5

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array | None]:
        """Return y, and the scaled mask for backward."""
        if not ctx.training:
            return x, None
        mask = (ctx.rng.random(x.shape) >= self.p).astype(x.dtype) / (1.0 - self.p)
        return x * mask, mask

    def backward(
        self, dy: Array, cache: Array | None, p: Views, g: Gradients, ctx: Context
    ) -> Array | None:
        """Return dL/dx: what was dropped gets none."""
        return dy if cache is None else dy * cache

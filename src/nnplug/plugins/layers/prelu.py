"""The parametric rectifier: leaky_relu with a slope that is learnt."""

from typing import Annotated

import numpy as np

from nnplug.core import Array, Context, Gradients, Layer, Parameter, Parameters, Shape, Views


class PReLU(Layer):
    """A rectifier that learns how much it leaks, y = max(x, 0) + a min(x, 0).

    Formula: y = x where x > 0, else a x
    Gradient: dL/da = the sum of dL/dy min(x, 0) over samples and over whatever shares a,
        dL/dx = dL/dy where x > 0, else a dL/dy
    Shapes: x, y (*runs, samples, *features), a (*runs, 1, ..., 1, n) with n the last of features,
        or n = 1 if it is shared
    Source: He, Zhang, Ren, Sun, Delving deep into rectifiers, ICCV 2015.

    a starts at 1/4 and does not decay: decay would pull it to 0, which is relu. Each feature has
    its own, of an image each channel. A layer, and not an activation, since it has a parameter.
    """

    shared: Annotated[bool, "whether all features share one slope"] = False

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return the slopes."""
        n = 1 if self.shared else in_shape[-1]
        shape = (*[1] * len(in_shape), n)
        return {"a": Parameter(shape, init="constant:value=0.25", decay=False)}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Array]:
        """Return y, and x for backward."""
        y: Array = np.maximum(x, 0.0) + p["a"] * np.minimum(x, 0.0)
        return y, x

    def backward(
        self, dy: Array, cache: Array, p: Views, g: Gradients, ctx: Context
    ) -> Array | None:
        """Write dL/da, return dL/dx."""
        x = cache
        features = len(ctx.in_shape)
        axes = tuple(range(-1 - features, 0 if self.shared else -1))
        g["a"] = (dy * np.minimum(x, 0.0)).sum(axis=axes, keepdims=True)
        dx: Array = np.where(x > 0, dy, p["a"] * dy)
        return dx

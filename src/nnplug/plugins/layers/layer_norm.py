"""Layer normalization, of features."""

from typing import Annotated, Any

import numpy as np
from annotated_types import Gt

from nnplug.core import Array, Context, Gradients, Layer, Parameter, Parameters, Shape, Views


class LayerNorm(Layer):
    """Brings each sample to mean 0 and variance 1 over its features, y = gamma (x - m) / s + beta.

    Formula: y = gamma h + beta, h = (x - m) / s, s = sqrt(v + eps), with m, v the mean and the
        variance of the sample's n features (divided by n)
    Gradient: dL/dgamma = sum dL/dy h, dL/dbeta = sum dL/dy, over the samples, and with
        d = gamma dL/dy: dL/dx = (d - mean(d) - h mean(d h)) / s, means over the features
    Shapes: x, y, h (*runs, samples, n), gamma, beta (*runs, 1, n)
    Source: Ba, Kiros, Hinton, Layer normalization, 2016, arXiv:1607.06450.

    Unlike batch_norm it treats each sample alone, keeps nothing, and does the same while training
    and predicting. A single feature becomes 0 and two become -1 and 1: it wants some width.
    """

    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-5

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return scale and shift, which do not decay."""
        if len(in_shape) != 1:
            raise ValueError(f"layer_norm takes samples of one axis, not of shape {in_shape}")
        return {
            "gamma": Parameter((1, *in_shape), init="constant:value=1", decay=False),
            "beta": Parameter((1, *in_shape), init="zeros", decay=False),
        }

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        """Return y, and (h, s) for backward."""
        centred = x - x.mean(axis=-1, keepdims=True)
        s = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self.eps)
        h = centred / s
        return p["gamma"] * h + p["beta"], (h, s)

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        """Write dL/dgamma and dL/dbeta, return dL/dx."""
        h, s = cache
        g["gamma"] = (dy * h).sum(axis=-2, keepdims=True)
        g["beta"] = dy.sum(axis=-2, keepdims=True)
        d: Array = p["gamma"] * dy
        along = h * (d * h).mean(axis=-1, keepdims=True)
        dx: Array = (d - d.mean(axis=-1, keepdims=True) - along) / s
        return dx

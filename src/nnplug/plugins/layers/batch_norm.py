"""Batch normalization, of features."""

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Gt, Lt

from nnplug.core import Array, Context, Gradients, Layer, Parameter, Parameters, Shape, Views


class BatchNorm(Layer):
    """Brings each feature to mean 0 and variance 1 over the batch, y = gamma (x - m) / s + beta.

    Formula: y = gamma h + beta, h = (x - m) / s, s = sqrt(v + eps), with m, v the batch's mean and
        variance (divided by n) while training, and the kept mean and var while predicting
    Gradient: dL/dgamma = sum dL/dy h, dL/dbeta = sum dL/dy, over the n samples, and
        dL/dx = gamma / s (dL/dy - (dL/dbeta + h dL/dgamma) / n), while predicting without the sums
    Shapes: x, y, h (*runs, n, features), gamma, beta, mean, var (*runs, 1, features)
    Source: Ioffe, Szegedy, Batch normalization, ICML 2015.

    Each step keeps mean = momentum mean + (1 - momentum) m, and var likewise from n / (n - 1) v.
    While training, a sample's output depends on its batch. A batch of one sample has no variance:
    it gives beta, keeps nothing and teaches nothing below. Take larger batches, or layer_norm.
    """

    momentum: Annotated[float, Ge(0), Lt(1), "what is kept of mean and var at each step"] = 0.9
    eps: Annotated[float, Gt(0), "keeps 0 / 0 away"] = 1e-5

    independent_rows = False

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return scale and shift, and the mean and variance that are kept for predicting."""
        if len(in_shape) != 1:
            raise ValueError(f"batch_norm takes samples of one axis, not of shape {in_shape}")
        zero = Parameter((1, *in_shape), init="zeros", decay=False)
        one = Parameter((1, *in_shape), init="constant:value=1", decay=False)
        kept = {"mean": replace(zero, trainable=False), "var": replace(one, trainable=False)}
        return {"gamma": one, "beta": zero, **kept}

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        """Return y, and h, s, and the share of one sample in m and v for backward."""
        m, v, n = p["mean"], p["var"], max(x.shape[-2], 1)
        if ctx.training:
            m = x.sum(axis=-2, keepdims=True) / n
            v = ((x - m) ** 2).sum(axis=-2, keepdims=True) / n
            for name, new in ("mean", m), ("var", v * (n / max(n - 1, 1))):
                if n > 1:
                    ctx.keep[name] = self.momentum * p[name] + (1.0 - self.momentum) * new
        s = np.sqrt(v + self.eps)
        h = (x - m) / s
        return p["gamma"] * h + p["beta"], (h, s, 1 / n if ctx.training else 0.0)

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        """Write dL/dgamma and dL/dbeta, return dL/dx."""
        h, s, share = cache
        g["gamma"] = along = (dy * h).sum(axis=-2, keepdims=True)
        g["beta"] = total = dy.sum(axis=-2, keepdims=True)
        dx: Array = p["gamma"] / s * (dy - share * (total + h * along))
        return dx

"""Huber's loss."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

from nnplug.core import Array, Loss


class Huber(Loss):
    """A square near the target and a line far from it, L = mean of q (|e| - q/2), e = z - t.

    Formula: L = 1/k sum_i q_i (|e_i| - q_i / 2), e = z - t, q = min(|e|, delta), for k outputs:
        e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2)
    Gradient: dL/dz_i = min(max(e_i, -delta), delta) / k
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics
        1964.

    Half of mse for errors up to delta, and delta times mae, less a constant, beyond: smooth at the
    target like the one, and calm about wild targets like the other.
    """

    delta: Annotated[float, Gt(0), "the error at which the square becomes a line"] = 1.0

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss."""
        size = np.abs(z - t)
        q = np.minimum(size, self.delta)
        loss: Array = (q * (size - 0.5 * q)).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return the error, cut off at -delta and delta, over k."""
        slope: Array = np.clip(z - t, -self.delta, self.delta) / z.shape[-1]
        return slope

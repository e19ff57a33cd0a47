"""The softmax activation."""

import numpy as np

from nnplug.core import Activation, Array


class Softmax(Activation):
    """Scores to probabilities that sum to 1, y_i = exp(z_i) / sum_j exp(z_j).

    Formula: y_i = exp(z_i - m) / sum_j exp(z_j - m), m = max_j z_j, over the last axis
    Derivative: dy_i/dz_j = y_i ((1 if i = j else 0) - y_j), hence
        dL/dz_i = y_i (dL/dy_i - sum_j dL/dy_j y_j)
    Shapes: z, y, dy, dz (*runs, samples, *features)
    Source: Bridle, Probabilistic interpretation of feedforward classification network outputs,
        Neurocomputing 1990.

    Every y depends on every z of its row: there is no elementwise derivative, so it has `backward`.
    """

    range = (0.0, 1.0)

    def forward(self, z: Array) -> Array:
        """Return y, whose last axis sums to 1."""
        # The shift by m cancels in the fraction, and no exponent is above 0: nothing overflows.
        e: Array = np.exp(z - z.max(axis=-1, keepdims=True))
        y: Array = e / e.sum(axis=-1, keepdims=True)
        return y

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        """Return dL/dz: the Jacobian times dy, without building the Jacobian."""
        dz: Array = y * (dy - (dy * y).sum(axis=-1, keepdims=True))
        return dz

"""Binary cross-entropy on raw scores."""

import numpy as np

from nnplug.core import Array, Loss


class BCE(Loss):
    """Binary cross-entropy of a score z and a label t, L = log(1 + exp(z)) - t z.

    Formula: L = -t log(s) - (1 - t) log(1 - s), s = sigmoid(z), which is log(1 + exp(z)) - t z;
        the mean over k outputs
    Gradient: dL/dz = (s - t) / k
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Cox, The regression analysis of binary sequences, JRSS B 1958.

    The sigmoid belongs to the loss. In the second form no logarithm of 0 can occur, and a score
    that is confidently wrong keeps its full gradient; clipping s would take it away.
    """

    tasks = ("binary",)
    link = "sigmoid"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss; logaddexp(0, z) is log(1 + exp(z)) without overflow."""
        loss: Array = (np.logaddexp(0.0, z) - t * z).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return (s - t) / k."""
        slope: Array = (self.predict(z) - t) / z.shape[-1]
        return slope

    def predict(self, z: Array) -> Array:
        """Return s = sigmoid(z), the probability of label 1, as (1 + tanh(z / 2)) / 2."""
        s: Array = 0.5 * np.tanh(0.5 * z) + 0.5
        return s

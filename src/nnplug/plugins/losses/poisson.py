"""The loss of Poisson regression, for counts."""

import math

import numpy as np

from nnplug.core import Array, Loss


class Poisson(Loss):
    """How unlikely a count t is at a rate of exp(z), L = exp(z) - t z.

    Formula: L = y - t log(y), y = exp(z), which is exp(z) - t z: the negative log-likelihood of a
        Poisson distribution without log(t!), which no weight can change; the mean over k outputs
    Gradient: dL/dz = (y - t) / k
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Nelder, Wedderburn, Generalized linear models, JRSS A 1972.

    For targets from 0 up whose spread grows with their size: being off by 3 costs much at 1 and
    little at 100. The exponential belongs to the loss, and predictions are always positive. The
    loss of a perfect prediction is t - t log(t), and so below 0 for t > e.
    """

    tasks = ("regression",)
    link = "exp"
    target_range = (0.0, math.inf)

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss; infinite, and the end of a run, where exp(z) overflows."""
        loss: Array = (np.exp(z) - t * z).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return (y - t) / k."""
        slope: Array = (np.exp(z) - t) / z.shape[-1]
        return slope

    def predict(self, z: Array) -> Array:
        """Return y = exp(z), kept below the largest number of its type, as the activation exp."""
        largest = float(math.floor(math.log(np.finfo(z.dtype).max)))
        y: Array = np.exp(np.minimum(z, largest))
        return y

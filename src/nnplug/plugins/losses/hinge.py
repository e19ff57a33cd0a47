"""The hinge loss of support vector machines."""

import numpy as np

from nnplug.core import Array, Loss


class Hinge(Loss):
    """Asks for a score of at least 1 on the right side, L = max(0, 1 - t z) with t = -1 or 1.

    Formula: L = max(0, 1 - t z), where label 0 is t = -1 and label 1 is t = 1; the mean over k
        outputs
    Gradient: dL/dz = -t / k where t z < 1, else 0
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Cortes, Vapnik, Support-vector networks, Machine Learning 1995.

    A sample that is right by a margin of 1 costs nothing and teaches nothing; the others pull with
    equal force, however wrong they are. Predictions are (z + 1) / 2, cut off at 0 and 1, so that
    0.5 is the threshold z = 0; they are no probabilities.
    """

    tasks = ("binary",)
    target_range = (-1.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss."""
        loss: Array = np.maximum(1.0 - t * z, 0.0).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return -t / k for the samples inside the margin."""
        slope: Array = np.where(t * z < 1.0, -t, 0.0) / z.shape[-1]
        return slope

    def predict(self, z: Array) -> Array:
        """Return (z + 1) / 2, cut off at 0 and 1."""
        y: Array = np.clip(0.5 * z + 0.5, 0.0, 1.0)
        return y

    def encode(self, t: Array, task: str) -> Array:
        """Return -1 for label 0 and 1 for label 1."""
        return 2.0 * t - 1.0

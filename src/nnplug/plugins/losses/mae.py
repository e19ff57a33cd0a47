"""Mean absolute error."""

import numpy as np

from nnplug.core import Array, Loss


class MAE(Loss):
    """Mean absolute error, L = mean over outputs of |z - t|.

    Formula: L = 1/k sum_i |z_i - t_i|, for k outputs
    Gradient: dL/dz_i = sign(z_i - t_i) / k (at the kink z_i = t_i it is 0)
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Boscovich, De litteraria expeditione per pontificiam ditionem, 1757.

    The best constant for mse is the mean of the targets, for this one it is their median: a single
    wild target moves it little. The gradient has the same size near the target as far from it, so
    that steps do not shrink by themselves; let a schedule lower lr, or take huber.
    """

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's mean absolute error."""
        loss: Array = np.abs(z - t).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return sign(z - t) / k."""
        slope: Array = np.sign(z - t) / z.shape[-1]
        return slope

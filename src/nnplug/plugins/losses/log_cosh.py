"""The logarithm of the hyperbolic cosine of the error."""

import numpy as np

from nnplug.core import Array, Loss


class LogCosh(Loss):
    """A smooth huber without a setting, L = mean over outputs of log(cosh(z - t)).

    Formula: L = 1/k sum_i log(cosh(e_i)), e = z - t, for k outputs, which is
        |e| + log((1 + exp(-2 |e|)) / 2)
    Gradient: dL/dz_i = tanh(e_i) / k
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Green, Bayesian reconstructions from emission tomography data using a modified EM
        algorithm, IEEE Transactions on Medical Imaging 1990 (as a prior on differences).

    About e^2 / 2 near the target and |e| - log(2) far from it. Its gradient is the tanh that
    students know: no error pulls harder than 1 / k.
    """

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss, in the second form: cosh overflows at 711."""
        size = np.abs(z - t)
        # (1 + exp(-2 e)) / 2 is 1 + expm1(-2 e) / 2, which keeps its digits for small e.
        each = size + np.log1p(0.5 * np.expm1(-2.0 * size))
        loss: Array = each.sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return tanh(z - t) / k."""
        slope: Array = np.tanh(z - t) / z.shape[-1]
        return slope

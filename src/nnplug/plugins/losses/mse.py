"""Mean squared error."""

from nnplug.core import Array, Loss


class MSE(Loss):
    """Mean squared error, L = mean over outputs of (z - t)^2.

    Formula: L = 1/k sum_i (z_i - t_i)^2, for k outputs
    Gradient: dL/dz_i = 2/k (z_i - t_i)
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805.

    Some books put 1/2 before it, which halves loss and gradient; this is the mean itself. For
    classes it judges the output of a sigmoid or softmax; bce and cross_entropy learn faster there,
    for their gradient does not vanish where the network is confidently wrong.
    """

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's mean squared error."""
        loss: Array = ((z - t) ** 2).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return 2/k (z - t)."""
        slope: Array = (z - t) * (2.0 / z.shape[-1])
        return slope

"""Cross-entropy of softmax probabilities, on raw scores."""

import numpy as np

from nnplug.core import Array, Loss


class CrossEntropy(Loss):
    """Cross-entropy of scores z and classes t, L = log(sum_j exp(z_j)) - sum_j t_j z_j.

    Formula: L = -sum_j t_j log(y_j), y = softmax(z), which is log(sum_j exp(z_j)) - sum_j t_j z_j
        for targets that sum to 1
    Gradient: dL/dz = y - t
    Shapes: z, t (*runs, samples, classes), L (*runs, samples)
    Source: Bridle, Training stochastic model recognition algorithms as networks can lead to maximum
        mutual information estimation of parameters, NIPS 1989.

    The softmax belongs to the loss. Binary data gets two outputs, one a class; then the loss is
    that of bce with the score z_1 - z_0.
    """

    tasks = ("multiclass", "binary")
    link = "softmax"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss; shifted by the largest score, no exponential overflows."""
        m: Array = z.max(axis=-1, keepdims=True)
        log_sum: Array = np.log(np.exp(z - m).sum(axis=-1)) + m[..., 0]
        loss: Array = log_sum - (t * z).sum(axis=-1)
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return softmax(z) - t."""
        return self.predict(z) - t

    def predict(self, z: Array) -> Array:
        """Return softmax(z), the probability of each class."""
        e: Array = np.exp(z - z.max(axis=-1, keepdims=True))
        y: Array = e / e.sum(axis=-1, keepdims=True)
        return y

    def outputs(self, task: str, targets: int) -> int:
        """Return one output a class: two for binary data."""
        return 2 if task == "binary" else targets

    def encode(self, t: Array, task: str) -> Array:
        """Return one-hot targets: a binary column t becomes (1 - t, t)."""
        return np.concatenate([1.0 - t, t], axis=-1) if task == "binary" else t

"""The focal loss for nnplug."""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

import nnplug
from nnplug import Array, Loss


class Focal(Loss):
    """Cross-entropy that leaves what is easy, L = -alpha (1 - p)^gamma log(p) for label 1.

    Formula: L = -alpha t (1 - p)^gamma log(p) - (1 - alpha) (1 - t) p^gamma log(1 - p),
        p = 1 / (1 + exp(-z)); the mean over k outputs
    Gradient: dL/dz = (alpha t q^gamma (gamma p log(p) - q)
        + (1 - alpha) (1 - t) p^gamma (p - gamma q log(q))) / k, with q = 1 - p
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Lin, Goyal, Girshick, He, Dollár, Focal loss for dense object detection, ICCV 2017
        (arXiv:1708.02002).

    For data with few cases of class 1 among many others. With gamma = 2 a sample of which the
    network is sure (p = 0.9) counts a hundredth of what it does in bce; alpha is the weight of
    class 1. gamma = 0 and alpha = 0.5 is half of bce.
    """

    gamma: Annotated[float, Ge(0), "how much less an easy sample counts"] = 2.0
    alpha: Annotated[float, Ge(0), Le(1), "weight of class 1; class 0 has 1 - alpha"] = 0.25

    tasks = ("binary",)
    link = "sigmoid"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss; logaddexp(0, -z) is -log(p) without overflow."""
        p, q = self.predict(z), self.predict(-z)
        one = self.alpha * t * q**self.gamma * np.logaddexp(0.0, -z)
        zero = (1.0 - self.alpha) * (1.0 - t) * p**self.gamma * np.logaddexp(0.0, z)
        loss: Array = (one + zero).sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return dL/dz."""
        p, q = self.predict(z), self.predict(-z)
        one = -q - self.gamma * p * np.logaddexp(0.0, -z)
        zero = p + self.gamma * q * np.logaddexp(0.0, z)
        slope: Array = (
            self.alpha * t * q**self.gamma * one
            + (1.0 - self.alpha) * (1.0 - t) * p**self.gamma * zero
        ) / z.shape[-1]
        return slope

    def predict(self, z: Array) -> Array:
        """Return p, the probability of label 1, as (1 + tanh(z / 2)) / 2."""
        p: Array = 0.5 * np.tanh(0.5 * z) + 0.5
        return p


@nnplug.hookimpl
def nnplug_losses() -> Mapping[str, type[Loss]]:
    """Give focal."""
    return {"focal": Focal}

"""A loss that hardly minds outliers."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

import nnplug
from nnplug.core import Array, Loss


class Cauchy(Loss):
    """The logarithm of a Cauchy density, L = c^2 / 2 mean over outputs of log(1 + ((z - t) / c)^2).

    Formula: L = 1/k sum_i c^2 / 2 log(1 + (e_i / c)^2), e = z - t, for k outputs
    Gradient: dL/dz_i = e_i / (1 + (e_i / c)^2) / k
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Black, Anandan, The robust estimation of multiple motions, Computer Vision and Image
        Understanding 1996 (who call it the Lorentzian).
    """

    c: Annotated[float, Gt(0), "the error from which on the pull weakens"] = 1.0

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss."""
        scaled = (z - t) / self.c
        each = 0.5 * self.c * self.c * np.log1p(scaled * scaled)
        loss: Array = each.sum(axis=-1) / z.shape[-1]
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return the gradient by z."""
        error = z - t
        scaled = error / self.c
        slope: Array = error / (1 + scaled * scaled) / z.shape[-1]
        return slope


@nnplug.hookimpl
def nnplug_losses() -> dict[str, type[Loss]]:
    return {"cauchy": Cauchy}

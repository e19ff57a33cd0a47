"""The loss the_name.

Write your loss, its gradient and your docstring in the place of the expectile loss. `pytest` tells
whether they agree.
"""

from typing import Annotated

import nnplug
import numpy as np
from annotated_types import Gt, Lt
from nnplug import Array, Loss


class TheClass(Loss):
    """The expectile loss, until yours replaces it: L = mean of |tau - [e < 0]| e^2, e = t - z.

    Formula: L = 1/k sum_i c_i e_i^2, e = t - z, c = tau where e > 0, else 1 - tau, for k outputs
    Gradient: dL/dz_i = -2 c_i e_i / k
    Shapes: z, t (*runs, samples, outputs), L (*runs, samples)
    Source: Newey, Powell, Asymmetric least squares estimation and testing, Econometrica 1987.

    With tau = 0.8 a prediction below its target costs four times what one above it costs; 0.5 is
    half the squared error.
    """

    tau: Annotated[float, Gt(0), Lt(1), "what an error costs where z is below t"] = 0.8

    tasks = ("regression",)
    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        """Return each sample's loss."""
        e = t - z
        loss: Array = (self._cost(e) * e * e).mean(axis=-1)
        return loss

    def gradient(self, z: Array, t: Array) -> Array:
        """Return d value / dz."""
        e = t - z
        slope: Array = -2 * self._cost(e) * e / z.shape[-1]
        return slope

    def _cost(self, e: Array) -> Array:
        """Return c, in the dtype of e."""
        c: Array = np.where(e > 0, self.tau, 1 - self.tau).astype(e.dtype)
        return c


@nnplug.hookimpl
def nnplug_losses() -> dict[str, type[Loss]]:
    """Give losses by the names to type."""
    return {"the_name": TheClass}

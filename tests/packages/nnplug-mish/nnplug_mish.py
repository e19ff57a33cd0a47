"""The mish activation, as a package of its own."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

import nnplug
from nnplug.core import Activation, Array


class Mish(Activation):
    """A smooth rectifier with a dip left of zero, y = z tanh(s), s = log(1 + exp(beta z)) / beta.

    With s' = sigmoid(beta z), dy/dz = tanh(s) + z (1 - tanh(s)^2) s'.

    D. Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020 (beta = 1).
    """

    beta: Annotated[float, Gt(0), "sharpness of the bend"] = 1.0

    initializer = "he"

    def forward(self, z: Array) -> Array:
        y: Array = z * np.tanh(np.logaddexp(0, self.beta * z) / self.beta)
        return y

    def derivative(self, z: Array, y: Array) -> Array:
        t: Array = np.tanh(np.logaddexp(0, self.beta * z) / self.beta)
        sigmoid: Array = (1 + np.tanh(self.beta * z / 2)) / 2
        return t + z * (1 - t * t) * sigmoid


@nnplug.hookimpl
def nnplug_activations() -> dict[str, type[Activation]]:
    return {"mish": Mish}

"""A plugin in one file: an activation and an optimizer with hyperparameters, and what fails."""

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Gt, Lt

import nnplug


class Bent(nnplug.Activation):
    """y = a z where z > 0, and b z elsewhere.

    Formula: y = a z for z > 0, b z for z <= 0
    """

    a: Annotated[float, Gt(0), "slope on the right"] = 1.0
    b: Annotated[float, Ge(0), Lt(1), "slope on the left"] = 0.25
    side: Annotated[Literal["as it is", "turned"], "whether left is right"] = "as it is"
    kinks = (0.0,)

    def slopes(self, z):
        right = z > 0 if self.side == "as it is" else z < 0
        return np.where(right, self.a, self.b)

    def forward(self, z):
        return self.slopes(z) * z

    def derivative(self, z, y):
        return self.slopes(z)


class Broken(nnplug.Activation):
    """What works for a few steps, and then no more.

    Formula: y = z
    """

    _steps = 0

    def forward(self, z):
        return z.copy()

    def derivative(self, z, y):
        type(self)._steps += 1
        if type(self)._steps > 40:
            raise RuntimeError("the licence has expired")
        return np.ones_like(z)


class Gone(nnplug.Activation):
    """What ends the process that runs it.

    Formula: y = z
    """

    def forward(self, z):
        import os

        os._exit(7)

    def derivative(self, z, y):
        return np.ones_like(z)


@nnplug.hookimpl
def nnplug_activations():
    return {"bent": Bent, "broken": Broken, "gone": Gone}

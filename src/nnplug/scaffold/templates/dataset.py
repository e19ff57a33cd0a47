"""The dataset the_name.

Write your points, your rule and your docstring in the place of the sinc curve. `pytest` tells
whether they agree, and how hard the task is.
"""

from typing import Annotated

import nnplug
import numpy as np
from annotated_types import Ge
from nnplug import Array, Data, Dataset


class TheClass(Dataset):
    """The sinc curve, until your points replace it: y = sin(3 pi x) / (3 pi x).

    Formula: y = sin(3 pi x) / (3 pi x), 1 at x = 0, plus noise
    Distribution: x uniform on [-1, 1); normal noise of this width
    Shapes: x (n, 1), y (n, 1)
    Source: Vapnik, Golowich, Smola, Support vector method for function approximation, regression
        estimation, and signal processing, NIPS 1996 (it fits this curve, at another scale).
    """

    n: Annotated[int, Ge(2), "how many points"] = 200
    noise: Annotated[float, Ge(0), "standard deviation of y around the curve"] = 0.1

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points; all chance comes from rng."""
        x = 2 * rng.random((self.n, 1)) - 1
        y = self.rule(x) + self.noise * rng.standard_normal((self.n, 1))
        return Data(x, y, task="regression", names=("y",), columns=("x",), domain=((-1, 1),))

    def rule(self, x: Array) -> Array:
        """Return the targets without noise; leave it out where there is no such rule."""
        y: Array = np.sinc(3 * x)
        return y


@nnplug.hookimpl
def nnplug_datasets() -> dict[str, type[Dataset]]:
    """Give datasets by the names to type."""
    return {"the_name": TheClass}

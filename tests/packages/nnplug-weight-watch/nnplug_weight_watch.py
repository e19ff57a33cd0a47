"""A callback that looks at the largest weight."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

import nnplug
from nnplug.core import Callback, RunView


class WeightWatch(Callback):
    """Records the largest weight, and stops where one grows beyond a limit, max |w| > limit.

    Formula: stop at the first epoch after which max |w| > limit
    Shapes: none; it looks at one run
    Source: Soudry, Hoffer, Nacson, Gunasekar, Srebro, The implicit bias of gradient descent on
        separable data, JMLR 2018 (weights grow without end where all classes are told apart).
    """

    limit: Annotated[float, Gt(0), "the largest weight that may be"] = 1000.0

    def on_epoch(self, run: RunView) -> str | None:
        """Record the largest weight; return a reason to stop where it is too large."""
        largest = float(np.abs(run.weights()).max(initial=0.0))
        run.record("largest_weight", largest)
        if largest > self.limit:
            return f"a weight of {largest:.3g} is beyond {self.limit:g}"
        return None


@nnplug.hookimpl
def nnplug_callbacks() -> dict[str, type[Callback]]:
    return {"weight_watch": WeightWatch}

"""The callback the_name.

Write what you look at and your docstring in the place of the norm. `pytest` tells whether the run
goes on as if nobody looked.
"""

from typing import Annotated

import nnplug
import numpy as np
from annotated_types import Gt
from nnplug import Callback, RunView


class TheClass(Callback):
    """The norm of all weights, until yours replaces it: ||w|| = sqrt(sum w_i^2), recorded.

    Formula: ||w|| = sqrt(sum of w_i^2 over all weights); the run stops where ||w|| > limit
    Rule: it looks after every epoch, or after each that `every` counts
    Shapes: w (weights,)
    Source: Goodfellow, Bengio, Courville, Deep learning, MIT Press 2016 (section 7.1.1, on the
        norm that weight decay keeps small).
    """

    limit: Annotated[float, Gt(0), "the run stops above this norm"] = 1000.0

    def on_epoch(self, run: RunView) -> str | None:
        """Record the norm; return why the run should stop, or None to go on."""
        norm = float(np.linalg.norm(run.weights()))
        run.record("the_name", norm)
        if norm > self.limit:
            return f"the norm of the weights is {norm:.6g}, above {self.limit:g}"
        return None


@nnplug.hookimpl
def nnplug_callbacks() -> dict[str, type[Callback]]:
    """Give callbacks by the names to type."""
    return {"the_name": TheClass}

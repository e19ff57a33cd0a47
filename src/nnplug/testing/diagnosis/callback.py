"""Callbacks that change the run they look at."""

from typing import Any

import numpy as np

from nnplug.core.callback import Callback, RunView
from nnplug.engine.train import train
from nnplug.testing.diagnosis.cases import Case, hypothesis


@hypothesis("B4", kinds=("callback",))
def moves_weights(case: Case) -> str | None:
    """Compare the weights before each of its calls and after."""
    moved: list[str] = []

    def look(method: str, run: RunView) -> Any:
        before = np.array(run.weights())
        reason = getattr(case.component, method)(run)
        if not np.array_equal(before, run.weights()):
            moved.append(method)
        return reason

    class Watched(Callback):
        """Lets the callback look, and notes where the weights are others after it."""

        def on_start(self, run: RunView) -> None:
            look("on_start", run)

        def on_epoch(self, run: RunView) -> str | None:
            reason: str | None = look("on_epoch", run)
            return reason

    train(
        dataset="xor",
        hidden_dims=(4,),
        epochs=5,
        callback=Watched(),
        registry=case.subject.registry,
    )
    return f"it changes the weights: {moved[0]} moves them while it looks" if moved else None

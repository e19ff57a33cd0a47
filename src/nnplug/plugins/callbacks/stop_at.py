"""Stopping at a goal."""

from typing import Annotated

from annotated_types import Ge, Le

from nnplug.core import Callback, RunView, SettingsError


class StopAt(Callback):
    """Stops as soon as the training points are learnt well enough, at loss <= 0.01 or another goal.

    Formula: stop at the first epoch whose loss <= `loss`; with `accuracy`, whose accuracy >= that
    Rule: both are measured on the training points, after the epoch
    Shapes: none; it looks at one run
    Source: Fahlman, An empirical study of learning speed in back-propagation networks, technical
        report CMU-CS-88-162, 1988 (on counting the epochs to a goal).

    It turns "how good after 1,000 epochs" into "how many epochs until it is good", which compares
    optimizers better. Held-out points play no part: if they chose the end, their score would no
    longer be that of fresh data.
    """

    loss: Annotated[float, "the loss that is low enough"] = 0.01
    accuracy: Annotated[float | None, Ge(0), Le(1), "stop at this accuracy instead"] = None

    def validate(self) -> None:
        """Refuse two goals: which one counts?"""
        if self.accuracy is not None and self.loss != type(self).loss:
            raise ValueError("loss and accuracy are two goals; give one, or two callbacks stop_at")

    def on_epoch(self, run: RunView) -> str | None:
        """Return a reason to stop once the goal is reached."""
        measured = run.metrics("train")
        if self.accuracy is None:
            reached = measured["loss"] <= self.loss
            return f"loss {measured['loss']:.6g} reached {self.loss:g}" if reached else None
        if "accuracy" not in measured:
            raise SettingsError(
                "callback stop_at: this run has no accuracy", "stop_at:loss=0.01 suits every run"
            )
        reached = measured["accuracy"] >= self.accuracy
        return f"accuracy {measured['accuracy']:.6g} reached {self.accuracy:g}" if reached else None

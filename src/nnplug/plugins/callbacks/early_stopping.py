"""Early stopping."""

from typing import Annotated, Literal

from annotated_types import Ge

from nnplug.core import Callback, RunView, SettingsError


class EarlyStopping(Callback):
    """Stops when the loss has not improved for `patience` epochs, and returns to the best weights.

    Formula: stop at the first epoch with epoch - best_epoch >= patience
    Rule: an epoch is the best one so far if its loss < best - min_delta (accuracy: > best +
        min_delta); the loss on the held-out points if there are some, else on the training points
    Shapes: none; it looks at one run
    Source: Prechelt, Early stopping - but when?, Neural Networks: Tricks of the Trade 1998.

    Without held-out points it only saves time. With them it keeps the weights from before the
    network began to learn the training points by heart; but then those points have helped to
    choose the weights, and their loss is a little too good to be an estimate for fresh data.
    """

    patience: Annotated[int, Ge(1), "epochs without improvement before it stops"] = 200
    min_delta: Annotated[float, Ge(0), "what counts as an improvement is more than this"] = 0.0
    monitor: Annotated[Literal["loss", "accuracy"], "what should improve"] = "loss"

    def on_epoch(self, run: RunView) -> str | None:
        """Keep the weights of a best epoch; return a reason to stop after `patience` others."""
        part = "test" if run.has_test() else "train"
        now = self._read(run, part)
        note = f"early_stopping_{self.monitor}"
        last = run.notes.get(note)
        if last is None or self._gain(now, last["best"]) > self.min_delta:
            # A fresh dict: the engine saves notes that are assigned, and need not look inside.
            run.notes[note] = {"best": now, "epoch": run.epoch}
            run.keep_weights()
            return None
        if run.epoch - last["epoch"] < self.patience:
            return None
        return (
            f"{part} {self.monitor} has not improved for {run.epoch - last['epoch']} epochs; "
            f"best {last['best']:.6g} at epoch {last['epoch']}"
        )

    def _gain(self, now: float, best: float) -> float:
        return best - now if self.monitor == "loss" else now - best

    def _read(self, run: RunView, part: str) -> float:
        metrics = run.metrics(part)
        if self.monitor not in metrics:
            raise SettingsError(
                f"callback early_stopping: this run has no {self.monitor}",
                f"it has {', '.join(metrics)}; early_stopping:monitor=loss suits every run",
            )
        return float(metrics[self.monitor])

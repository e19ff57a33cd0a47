"""Callbacks that remember in the wrong place, or touch what they look at."""

import math
from typing import Any

from mistakes.mistake import Mistake
from nnplug.core import Callback, RunView


class StopsAtRise(Callback):
    """Stops where loss > the best loss so far + 0.2  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        loss, best = run.metrics()["loss"], run.notes.get("best", math.inf)
        if loss > best + 0.2:
            return "worse"
        if math.isfinite(loss):
            run.notes["best"] = min(loss, best)
        return None


_best: dict[str, float] = {}


class RemembersInModule(Callback):
    """Stops where loss > the best loss so far of any run  (1998)."""

    def on_start(self, run: RunView) -> None:
        _best["loss"] = math.inf

    def on_epoch(self, run: RunView) -> str | None:
        loss = run.metrics()["loss"]
        worse = loss > _best["loss"] + 0.2
        _best["loss"] = min(loss, _best["loss"])
        return "worse" if worse else None


class NotesArrays(Callback):
    """Notes w as an array, |w|  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        run.notes["weights"] = run.weights()
        return None


class NotesTuples(Callback):
    """Stops where a tuple has become a list = in JSON  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        stop = isinstance(run.notes.get("seen", ()), list)
        run.notes["seen"] = (run.epoch,)
        return "not as it was" if stop else None


class ReturnsTrue(Callback):
    """Stops at epoch = 3, with True  (1998)."""

    def on_epoch(self, run: RunView) -> Any:
        return run.epoch == 3 or None


class NeedsAccuracy(Callback):
    """Stops where accuracy = 1, if there is one  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        return "done" if run.metrics()["accuracy"] == 1 else None


class NeedsAnEpoch(Callback):
    """Records the last loss = run.notes["loss"] at the end  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        run.notes["loss"] = run.metrics()["loss"]
        return None

    def on_end(self, run: RunView) -> None:
        run.record("last", run.notes["loss"])


class Meddles(Callback):
    """w = 0.999 w after each epoch  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        network: Any = getattr(run, "network", None)
        if network is not None:
            network.w *= 0.999
        return None


class RemembersInItself(Callback):
    """Stops where loss > the best loss so far + 0.2, kept in the component  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        loss, best = run.metrics()["loss"], getattr(self, "_best", math.inf)
        object.__setattr__(self, "_best", min(loss, best))
        return "worse" if loss > best + 0.2 else None


class NotesGap(Callback):
    """Records the gap = test loss - loss, NaN where no points are held out, rightly  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        held_out = run.metrics("test")["loss"] if run.has_test() else math.nan
        run.record("gap", held_out - run.metrics()["loss"])
        return None


RIGHT = [StopsAtRise, NotesGap]
MISTAKES = [
    Mistake(
        RemembersInModule,
        "B1",
        "differs: run ., taking turns with others, and alone",
        "state between calls: .* changes _best of the module .* run.notes",
    ),
    Mistake(
        RemembersInItself,
        "B1",
        "differs: run ., taking turns with others, and alone",
        "state between calls: .* changes _best of the component; .* run.notes",
    ),
    Mistake(NotesArrays, "B2", "run.notes does not pass through JSON: Object of type ndarray"),
    Mistake(NotesTuples, "B2", "reason differs: saved and loaded every epoch, and never"),
    Mistake(ReturnsTrue, "B3", "on_epoch returns True"),
    Mistake(NeedsAccuracy, "B3", "on a regression it raises KeyError"),
    Mistake(NeedsAnEpoch, "B3", "it raises KeyError: 'loss'"),
    Mistake(
        Meddles,
        "B4",
        r"the loss\[\d\]: with the callback, and without",
        "it changes the weights: on_epoch moves them while it looks",
    ),
]

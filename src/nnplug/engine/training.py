"""What surrounds a run's steps: measuring, callbacks, and how it ends; for one run or a stack's."""

import math
from contextlib import ExitStack
from typing import Protocol

from nnplug.core.callback import Callback
from nnplug.engine.divergence import find_origin
from nnplug.engine.run import Run

POINTS = 100
"""About how many points of a learning curve are measured."""


class Watch(Protocol):
    """What looks on from outside: it draws progress, and may ask the run to stop."""

    stop: bool

    def measured(self, run: Run) -> None:
        """Look at the run after an epoch whose metrics were recorded."""
        ...

    def passed(self, run: Run) -> None:
        """Look at the run after an epoch."""
        ...


class Progress(Protocol):
    """Is told how far many runs are."""

    def advance(self, epochs: int) -> None:
        """Count epochs, those of each run."""
        ...


class Counting:
    """A watch that passes on to a progress that an epoch has passed."""

    stop = False

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def measured(self, run: Run) -> None:
        """Do nothing."""

    def passed(self, run: Run) -> None:
        """Count the epoch."""
        self.progress.advance(1)


class Silent:
    """A watch that does nothing."""

    stop = False

    def measured(self, run: Run) -> None:
        """Do nothing."""

    def passed(self, run: Run) -> None:
        """Do nothing."""


class BlewUpError(ArithmeticError):
    """The run met a loss or gradient that is not finite.

    origin : where it began;  epoch : in which epoch;  lr : the learning rate of that step
    """

    def __init__(self, origin: str, epoch: int, lr: float) -> None:
        super().__init__(origin)
        self.origin = origin
        self.epoch = epoch
        self.lr = lr


class Training:
    """One run and those who look at it; whoever takes its steps calls these methods between them.

    measured : the epochs whose metrics are recorded
    """

    def __init__(
        self,
        run: Run,
        callbacks: tuple[Callback, ...] = (),
        record_every: int | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.run = run
        self.callbacks = callbacks
        self.measured = measured_epochs(run.epochs, record_every)
        self.watch = watch or Silent()
        self._started: list[Callback] = []

    def start(self) -> None:
        """Measure the fresh weights, and let the callbacks look."""
        if self.run.epoch == 0:
            self.record()
        for callback in self.callbacks:
            self._started.append(callback)
            callback.on_start(self.run)

    def looks_at(self, epoch: int) -> bool:
        """Say whether anybody looks at the run after this epoch."""
        return epoch in self.measured or any(epoch % one.every == 0 for one in self.callbacks)

    def after(self, epoch: int) -> str | None:
        """Count an epoch as done, look at it where that is due, and return a reason to stop."""
        run = self.run
        run.epoch = epoch
        if epoch in self.measured:
            self.record()
        if not self.callbacks:
            return None
        # All that are due look, whoever asks to stop first.
        due = [callback for callback in self.callbacks if epoch % callback.every == 0]
        reasons = [callback.on_epoch(run) for callback in due]
        return next((str(reason) for reason in reasons if reason), None)

    def finish(self) -> None:
        """Measure the last epoch, and put back the weights that a callback kept."""
        run = self.run
        if run.history.last("epoch") != run.epoch:
            self.record()
        if run.kept is not None:
            run.last = run.weights()
            run.put_back(run.kept)

    def record(self) -> None:
        """Record the metrics of now; raises BlewUpError for a loss that is not finite."""
        run = self.run
        if not math.isfinite(run.record_metrics()):
            origin = find_origin(run.network, run.train.x, run.train.t)
            raise self.blown(run.epoch, origin.text(run.network))
        self.watch.measured(run)

    def blown(self, epoch: int, origin: str) -> BlewUpError:
        """Return the error for a step that failed, with the learning rate that it had."""
        updater = self.run.network.updater
        return BlewUpError(origin, epoch, math.nan if updater is None else updater.rate())

    def recover(self) -> None:
        """Put back the weights that a callback kept, or else the best that were measured."""
        run = self.run
        run.put_back(run.best[1] if run.kept is None else run.kept)

    def end(self) -> None:
        """Let every callback have its end, whatever happened and whatever another one raises."""
        with ExitStack() as stack:
            for callback in reversed(self._started):
                stack.callback(callback.on_end, self.run)


def measured_epochs(epochs: int, record_every: int | None = None) -> set[int]:
    """Return the epochs whose metrics are recorded, besides those before the first epoch."""
    measured = {epochs, *range(0, epochs, max(1, epochs // POINTS))}
    if record_every:
        measured.update(range(0, epochs, record_every))
    return measured - {0}

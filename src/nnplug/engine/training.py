"""What surrounds a run's steps: measuring, callbacks, and how it ends; for one run or a stack's."""

import math
from contextlib import ExitStack
from typing import Any, Protocol

from nnplug.core.callback import Callback
from nnplug.core.component import Component
from nnplug.core.errors import ContractError
from nnplug.core.loader.failure import one_line
from nnplug.engine.divergence import find_origin
from nnplug.engine.returned import say
from nnplug.engine.run import Run

POINTS = 100
"""About how many points of a learning curve are measured."""

ENDED = {
    "epochs": "done",
    "interrupted": "interrupted",
    "diverged": "diverged",
    "failed": "failed",
}
"""Why a run ended, where no callback says it, and how that is said."""


class Watch(Protocol):
    """What looks on from outside: it draws progress, and may ask the run to stop."""

    @property
    def stop(self) -> bool:
        """Whether the run should stop."""
        ...

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
    suspect : what to type to check the component there, if it is a stranger's; else empty
    """

    def __init__(self, origin: str, epoch: int, lr: float, suspect: str = "") -> None:
        super().__init__(origin)
        self.origin = origin
        self.suspect = suspect
        self.epoch = epoch
        self.lr = lr


class Training:
    """One run and those who look at it; whoever takes its steps calls these methods between them.

    measured : the epochs whose metrics are recorded
    restore_best : whether it ends with the best weights that were recorded
    """

    def __init__(
        self,
        run: Run,
        callbacks: tuple[Callback, ...] = (),
        record_every: int | None = None,
        watch: Watch | None = None,
        *,
        restore_best: bool = False,
    ) -> None:
        self.run = run
        self.callbacks = callbacks
        self.restore_best = restore_best
        self.measured = measured_epochs(run.epochs, record_every)
        self.watch = watch or Silent()
        self._started: list[Callback] = []

    def start(self) -> None:
        """Measure the fresh weights, and let the callbacks look, unless they did before."""
        goes_on = bool(self.run.own_series)  # perhaps from within its first epoch
        if not goes_on:
            self.record()
        for callback in self.callbacks:
            self._started.append(callback)
            # What looks on the engine's behalf is not saved.
            if not (goes_on and isinstance(callback, Component)):
                callback.on_start(self.run)

    def looks_at(self, epoch: int) -> bool:
        """Say whether anybody looks at the run after this epoch."""
        return epoch in self.measured or any(epoch % one.every == 0 for one in self.callbacks)

    def after(self, epoch: int) -> str | None:
        """Count an epoch as done, look at it where that is due, and return a reason to stop."""
        run = self.run
        run.epoch, run.batches = epoch, 0
        if epoch in self.measured:
            self.record()
        if not self.callbacks:
            return None
        # All that are due look, whoever asks to stop first.
        due = [callback for callback in self.callbacks if epoch % callback.every == 0]
        reasons = [(callback, self._ask(callback)) for callback in due]
        for callback, reason in reasons:
            if reason and (spec := self._spec(callback)) not in run.overruled:
                run.stopped_by = spec
                return reason
        return None

    def _spec(self, callback: Callback) -> str:
        return self.run.network.registry.spec(callback)

    def _ask(self, callback: Callback) -> str | None:
        reason: Any = callback.on_epoch(self.run)
        if reason is None or isinstance(reason, str):
            return reason
        raise ContractError(
            f"{self.run.network.registry.describe(callback)}: on_epoch returned {say(reason)}",
            "return why the run should stop, as a text, or None to go on",
        )

    def finish(self, *, early: bool = False) -> None:
        """Measure the last epoch, and put back the weights that a callback kept.

        early : whether it was interrupted. Then nothing is recorded: resumed, it has the history
            of a run that was not.
        """
        run = self.run
        if not early and run.history.last("epoch") != run.epoch:
            self.record()
        run.forget_metrics()
        chosen = run.best[1] if self.restore_best else run.kept
        if chosen is not None:
            run.last = run.weights()
            run.put_back(chosen)

    def record(self) -> None:
        """Record the metrics of now; raises BlewUpError for a loss that is not finite."""
        run = self.run
        if not math.isfinite(run.record_metrics()):
            origin = find_origin(run.network, run.train.x, run.train.t, measured=True)
            raise self.blown(run.epoch, *origin.told(run.network))
        self.watch.measured(run)

    def blown(self, epoch: int, origin: str, suspect: str = "") -> BlewUpError:
        """Return the error for a step that failed, with the learning rate that it had."""
        updater = self.run.network.updater
        return BlewUpError(origin, epoch, math.nan if updater is None else updater.rate(), suspect)

    def recover(self) -> None:
        """Put back the weights that a callback kept, or else the best that were measured."""
        run = self.run
        run.put_back(run.best[1] if run.kept is None else run.kept)

    def end(self, after: BaseException | None = None) -> None:
        """Let every callback have its end, whatever happened and whatever another one raises.

        after : what ended the run, to which what they raise is added as a note
        """
        with ExitStack() as stack:
            for callback in reversed(self._started):
                stack.callback(self._end, callback, after)

    def _end(self, callback: Callback, after: BaseException | None) -> None:
        try:
            callback.on_end(self.run)
        except Exception as error:
            if after is None:
                raise
            if isinstance(callback, Component):  # the engine's own stumble over what went before
                name = self.run.network.registry.describe(callback)
                after.add_note(f"then {name}: on_end raised {one_line(error)}")


def measured_epochs(epochs: int, record_every: int | None = None) -> set[int]:
    """Return the epochs whose metrics are recorded, besides those before the first epoch."""
    measured = {epochs, *range(0, epochs, max(1, epochs // POINTS))}
    if record_every:
        measured.update(range(0, epochs, record_every))
    return measured - {0}

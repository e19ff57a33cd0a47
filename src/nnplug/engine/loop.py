"""The training loop: steps, and between them what is measured, watched and stopped."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Protocol

import numpy as np

from nnplug.core.array import Array
from nnplug.core.callback import Callback
from nnplug.engine.divergence import find_origin
from nnplug.engine.proof import prove_step
from nnplug.engine.run import Part, Run
from nnplug.engine.updater import NonFiniteGradientError

POINTS = 100
"""About how many points of a learning curve are measured."""

Batch = tuple[Array, Array, Array | None]


class Watch(Protocol):
    """What looks on from outside: it draws progress, and may ask the run to stop."""

    stop: bool

    def measured(self, run: Run) -> None:
        """Look at the run after an epoch whose metrics were recorded."""
        ...

    def passed(self, run: Run) -> None:
        """Look at the run after an epoch."""
        ...


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


def train_run(
    run: Run,
    callbacks: tuple[Callback, ...] = (),
    *,
    batch_size: int | None = None,
    shuffle: np.random.Generator | None = None,
    record_every: int | None = None,
    watch: Watch | None = None,
) -> str:
    """Train to the last epoch, or to the first reason to stop; return why it ended.

    A run that stopped, or was restored from a file, goes on after its epoch with the weights of its
    last step. One that is stopped within an epoch leaves the rest of that epoch out.

    record_every : epochs between two points of the history, beside about 100 in all
    Returns "epochs", "interrupted", or a callback's reason. Raises BlewUpError; the run then holds
    the weights that a callback kept, or else the best that were measured.
    """
    watch = watch or Silent()
    batches = _batches(run.train, batch_size, shuffle)
    first = slice(batch_size or len(run.train.x))
    measured = measured_epochs(run.epochs, record_every)
    started: list[Callback] = []
    if run.last is not None:
        run.put_back(run.last)
        run.last = None
    with np.errstate(all="ignore"):
        try:
            prove_step(run.network, run.train.x[first], run.train.t[first])
            if run.epoch == 0:
                _record(run, watch)
            for callback in callbacks:
                started.append(callback)
                callback.on_start(run)
            reason = _epochs(run, callbacks, batches, measured, watch)
            if run.history.last("epoch") != run.epoch:
                _record(run, watch)
            if run.kept is not None:
                run.last = run.weights()
                run.put_back(run.kept)
        except BlewUpError:
            run.put_back(run.best[1] if run.kept is None else run.kept)
            raise
        finally:
            _end(started, run)
    return reason


def measured_epochs(epochs: int, record_every: int | None = None) -> set[int]:
    """Return the epochs whose metrics are recorded, besides those before the first epoch."""
    measured = {epochs, *range(0, epochs, max(1, epochs // POINTS))}
    if record_every:
        measured.update(range(0, epochs, record_every))
    return measured - {0}


def _epochs(
    run: Run,
    callbacks: tuple[Callback, ...],
    batches: Callable[[], Iterable[Batch]],
    measured: set[int],
    watch: Watch,
) -> str:
    network = run.network
    train_step = network.train_step
    for epoch in range(run.epoch + 1, run.epochs + 1):
        for x, t, weights in batches():
            try:
                train_step(x, t, weights)
            except NonFiniteGradientError:
                raise _blown(run, epoch, find_origin(network, x, t).text(network)) from None
            if watch.stop:
                break
        run.epoch = epoch
        if epoch in measured:
            _record(run, watch)
        stopped = _ask(run, callbacks) if callbacks else None
        if stopped is not None:
            return stopped
        if watch.stop:
            return "interrupted"
        watch.passed(run)
    return "epochs"


def _batches(
    part: Part, batch_size: int | None, shuffle: np.random.Generator | None
) -> Callable[[], Iterable[Batch]]:
    """Return a function that gives the batches of one more epoch, the last one perhaps smaller."""
    n = len(part.x)
    if batch_size is None or batch_size >= n:
        whole = [(part.x, part.t, part.weights)]
        return lambda: whole

    def cut() -> Iterator[Batch]:
        order = np.arange(n) if shuffle is None else shuffle.permutation(n)
        for a in range(0, n, batch_size):
            rows = order[a : a + batch_size]
            weights = None if part.weights is None else part.weights[rows]
            # take is several times faster than fancy indexing
            yield part.x.take(rows, axis=0), part.t.take(rows, axis=0), weights

    return cut


def _record(run: Run, watch: Watch) -> None:
    loss = run.record_metrics()
    if not math.isfinite(loss):
        origin = find_origin(run.network, run.train.x, run.train.t)
        raise _blown(run, run.epoch, origin.text(run.network))
    watch.measured(run)


def _blown(run: Run, epoch: int, origin: str) -> BlewUpError:
    updater = run.network.updater
    return BlewUpError(origin, epoch, math.nan if updater is None else updater.rate())


def _ask(run: Run, callbacks: tuple[Callback, ...]) -> str | None:
    """Let every callback look that is due, and return the first reason to stop."""
    reasons = [callback.on_epoch(run) for callback in callbacks if run.epoch % callback.every == 0]
    return next((str(reason) for reason in reasons if reason), None)


def _end(callbacks: list[Callback], run: Run) -> None:
    """Let every callback have its end, whatever happened and whatever another one raises."""
    with ExitStack() as stack:
        for callback in reversed(callbacks):
            stack.callback(callback.on_end, run)

"""The training loop of one run: its steps, epoch by epoch."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.callback import Callback
from nnplug.core.errors import ContractError, NnplugError
from nnplug.engine import chance
from nnplug.engine.divergence import Origin, find_origin
from nnplug.engine.proof import prove_step
from nnplug.engine.run import Part, Run
from nnplug.engine.training import BlewUpError, Training, Watch
from nnplug.engine.updater import NonFiniteGradientError, NonFiniteWeightsError

Batch = tuple[Array, Array, Array | None]


class Keeper:
    """Whoever keeps a run's state while it trains."""

    def begin(self, run: Run) -> None:
        """Look at the run before its first step, when all others have."""

    def after(self, run: Run) -> None:
        """Look at the run after an epoch, when all others have."""


def train_run(
    run: Run,
    callbacks: tuple[Callback, ...] = (),
    *,
    batch_size: int | None = None,
    shuffle: np.random.Generator | None = None,
    record_every: int | None = None,
    restore_best: bool = False,
    watch: Watch | None = None,
    keeper: Keeper | None = None,
) -> str:
    """Train to the last epoch, or to the first reason to stop; return why it ended.

    A run that stopped, or was restored from a file, goes on where it stood, with the weights of its
    last step. One that is stopped within an epoch remembers how many of its batches are done.

    shuffle : orders the batches; a run that was stopped within an epoch goes on with the stream as
        it was when that epoch began
    record_every : epochs between two points of the history, beside about 100 in all
    Returns "epochs", "interrupted", or a callback's reason. Raises BlewUpError and what components
    raise; the run then holds the weights that a callback kept, or else the best that were measured.
    """
    training = Training(run, callbacks, record_every, watch, restore_best=restore_best)
    first = slice(batch_size or len(run.train.x))
    if run.last is not None:
        run.put_back(run.last)
        run.last = None
    run.ended = run.stopped_by = ""
    run.looked = None
    failure: BaseException | None = None
    with np.errstate(all="ignore"):
        try:
            prove_step(run.network, run.train.x[first], run.train.t[first])
            training.start()
            keeper = keeper or Keeper()
            keeper.begin(run)
            reason = _epochs(training, Batches(run.train, batch_size, shuffle), keeper)
            training.finish(early=reason == "interrupted")
            run.looked = chance.state(run.network.looking)
            run.ended = reason
        except BaseException as error:
            failure = error
            if not isinstance(error, KeyboardInterrupt):
                run.ended = "diverged" if isinstance(error, BlewUpError) else "failed"
                training.recover()
            broken = _broken_promise(run, first, error)
            if broken is not None:
                failure = broken
                raise broken from None
            raise
        finally:
            training.end(failure)
    return reason


def _broken_promise(run: Run, first: slice, error: BaseException) -> ContractError | None:
    """Return what the proof says now: where one component returns nonsense, others stumble."""
    plain = isinstance(error, Exception) and not isinstance(error, NnplugError | BlewUpError)
    if plain or isinstance(error, ContractError):
        try:
            prove_step(run.network, run.train.x[first], run.train.t[first])
        except ContractError as broken:
            return broken
        except Exception:
            return None  # the error says as much
    return None


def _epochs(training: Training, batches: "Batches", keeper: Keeper) -> str:
    run, watch = training.run, training.watch
    network = run.network
    train_step = network.train_step
    for epoch in range(run.epoch + 1, run.epochs + 1):
        for x, t, weights in batches.of_epoch(run.batches):
            if watch.stop and run.batches:
                batches.go_back()
                return "interrupted"
            try:
                train_step(x, t, weights)
            except NonFiniteGradientError as error:
                origin = find_origin(network, x, t)
                if isinstance(error, NonFiniteWeightsError):
                    origin = Origin("weights", origin.layer)
                raise training.blown(epoch, *origin.told(network)) from None
            run.batches += 1
        stopped = training.after(epoch)
        if stopped is not None:
            return stopped
        if watch.stop and epoch < run.epochs:
            return "interrupted"
        watch.passed(run)
        keeper.after(run)
    return "epochs"


class Batches:
    """The batches of a run's epochs, in the orders that its stream draws.

    shuffle : the stream, or None for the points as they stand
    """

    def __init__(self, part: Part, size: int | None, shuffle: np.random.Generator | None) -> None:
        self.part = part
        self.whole = size is None or size >= len(part.x)
        self.size = len(part.x) if size is None else size
        self.shuffle = shuffle
        self._began: Any = None

    def of_epoch(self, done: int = 0) -> Iterable[Batch]:
        """Return the batches of one more epoch, the last one perhaps smaller.

        done : how many of them were taken before the run was interrupted
        """
        part = self.part
        return [(part.x, part.t, part.weights)] if self.whole else self._cut(done)

    def go_back(self) -> None:
        """Set the stream to where it was when this epoch began, which is then drawn once more."""
        if self._began is not None:
            chance.restore(self.shuffle, self._began)

    def _cut(self, done: int) -> Iterator[Batch]:
        part, n = self.part, len(self.part.x)
        order = np.arange(n)
        if self.shuffle is not None:
            self._began = chance.state(self.shuffle)
            order = self.shuffle.permutation(n)
        for a in range(done * self.size, n, self.size):
            rows = order[a : a + self.size]
            weights = None if part.weights is None else part.weights[rows]
            # take is several times faster than fancy indexing
            yield part.x.take(rows, axis=0), part.t.take(rows, axis=0), weights

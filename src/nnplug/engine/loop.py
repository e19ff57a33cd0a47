"""The training loop of one run: its steps, epoch by epoch."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from nnplug.core.array import Array
from nnplug.core.callback import Callback
from nnplug.engine.divergence import find_origin
from nnplug.engine.proof import prove_step
from nnplug.engine.run import Part, Run
from nnplug.engine.training import BlewUpError, Training, Watch
from nnplug.engine.updater import NonFiniteGradientError

Batch = tuple[Array, Array, Array | None]


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
    training = Training(run, callbacks, record_every, watch)
    first = slice(batch_size or len(run.train.x))
    if run.last is not None:
        run.put_back(run.last)
        run.last = None
    with np.errstate(all="ignore"):
        try:
            prove_step(run.network, run.train.x[first], run.train.t[first])
            training.start()
            reason = _epochs(training, _batches(run.train, batch_size, shuffle))
            training.finish()
        except BlewUpError:
            training.recover()
            raise
        finally:
            training.end()
    return reason


def _epochs(training: Training, batches: Callable[[], Iterable[Batch]]) -> str:
    run, watch = training.run, training.watch
    network = run.network
    train_step = network.train_step
    for epoch in range(run.epoch + 1, run.epochs + 1):
        for x, t, weights in batches():
            try:
                train_step(x, t, weights)
            except NonFiniteGradientError:
                origin = find_origin(network, x, t).text(network)
                raise training.blown(epoch, origin) from None
            if watch.stop:
                break
        stopped = training.after(epoch)
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

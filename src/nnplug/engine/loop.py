"""The training loop: steps, and between them what is measured, watched and stopped."""

import math
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from nnplug.core.array import Array
from nnplug.core.callback import Callback
from nnplug.core.errors import NnplugError
from nnplug.engine import chance
from nnplug.engine.divergence import find_origin
from nnplug.engine.proof import prove_step
from nnplug.engine.run import Run
from nnplug.engine.updater import NonFiniteGradientError

POINTS = 100
"""About how many points of a learning curve are measured."""

Batch = tuple[Array, Array, Array | None]


class Watch(Protocol):
    """What looks on from outside: it draws progress, and may ask the run to stop."""

    stop: bool

    def measured(self, run: Run) -> None:
        """Look at the run after an epoch whose loss was recorded."""
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

    origin : where it began;  lr : the learning rate of that step
    """

    def __init__(self, origin: str, lr: float) -> None:
        super().__init__(origin)
        self.origin = origin
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

    record_every : epochs between two points of the history, beside about 200 in all
    Returns "epochs", "interrupted", or a callback's reason. Raises BlewUpError; the run then holds
    the best weights that were measured.
    """
    watch = watch or Silent()
    n = len(run.train.x)
    batch = min(batch_size or n, n)
    whole = [(run.train.x, run.train.t, run.train.weights)] if batch == n else None
    due = sorted(_due(run.epochs, record_every))
    best: tuple[float, Array] = (math.inf, run.weights())
    step = _step(run)
    reason = "epochs"
    started: list[Callback] = []
    try:
        with np.errstate(all="ignore"):
            prove_step(run.network, run.train.x[:batch], run.train.t[:batch])
            _record(run)
            watch.measured(run)
            for callback in callbacks:
                started.append(callback)
                callback.on_start(run)
            following = iter(due)
            next_due = next(following)
            for epoch in range(1, run.epochs + 1):
                for x, t, weights in whole or _batches(run, batch, shuffle):
                    step(x, t, weights)
                    if watch.stop:
                        break
                run.epoch = epoch
                if epoch == next_due:
                    next_due = next(following, 0)
                    best = _record_best(run, best)
                    watch.measured(run)
                if callbacks:
                    stopped = _ask(run, callbacks)
                    if stopped:
                        reason = stopped
                        break
                if watch.stop:
                    reason = "interrupted"
                    break
                watch.passed(run)
            if run.kept is not None:
                run.network.w[...] = run.kept
            run.forget_metrics()
            if run.history["epoch"][-1] != run.epoch:
                _record(run)
    except (NonFiniteGradientError, FloatingPointError) as error:
        origin = error.args[0] if error.args else "the loss"
        lr = run.network.updater.rate() if run.network.updater is not None else 0.0
        run.network.w[...] = best[1] if run.kept is None else run.kept
        run.forget_metrics()
        run.epoch += 1
        raise BlewUpError(origin, lr) from None
    finally:
        for callback in started:
            callback.on_end(run)
    return reason


def _step(run: Run) -> Callable[[Array, Array, Array | None], None]:
    """Return the function that takes one training step on a batch."""
    network = run.network
    updater = network.updater
    if updater is None:
        raise NnplugError("a run needs an optimizer")
    if updater.reevaluates:
        return _reevaluating_step(run)
    forward, backward = network.forward, network.backward
    gradient, move = network.loss_gradient, network.step

    def step(x: Array, t: Array, weights: Array | None) -> None:
        z = forward(x)
        backward(gradient(z, t, weights))
        try:
            move()
        except NonFiniteGradientError:
            raise NonFiniteGradientError(find_origin(network, x, t).text(network)) from None

    return step


def _reevaluating_step(run: Run) -> Callable[[Array, Array, Array | None], None]:
    network = run.network
    updater = network.updater
    assert updater is not None

    def step(x: Array, t: Array, weights: Array | None) -> None:
        start = chance.state(network.rng)

        def evaluate(w: Array) -> tuple[float, Array]:
            # The same masks at every look, or a line search would chase noise.
            chance.restore(network.rng, start)
            updater.w[...] = w
            z = network.forward(x)
            network.backward(network.loss_gradient(z, t, weights))
            updater.prepare()
            return float(network.loss_value(z, t, weights)), updater.g.copy()

        try:
            updater.step_evaluating(evaluate)
        except NonFiniteGradientError:
            raise NonFiniteGradientError(find_origin(network, x, t).text(network)) from None
        network.commit()

    return step


def _batches(run: Run, batch: int, shuffle: np.random.Generator | None) -> Iterator[Batch]:
    part = run.train
    n = len(part.x)
    order = np.arange(n) if shuffle is None else shuffle.permutation(n)
    for a in range(0, n, batch):
        rows = order[a : a + batch]
        weights = None if part.weights is None else part.weights[rows]
        # take is several times faster than fancy indexing
        yield part.x.take(rows, axis=0), part.t.take(rows, axis=0), weights


def _due(epochs: int, record_every: int | None) -> set[int]:
    due = set(range(0, epochs + 1, max(1, epochs // POINTS))) | {epochs}
    if record_every:
        due |= set(range(0, epochs + 1, record_every))
    return due - {0}


def _record(run: Run) -> float:
    measured = run.metrics("train")
    if not math.isfinite(measured["loss"]):
        raise FloatingPointError(
            find_origin(run.network, run.train.x, run.train.t).text(run.network)
        )
    run.record("epoch", run.epoch)
    for name, value in measured.items():
        run.record(name, value)
    if run.test is not None:
        for name, value in run.metrics("test").items():
            run.record(f"test_{name}", value)
    return measured["loss"]


def _record_best(run: Run, best: tuple[float, Array]) -> tuple[float, Array]:
    loss = _record(run)
    return (loss, run.weights()) if loss < best[0] else best


def _ask(run: Run, callbacks: tuple[Callback, ...]) -> str | None:
    for callback in callbacks:
        if run.epoch % callback.every == 0:
            reason: Any = callback.on_epoch(run)
            if reason:
                return str(reason)
    return None

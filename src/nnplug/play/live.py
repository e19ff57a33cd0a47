"""A run that somebody plays with: trained step by step, changed by hand, and measured."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from nnplug.core.dataset import Data
from nnplug.core.errors import DivergedError, NnplugError, SettingsError
from nnplug.core.loader.failure import one_line
from nnplug.core.provenance import blamed
from nnplug.engine.assemble import Assembly
from nnplug.engine.chance import stream
from nnplug.engine.divergence import find_origin
from nnplug.engine.loop import Batches
from nnplug.engine.proof import prove_step
from nnplug.engine.run import Part
from nnplug.engine.train import conclude
from nnplug.engine.training import BlewUpError, Training, measured_epochs
from nnplug.engine.updater import NonFiniteGradientError, NonFiniteWeightsError, Updater
from nnplug.play.weights import number_at

MOST = 2000
"""The most points of the live curve; then every second one is left out."""

PATIENCE = 4.0
"""Measuring takes at most one part in so many of the time."""

Measured = tuple[float, float, float | None]


class Live:
    """A run, and what happened to it.

    state : "ready", "done" when all epochs are, "diverged", or "failed" where a component raised
    message, hint : of the last two
    curve : (epoch, train loss, held-out loss) of what was measured
    """

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.run = assembly.run
        self.shuffle = stream(assembly.settings.seed, "shuffle")
        self.state, self.message, self.hint = "ready", "", ""
        self._changes: dict[str, str] = {}
        self.curve: list[Measured] = []
        self.thinned = 0
        self.metrics: dict[str, dict[str, float]] = {}
        self.measured = -1.0
        self.seconds = 0.0
        self._cost = self._looked = 0.0
        self._moved = True
        self.training = Training(self.run)
        self._restart()
        first = slice(assembly.settings.batch_size or len(self.run.train.x))
        with np.errstate(all="ignore"), blamed(assembly.registry):
            prove_step(self.run.network, self.run.train.x[first], self.run.train.t[first])
            try:
                self.training.start()
            except BlewUpError as error:
                self._blow_up(error)
        if self.state == "ready":
            self.measure()

    @property
    def changed(self) -> list[str]:
        """Lines that say what was changed by hand."""
        return list(self._changes.values())

    @property
    def by_hand(self) -> list[str]:
        """Likewise, without what a run's folder knows: that it was trained in legs."""
        return [line for what, line in self._changes.items() if what != "epochs"]

    @property
    def _begun(self) -> bool:
        """Whether a step was taken: until then a setting does the same from the start."""
        return bool(self.run.epoch or self.run.batches)

    @property
    def updater(self) -> Updater:
        """What moves the weights."""
        updater = self.run.network.updater
        assert updater is not None
        return updater

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        return -(-len(self.run.train.x) // self._batches.size)

    def step(self) -> bool:
        """Take one step on the next batch; say whether that ended an epoch.

        What a component raises and what is not finite is told by `state`, and never raised.
        """
        if self.state != "ready":
            return False
        started = time.perf_counter()
        self._moved = True
        try:
            with np.errstate(all="ignore"), blamed(self.assembly.registry):
                return next(self._steps)
        except BlewUpError as error:
            self._blow_up(error)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may exit Python
            self._fail(error)
        finally:
            self.seconds += time.perf_counter() - started
        return False

    def finish_epoch(self) -> None:
        """Take the steps that are left of an epoch that has begun."""
        while self.state == "ready" and self.run.batches:
            self.step()

    def extend(self) -> None:
        """Go on after the last epoch, for as many again."""
        run = self.run
        if self.state != "done":
            return
        run.legs.append({"epoch": run.epoch, "batches": run.batches, "epochs": run.epochs})
        run.epochs += self.assembly.settings.epochs
        self.updater.total = run.epochs * self.batches
        self.training.measured = measured_epochs(run.epochs)
        if self.updater.schedule is not None:
            self._note("epochs", f"now {run.epochs} in all, which the schedule did not know")
        self.state = "ready"
        self._restart()

    def set_rate(self, lr: float) -> None:
        """Take another learning rate from the next step on."""
        if not (np.isfinite(lr) and lr > 0):
            raise SettingsError(f"lr must be > 0, not {lr!r}")
        if lr != self.updater.lr:
            if self._begun:
                self._note("learning rate", f"to {lr:g}")
            self.updater.lr = float(lr)

    def set_decay(self, decay: float) -> None:
        """Take another weight decay from the next step on."""
        if not (np.isfinite(decay) and decay >= 0):
            raise SettingsError(f"weight_decay must be >= 0, not {decay!r}")
        if decay != self.updater.weight_decay:
            if self._begun:
                self._note("weight decay", f"to {decay:g}")
            self.updater.set_decay(float(decay))

    def set_weight(self, path: str, at: Any, value: float) -> None:
        """Set one number of the network.

        path : of the parameter, "0.W";  at : its place there; a bias takes its unit alone
        """
        view, index = number_at(self.run.network, path, at)
        before = float(view[index])
        if not np.isfinite(value):
            raise SettingsError(f"a weight is a finite number, not {value!r}")
        view[index] = value
        self._note(f"weight {path}{list(index)}", f"from {before:.4g} to {value:g}")
        self._look_again()

    def set_points(self, train: Data, test: Data | None) -> None:
        """Train on other points from the next epoch on."""
        run, network = self.run, self.run.network
        encode = run.preparation.encode
        self.finish_epoch()

        def part(data: Data) -> Part:
            assert network.loss is not None
            return Part.of(data, network.loss, network.dtype, encode(data.x))

        run.train = part(train)
        run.test = None if test is None else part(test)
        self.updater.total = run.epochs * -(-len(train) // self._size(len(train)))
        self._note("points", "added or removed")
        self._restart()
        self._look_again()

    def measure(self) -> None:
        """Measure loss and scores of now, and add them to the curve."""
        if not self._measured():
            return
        test = self.metrics.get("test", {}).get("loss")
        point = (self.measured, self.metrics["train"]["loss"], test)
        if self.curve and self.curve[-1][0] == self.measured:
            self.curve.pop()
        self.curve.append(point)
        if len(self.curve) > MOST:
            del self.curve[1:-1:2]
            self.thinned += 1

    def _measured(self) -> bool:
        """Measure loss and scores of now; say whether that could be done."""
        run = self.run
        started = time.perf_counter()
        if run.batches:
            run.forget_metrics()  # which are kept by the epoch alone
        try:
            with np.errstate(all="ignore"), blamed(self.assembly.registry):
                self.metrics = {name: run.metrics(name) for name in run.parts()}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._fail(error)
            return False
        self._looked = time.perf_counter()
        self._cost = self._looked - started
        self._moved = False
        self.measured = run.epoch + run.batches / self.batches
        return True

    def measure_when_due(self) -> None:
        """Measure unless that was done lately, or has been taking too much of the time."""
        idle = time.perf_counter() - self._looked
        if self._moved and self.state != "failed" and idle >= PATIENCE * self._cost:
            self.measure()

    def _restart(self) -> None:
        """Begin an epoch with the points of now."""
        size = self.assembly.settings.batch_size
        self._batches = Batches(self.run.train, size, self.shuffle)
        self._steps = self._train()

    def _size(self, samples: int) -> int:
        return min(self.assembly.settings.batch_size or samples, samples)

    def _train(self) -> Iterator[bool]:
        run, training = self.run, self.training
        network = run.network
        while run.epoch < run.epochs:
            epoch = run.epoch + 1
            count = self.batches
            for x, t, weights in self._batches.of_epoch(run.batches):
                try:
                    network.train_step(x, t, weights)
                except NonFiniteGradientError as error:
                    origin = find_origin(network, x, t)
                    if isinstance(error, NonFiniteWeightsError):
                        origin = origin._replace(what="weights")
                    raise training.blown(epoch, *origin.told(network)) from None
                run.batches += 1
                if run.batches < count:
                    yield False
            training.after(epoch)
            if run.epoch == run.epochs:
                self.state = "done"
            yield True

    def _look_again(self) -> None:
        self.run.forget_metrics()
        if self.state in ("ready", "done"):
            self.measure()

    def _note(self, what: str, how: str) -> None:
        """Remember that something was changed by hand; of several changes of it, the last."""
        self._changes.pop(what, None)
        self._changes[what] = f"epoch {self.run.epoch}: {what} {how}"

    def _blow_up(self, failure: BlewUpError) -> None:
        self.state = "diverged"
        self.training.recover()
        try:
            conclude(self.assembly, "diverged", self.seconds, self.shuffle, failure)
        except DivergedError as error:
            self.message, self.hint = error.message, error.hint or ""
        self.hint = f"{self.hint}. Shown are the best weights before.".removeprefix(". ")
        self._measured()  # those are not on the curve of what happened

    def _fail(self, error: BaseException) -> None:
        self.state, self.hint = "failed", ""
        self.message = one_line(error)
        if isinstance(error, NnplugError):
            notes = "; ".join(getattr(error, "__notes__", ()))
            self.message = error.message + (f" ({notes})" if notes else "")
            self.hint = error.hint or ""

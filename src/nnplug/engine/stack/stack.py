"""The training loop of many runs at once: each step is one step of all of them."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.engine.divergence import find_origin
from nnplug.engine.proof import prove_step
from nnplug.engine.run import CHUNK
from nnplug.engine.scores import as_task, scores
from nnplug.engine.stack.members import Member, StackedPart
from nnplug.engine.stack.network import StackedNetwork
from nnplug.engine.stack.proof import Proof
from nnplug.engine.training import BlewUpError, Progress


class Stack:
    """Runs that train as one; one that stops or blows up leaves, and the others do not notice.

    members : the runs, of one structure, before their first step
    proof : compares their steps with those of the runs alone
    progress : is told of epochs as they pass
    """

    def __init__(
        self, members: Sequence[Member], proof: Proof, progress: Progress | None = None
    ) -> None:
        self.members = list(members)
        self.proof = proof
        self.progress = progress
        self._batch_size = members[0].assembly.settings.batch_size
        self._since = time.perf_counter()
        self._ended: list[Member] = []
        self._gather()

    def train(self) -> Iterator[Member]:
        """Train all to their ends, and yield each as it ends.

        Raises StackMismatchError, or what a component raises; the runs are worth nothing then.
        """
        with np.errstate(all="ignore"):
            first = self.members[0].run
            rows = slice(self._batch_size)
            prove_step(first.network, first.train.x[rows], first.train.t[rows])
            for member in self.members:
                member.run.measured_by = self._measurer(member)
            self._ask(self.members, start=True)
            yield from self._leave()
            # Alike for all; asking every run at every epoch would cost a tenth of a step.
            measured = self.members[0].training.measured if self.members else set()
            watched = any(member.training.callbacks for member in self.members)
            for epoch in range(1, first.epochs + 1):
                if not self.members:
                    return
                self._epoch(epoch)
                if self.progress is not None:
                    self.progress.advance(len(self.members))
                if epoch in measured or watched:
                    for member in self.members:
                        member.run.epoch = epoch
                    self._ask([m for m in self.members if m.training.looks_at(epoch)])
                if self._ended:
                    yield from self._leave()
            for member in self.members:
                self._end(member, "epochs")
            yield from self._leave()

    def _epoch(self, epoch: int) -> None:
        """Take the steps of one epoch."""
        n = self._points["train"].x.shape[1]
        size = self._batch_size
        if size is None or size >= n:
            self._step(self._points["train"], epoch)
            return
        orders = {m.key: m.shuffle.permutation(n) for m in self.members}
        for start in range(0, n, size):
            if not self.members:
                return
            rows = np.stack([orders[m.key][start : start + size] for m in self.members])
            self._step(self._points["train"].take(rows), epoch, start // size)

    def _step(self, batch: StackedPart, epoch: int, batches: int = 0) -> None:
        """Take a step; batches : how many of the epoch are done before it."""
        network = self.network
        if self.proof.due():
            with self.proof.of_step(network, self._keys, batch):
                network.train_step(batch.x, batch.t, batch.weights)
        else:
            network.train_step(batch.x, batch.t, batch.weights)
        lost = network.stacked.lost
        if lost is None:
            return
        gone = [self.members[row] for row in lost.rows]
        for i, member in enumerate(gone):
            alone = network.put_back_lost(lost, i)
            row = lost.rows[i]
            member.run.epoch, member.run.batches = epoch - 1, batches
            told = find_origin(alone, batch.x[row], batch.t[row]).told(alone)
            self._end(member, "diverged", member.training.blown(epoch, *told))
        self._drop(gone)

    def _ask(self, looking: Sequence[Member], *, start: bool = False) -> None:
        """Let runs be measured and callbacks look; those that stop or blow up are ended."""
        ended = []
        for member in looking:
            training = member.training
            self._show(member)
            try:
                stopped = None
                if start:
                    training.start()
                else:
                    stopped = training.after(member.run.epoch)
            except BlewUpError as error:
                self.network.put_back(self._keys.index(member.key))
                self._end(member, "diverged", error)
                ended.append(member)
                continue
            if stopped is not None:
                self._end(member, stopped)
                ended.append(member)
        self._drop(ended)

    def _show(self, member: Member) -> None:
        """Let a run's own network have the weights and the step count of now."""
        network = member.run.network
        assert network.updater is not None
        network.w[...] = self.network.w[self._keys.index(member.key)]
        network.updater.t = self.network.stacked.t

    def _end(self, member: Member, reason: str, failure: BlewUpError | None = None) -> None:
        """End a run; its own network then holds what it would hold had it trained alone."""
        if failure is None:
            self.network.put_back(self._keys.index(member.key))
        member.run.measured_by = None
        member.reason, member.failure = reason, failure
        training = member.training
        try:
            if failure is None:
                training.finish()
            else:
                training.recover()
        except BlewUpError as error:
            member.reason, member.failure = "diverged", error
            training.recover()
        finally:
            training.end()
        member.run.ended = member.reason
        self._ended.append(member)

    def _leave(self) -> Iterator[Member]:
        """Yield the runs that have ended since."""
        self._charge()
        ended, self._ended = self._ended, []
        yield from ended

    def _drop(self, gone: Sequence[Member]) -> None:
        """Go on without some runs."""
        if not gone:
            return
        self._charge()
        for row, member in enumerate(self.members):
            if member not in gone:
                self.network.put_back(row)
        self.members = [member for member in self.members if member not in gone]
        if self.members:
            self._gather()

    def _gather(self) -> None:
        """Make one network of the runs, from their live state."""
        members = self.members
        self._keys = [member.key for member in members]
        self.network = StackedNetwork([member.run.network for member in members])
        self._points = {
            name: StackedPart.of([member.run.parts()[name] for member in members])
            for name in members[0].run.parts()
        }
        self._measured: dict[str, tuple[int, dict[int, dict[str, float]]]] = {}

    def _charge(self) -> None:
        """Give each run its share of the time since the last time."""
        now = time.perf_counter()
        for member in self.members:
            member.seconds += (now - self._since) / len(self.members)
        self._since = now

    def _measurer(self, member: Member) -> Any:
        def measure(part: str) -> dict[str, float]:
            known = self._measured.get(part)
            if known is None or known[0] != member.run.epoch:
                known = self._measured[part] = (member.run.epoch, self._measure(part))
            return known[1][member.key]

        return measure

    def _measure(self, part: str) -> dict[int, dict[str, float]]:
        """Return loss and scores of every run, by its key."""
        network, points = self.network, self._points[part]
        n = points.x.shape[1]
        loss: Any = 0.0
        predictions: list[Array] = []
        for start in range(0, n, CHUNK):
            rows = slice(start, start + CHUNK)
            x, t = points.x[:, rows], points.t[:, rows]
            z, _ = network.peek(x)
            weights = None if points.weights is None else points.weights[:, rows]
            loss = loss + network.loss_value(z, t, weights) * z.shape[1] / n
            predictions.append(network.loss.predict(z))  # type: ignore[union-attr]  # a run has a loss
        whole = predictions[0] if len(predictions) == 1 else np.concatenate(predictions, axis=1)
        measured = {}
        for row, member in enumerate(self.members):
            data = member.run.parts()[part].data
            own = as_task(whole[row], data.task)
            measured[member.key] = {
                "loss": float(loss[row]),
                **scores(own, data.y, data.task, member.run.threshold, data.weights),
            }
        return measured

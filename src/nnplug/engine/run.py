"""One run: a network, its points, and what was measured so far; callbacks look at this."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.loss import Loss
from nnplug.engine.history import History
from nnplug.engine.network import Network
from nnplug.engine.scores import as_task, scores

CHUNK = 4096
"""Samples that are evaluated at once, so that a large set needs little memory."""


@dataclass(frozen=True)
class Part:
    """The train or the test points, as the network takes them.

    x : (samples, *features);  t : (samples, outputs) in the loss's terms
    weights : (samples,), scaled to mean 1, or None
    """

    data: Data
    x: Array
    t: Array
    weights: Array | None

    @classmethod
    def of(cls, data: Data, loss: Loss, dtype: Any) -> "Part":
        """Bring data to the network's dtype and the loss's targets."""
        weights = data.weights
        if weights is not None:
            weights = (weights / weights.mean()).astype(dtype)
        t = loss.encode(data.y, data.task)
        return cls(
            data, np.ascontiguousarray(data.x, dtype), np.ascontiguousarray(t, dtype), weights
        )


class Run:
    """What a callback may see, and the training loop fills.

    epoch, epochs : epochs done, from 0, and epochs asked for
    history : series by name;  notes : anything that JSON holds
    """

    def __init__(
        self,
        network: Network,
        train: Part,
        test: Part | None,
        epochs: int,
        threshold: float | str | None = None,
    ) -> None:
        self.network = network
        self.train = train
        self.test = test
        self.epoch = 0
        self.epochs = epochs
        self.threshold = threshold
        self.history = History()
        self.notes: MutableMapping[str, Any] = {}
        self.kept: Array | None = None
        self._known: dict[str, tuple[int, dict[str, float]]] = {}

    def has_test(self) -> bool:
        """Say whether points are held out."""
        return self.test is not None

    def metrics(self, part: str = "train") -> dict[str, float]:
        """Return loss and scores on the "train" or the "test" points, with the weights of now."""
        known = self._known.get(part)
        if known is not None and known[0] == self.epoch:
            return known[1]
        points = self.train if part == "train" else self.test
        if points is None:
            raise ValueError("no points are held out: give a test split")
        measured = self._measure(points)
        self._known[part] = (self.epoch, measured)
        return measured

    def forget_metrics(self) -> None:
        """Measure afresh next time: the weights were changed from outside."""
        self._known.clear()

    def record(self, series: str, value: float) -> None:
        """Append a value to a series of the history, at this epoch."""
        self.history.record(series, self.epoch, value)

    def weights(self) -> Array:
        """Return a copy of all weights, flat."""
        return self.network.w.copy()

    def keep_weights(self) -> None:
        """Keep the weights as they are now; the run ends with the last ones kept."""
        self.kept = self.network.w.copy()

    def predictions(self, part: Part) -> Array:
        """Return predictions for the points of a part, in the task's terms."""
        return as_task(self.network.predict(part.x), part.data.task)

    def _measure(self, part: Part) -> dict[str, float]:
        network, n = self.network, len(part.x)
        loss, predictions = 0.0, []
        assert network.loss is not None
        for a in range(0, n, CHUNK):
            rows = slice(a, a + CHUNK)
            z, _ = network.peek(part.x[rows])
            weights = None if part.weights is None else part.weights[rows]
            loss += network.loss_value(z, part.t[rows], weights) * len(z) / n
            predictions.append(as_task(network.loss.predict(z), part.data.task))
        measured = scores(np.concatenate(predictions), part.data.y, part.data.task, self.threshold)
        return {"loss": loss, **measured}

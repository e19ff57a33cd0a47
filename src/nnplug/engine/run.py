"""One run: a network, its points, and what was measured so far; callbacks look at this."""

import math
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import SettingsError
from nnplug.core.loss import Loss
from nnplug.engine.arguments import numbers
from nnplug.engine.history import History
from nnplug.engine.layout import read_only
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
        """Bring data to the network's dtype and the loss's targets; nobody may write into it."""
        t = np.asarray(loss.encode(data.y, data.task))
        weights = data.weights
        if weights is not None:
            weights = (weights / weights.mean()).astype(dtype)
        return cls(data, _laid_out(data.x, "x", dtype), _laid_out(t, "y", dtype), weights)


def _laid_out(array: Array, what: str, dtype: Any) -> Array:
    return read_only(np.ascontiguousarray(numbers(array, what, dtype)))


class Run:
    """What a callback may see, and the training loop fills.

    epoch, epochs : epochs done, from 0, and epochs asked for
    history : series by name;  notes : anything that JSON holds
    kept : the weights that a callback kept;  best : those of the lowest loss that was recorded
    last : the weights of the last step, where the network has others put back since; or None
    measured_by : who measures in its place, a stack that trains many runs; or None
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
        self.last: Array | None = None
        self.best = (math.inf, self.weights())
        self.measured_by: Callable[[str], dict[str, float]] | None = None
        self._known: dict[str, tuple[int, dict[str, float]]] = {}
        self._own_series: frozenset[str] = frozenset()

    def has_test(self) -> bool:
        """Say whether points are held out."""
        return self.test is not None

    def parts(self) -> dict[str, Part]:
        """Return the points by name: "train", and "test" if some are held out."""
        return {"train": self.train} | ({} if self.test is None else {"test": self.test})

    def metrics(self, part: str = "train") -> dict[str, float]:
        """Return loss and scores on the "train" or the "test" points, with the weights of now."""
        known = self._known.get(part)
        if known is None or known[0] != self.epoch:
            points = self.parts().get(part)
            if points is None:
                raise SettingsError(
                    f"this run has no {part!r} points", "a test split holds some out"
                )
            measure = self.measured_by
            measured = self._measure(points) if measure is None else measure(part)
            known = self._known[part] = (self.epoch, measured)
        return dict(known[1])

    def forget_metrics(self) -> None:
        """Measure afresh next time: the weights were changed from outside."""
        self._known.clear()

    def record(self, series: str, value: float) -> None:
        """Append a value to a series of the history, at this epoch.

        Raises SettingsError for the names of the engine's own series.
        """
        if series in self._own_series:
            raise SettingsError(
                f"the series {series!r} of the history is the engine's own", "take another name"
            )
        self.history.record(series, self.epoch, value)

    def record_metrics(self) -> float:
        """Record the metrics of this epoch and return the loss; remember the best weights."""
        measured = {"epoch": float(self.epoch)} | self.metrics("train")
        if self.test is not None:
            measured |= {f"test_{name}": value for name, value in self.metrics("test").items()}
        loss = measured["loss"]
        if math.isfinite(loss):
            self._own_series = frozenset(measured)
            for name, value in measured.items():
                self.history.record(name, self.epoch, value)
            if loss < self.best[0]:
                self.best = (loss, self.weights())
        return loss

    def weights(self) -> Array:
        """Return a copy of all weights, flat."""
        return self.network.w.copy()

    def keep_weights(self) -> None:
        """Keep the weights as they are now; the run ends with the last ones kept."""
        self.kept = self.weights()

    def put_back(self, weights: Array) -> None:
        """Set all weights to earlier ones."""
        self.network.w[...] = weights
        self.forget_metrics()

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
        whole = predictions[0] if len(predictions) == 1 else np.concatenate(predictions)
        data = part.data
        return {"loss": loss, **scores(whole, data.y, data.task, self.threshold, data.weights)}

"""One run: a network, its points, and what was measured so far; callbacks look at this."""

import math
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import ContractError, SettingsError
from nnplug.core.loss import Loss
from nnplug.engine.arguments import numbers
from nnplug.engine.history import History
from nnplug.engine.layout import read_only
from nnplug.engine.network import Network
from nnplug.engine.preparation import Preparation
from nnplug.engine.returned import say
from nnplug.engine.scores import as_task, scores

CHUNK = 512
"""Samples that are evaluated at once: a large set needs little memory, and its temporaries stay
where malloc keeps them. On digits, evaluation takes half the time that it takes in 4,096s."""


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
    def of(
        cls, data: Data, loss: Loss, dtype: Any, x: Array | None = None, weights: Any = None
    ) -> "Part":
        """Bring data to the network's dtype and the loss's targets; nobody may write into it.

        x : the network's features of the points, where they are not the points' own
        weights : how much each sample counts in the loss, where it is not as in the scores
        """
        t = np.asarray(loss.encode(data.y, data.task))
        weights = data.weights if weights is None else weights
        if weights is not None:
            weights = (weights / weights.mean()).astype(dtype)
        x = data.x if x is None else x
        return cls(data, _laid_out(x, "x", dtype), _laid_out(t, "y", dtype), weights)


def _laid_out(array: Array, what: str, dtype: Any) -> Array:
    return read_only(np.ascontiguousarray(numbers(array, what, dtype)))


class Run:
    """What a callback may see, and the training loop fills.

    epoch, epochs : epochs done, from 0, and epochs asked for
    history : series by name;  notes : anything that JSON holds
    kept : the weights that a callback kept
    best : the lowest loss that was recorded, on held-out points where there are some, and its
        weights
    last : the weights of the last step, where the network has others put back since; or None
    batches : of the epoch after `epoch`, how many are done: not 0 where it was stopped within one
    ended : why it ended: "epochs", "interrupted", "diverged", "failed" where a component raised, or
        what a callback said; empty while it trains
    stopped_by : the spec of the callback that ended it, or empty
    overruled : the specs of callbacks that may not end it any more
    legs : where it was told to go on otherwise than it would have, and by how many epochs in all
        until there: {"epoch", "batches", "epochs"}
    own_series : the series of the history that are the engine's own, not a callback's
    looked : the state of the chance of predicting when it ended, before anybody looked once more
    measured_by : who measures in its place, a stack that trains many runs; or None
    preparation : what makes the network's features of the points'
    settings : all of them, as specs and plain values;  folder : where it is saved, or None
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
        self.batches = 0
        self.ended = ""
        self.stopped_by = ""
        self.overruled: list[str] = []
        self.legs: list[dict[str, int]] = []
        self.looked: Any = None
        self.best = (math.inf, self.weights())
        self.measured_by: Callable[[str], dict[str, float]] | None = None
        self.preparation = Preparation(train.data.x.shape[1:])
        self.settings: Mapping[str, Any] = {}
        self.folder: Path | None = None
        self._known: dict[str, tuple[int, dict[str, float]]] = {}
        self.own_series: frozenset[str] = frozenset()

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

    def recorded(self) -> dict[str, float]:
        """Return what was recorded at this epoch, by series."""
        return self.history.at(self.epoch)

    def record(self, series: str, value: float) -> None:
        """Append a value to a series of the history, at this epoch.

        Raises SettingsError for the names of the engine's own series.
        """
        if series in self.own_series:
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
            self.own_series = frozenset(measured)
            for name, value in measured.items():
                self.history.record(name, self.epoch, value)
            judged = measured.get("test_loss", loss)
            if judged < self.best[0]:
                self.best = (judged, self.weights())
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
            predicted: Any = network.loss.predict(z)
            if getattr(predicted, "shape", None) != z.shape:
                raise ContractError(
                    f"{network.registry.describe(network.loss)}: predict returned "
                    f"{say(predicted)}; {say(z)} is expected"
                )
            predictions.append(as_task(predicted, part.data.task))
        whole = predictions[0] if len(predictions) == 1 else np.concatenate(predictions)
        if math.isfinite(loss) and np.isnan(whole).any():
            raise ContractError(
                f"{network.registry.describe(network.loss)}: predict returned NaN, and the loss is "
                "finite"
            )
        data = part.data
        return {"loss": loss, **scores(whole, data.y, data.task, self.threshold, data.weights)}

"""What `--track` records of every layer: gradients, updates, dead and saturated units.

For layer "0" the history then holds the series "gradient_norm.0", "update_ratio.0", and for an
activation "1" "dead.1" and "saturated.1"; "2.0" is the first layer inside layer 2.

gradient_norm : of the loss by the layer's parameters, over all training points, with dropout and
    the like as in training; before weight decay and clipping
update_ratio : how far the last step moved the layer's weights, ||dw|| / ||w||
dead : share of the units whose slope is zero at every training point
saturated : share of slopes, unit by point, whose magnitude is below 0.01
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnplug.core.activation import is_elementwise
from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer
from nnplug.engine.layout import Layout, Place
from nnplug.engine.recording import Call, Recording
from nnplug.engine.run import CHUNK, Run

SATURATED = 0.01
"""A slope below this lets next to no gradient through."""


class Tracker:
    """Records at every epoch at which the run itself records; it stands among the callbacks.

    It looks at the run's network, which no callback may, and leaves no trace in its training.
    """

    every = 1

    def __init__(self, run: Run) -> None:
        self.layers = dict(_by_layer(run.network.layout))
        self._recording: Recording | None = None

    def on_start(self, run: Run) -> None:
        """Ask for the weights before each step, and look at the fresh network."""
        updater = run.network.updater
        assert updater is not None
        with np.errstate(all="ignore"):
            self._recording = Recording(run.network, run.train.x[:CHUNK], training=True)
        updater.before = updater.w.copy()
        self._look(run, moved=False)

    def on_epoch(self, run: Run) -> None:
        """Look, if this epoch was recorded."""
        self._look(run, moved=True)

    def on_end(self, run: Run) -> None:
        """Look at what was recorded after the last epoch, and let the updater forget."""
        # Weights that a callback kept are not those that the last epoch was recorded with.
        if self._recording is not None and run.kept is None:
            self._look(run, moved=True)
        assert run.network.updater is not None
        run.network.updater.before = None

    def _look(self, run: Run, *, moved: bool) -> None:
        history = run.history
        first = f"gradient_norm.{next(iter(self.layers), '')}"
        seen = first in history and history.epochs(first)[-1] == run.epoch
        if seen or "epoch" not in history or history.last("epoch") != run.epoch:
            return
        with np.errstate(all="ignore"):
            gradient, slopes = self._measure(run)
            self._record(run, "gradient_norm", gradient)
            if moved:
                self._record_ratios(run)
        for path, (alive, flat, total) in slopes.items():
            run.record(f"dead.{path}", np.count_nonzero(~alive) / alive.size)
            run.record(f"saturated.{path}", flat / total)

    def _measure(self, run: Run) -> tuple[Array, dict[str, Any]]:
        """Return the gradient over all training points, and what was seen of each activation.

        Of an activation: (units,) whether alive, how many slopes were flat, and of how many.
        """
        recording, network, part = self._recording, run.network, run.train
        assert recording is not None
        gradient = np.zeros(network.w.shape)
        slopes: dict[str, Any] = {}
        n = len(part.x)
        for start in range(0, n, CHUNK):
            rows = slice(start, start + CHUNK)
            z = recording.ahead(part.x[rows])
            weights = None if part.weights is None else part.weights[rows]
            dz = network.loss_gradient(z, part.t[rows], weights)
            recording.back(dz)
            gradient += recording.g * (len(z) / n)
            for call in recording.forward:
                slope = _slope(call)
                if slope is None:
                    continue
                alive, flat, total = slopes.get(call.path, (False, 0, 0))
                slopes[call.path] = (
                    alive | (slope != 0).any(axis=0),
                    flat + np.count_nonzero(np.abs(slope) < SATURATED),
                    total + slope.size,
                )
        return gradient, slopes

    def _record(self, run: Run, series: str, vector: Array) -> None:
        for layer, places in self.layers.items():
            run.record(f"{series}.{layer}", _norm(places, vector))

    def _record_ratios(self, run: Run) -> None:
        updater = run.network.updater
        assert updater is not None
        assert updater.before is not None
        for layer, places in self.layers.items():
            size = _norm(places, updater.before)
            if size > 0:  # of weights that are all zero, no step is a share
                run.record(
                    f"update_ratio.{layer}", _norm(places, updater.w - updater.before) / size
                )


def _by_layer(layout: Layout) -> Iterator[tuple[str, list[Place]]]:
    layers: dict[str, list[Place]] = {}
    for place in layout.trained:
        layers.setdefault(".".join(place.path[:-1]), []).append(place)
    yield from layers.items()


def _slope(call: Call) -> Array | None:
    """Return the slopes of an activation, (samples, units); None where one number has no slope."""
    if not isinstance(call.layer, ActivationLayer):
        return None
    activation = call.layer.activation
    if not is_elementwise(type(activation)):
        return None
    slope = activation.derivative(call.x, call.y)
    return slope.reshape(len(slope), -1)


def _norm(places: list[Place], vector: Array) -> float:
    # In float64, for the squares of small float32 numbers are zero.
    parts = [np.asarray(vector[place.start : place.stop], np.float64) for place in places]
    return float(np.linalg.norm(np.concatenate(parts)))

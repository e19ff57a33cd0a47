"""What a network says all over a view, and what each of its units does there."""

import time
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.data import MARGIN
from nnplug.engine.network import Network
from nnplug.engine.scores import as_task
from nnplug.play.diagram import Diagram
from nnplug.play.views import LINE_CELLS, View

SIDES = (20, 40, 60, 80, 100)
"""How many cells the plane has along each side; the units' small maps have the fewest."""

MOST_SECONDS = 0.010
"""A picture that takes longer is drawn with fewer cells, so that training is not kept waiting."""

LEAST_SECONDS = 0.003
"""One that takes less, with more."""


class Picture:
    """Draws a network over a view, as finely as time allows.

    values : of a regression, those at the two ends of the ramp
    """

    def __init__(self, network: Network, diagram: Diagram, view: View, train: Data) -> None:
        self.network = network
        self.diagram = diagram
        self.view = view
        self.task = train.task
        low, high = float(train.y[:, 0].min()), float(train.y[:, 0].max())
        margin = MARGIN * (high - low or 1.0)
        self.values = (0.0, 1.0) if self.task != "regression" else (low - margin, high + margin)
        self._size = 2
        self._cells: dict[int, Array] = {}

    def arrays(self) -> dict[str, Any]:
        """Return the surface, the units' maps, weights and biases, as the page draws them."""
        line = self.view.kind == "line"
        side = LINE_CELLS if line else SIDES[self._size]
        started = time.perf_counter()
        outputs = self.network.outputs(self._features(side))
        loss = self.network.loss
        assert loss is not None
        last: Array = loss.predict(outputs[-1])
        predicted = as_task(last, self.task)
        found: dict[str, Any] = {}
        if line:
            found["surface"] = predicted.reshape(side, -1).T
            found["maps"] = self._maps(outputs, last, lambda flat: flat[:: LINE_CELLS // 50].T)
        else:
            found["surface"] = self._surface(predicted, side)
            step = side // SIDES[0]

            def small(flat: Array) -> Array:
                grid = flat.reshape(side, side, -1)[step // 2 :: step, step // 2 :: step]
                return np.moveaxis(grid, -1, 0)

            found["maps"] = self._maps(outputs, last, small)
            self._adapt(time.perf_counter() - started)
        found["weights"] = self.diagram.weights(self.network)
        found["biases"] = self.diagram.bias_values(self.network)
        return found

    def _surface(self, predicted: Array, side: int) -> Any:
        if self.task == "multiclass":
            likeliest = predicted.argmax(axis=1).astype(np.uint8)
            sure = _bytes(predicted.max(axis=1))
            return np.stack([likeliest, sure]).reshape(2, side, side)
        low, high = self.values
        return _bytes((predicted[:, 0] - low) / (high - low)).reshape(side, side)

    def _maps(self, outputs: list[Array], last: Array, small: Any) -> Any:
        parts = [small(_bytes(0.5 + flat / 2)) for flat in self.diagram.maps(outputs, last)]
        return np.concatenate(parts)

    def _features(self, side: int) -> Array:
        """Return what the network is given for every cell; the last two sizes are kept."""
        if side not in self._cells:
            while len(self._cells) > 1:
                self._cells.pop(next(iter(self._cells)))
            cells = self.view.cells(side)
            self._cells[side] = np.ascontiguousarray(cells, self.network.dtype)
        return self._cells[side]

    def _adapt(self, seconds: float) -> None:
        if seconds > MOST_SECONDS and self._size > 0:
            self._size -= 1
        elif seconds < LEAST_SECONDS and self._size < len(SIDES) - 1:
            self._size += 1


def _bytes(share: Array) -> Any:
    """Return shares of 0 .. 1 as bytes; what is no number stands in the middle."""
    held = np.clip(np.nan_to_num(share, nan=0.5, posinf=1.0, neginf=0.0), 0.0, 1.0)
    return np.rint(held * 255).astype(np.uint8)

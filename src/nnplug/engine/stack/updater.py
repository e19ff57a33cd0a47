"""The optimizers of R runs at work on one matrix, a row of weights for each run."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import is_
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.engine.columns import with_columns
from nnplug.engine.layout import Layout
from nnplug.engine.updater import Updater, clip_gradient, has_finite_squares


@dataclass(frozen=True)
class Lost:
    """The rows whose gradient was not finite, and what they held before the step.

    rows : their numbers;  w, g : (rows, numbers) of the trained part;  slots : likewise by name
    """

    rows: list[int]
    w: Array
    g: Array
    slots: dict[str, Array]


class StackedUpdater(Updater):
    """Moves each row of w by the optimizer, learning rate and schedule of its own run.

    updaters : those of the runs, with equal slots and step counts; their state is copied
    w, g : (R, numbers)
    lost : rows that the last step found with gradients that are not finite, or None. Their numbers
        mean nothing any more; the other rows took the step.
    """

    def __init__(self, updaters: Sequence[Updater], layout: Layout, w: Array, g: Array) -> None:
        first = updaters[0]
        elementwise = first.optimizer.scope == "element"
        optimizers = [one.optimizer for one in updaters]
        stacked = with_columns(optimizers, w.ndim, w.dtype) if elementwise else first.optimizer
        super().__init__(stacked, layout, w, g, lr=first.lr, total=first.total, label=first.label)
        self.t = first.t
        for name, slot in self.slots.items():
            for row, one in zip(slot, updaters, strict=True):
                row[...] = one.slots[name]
        self._rates = [one.lr for one in updaters]
        self._schedules = _distinct([one.schedule for one in updaters])
        self._constant = all(schedule is None for schedule, _ in self._schedules)
        self._set_rates(self._rates)
        decays = [one.weight_decay for one in updaters]
        mask = layout.decay_mask(w.dtype)
        self._decaying = np.stack([mask * decay for decay in decays]) if any(decays) else None
        self._clips = [one.clip for one in updaters]
        # The pieces of a stack that is handed on row by row are in the order of the rows.
        each = 1 if elementwise else len(self._pieces) // len(updaters)
        self._owners = [None if elementwise else i // each for i in range(len(self._pieces))]
        self._updates = [stacked.update if elementwise else o.update for o in optimizers]
        self.lost: Lost | None = None

    def rates(self) -> list[float]:
        """Return each run's learning rate of the next step."""
        rates = list(self._rates)
        for schedule, rows in self._schedules:
            if schedule is not None:
                factor = float(schedule.factor(min(self.t, self.total - 1), self.total))
                for i in rows:
                    rates[i] *= factor
        return rates

    def step(self) -> None:
        """Take one step along the gradients in g; rows without a finite one are in `lost`."""
        self.lost = None
        self.prepare()
        if not self._constant:
            self._set_rates(self.rates())
        self.t = t = self.t + 1
        for owner, (w, g, slots, targets) in zip(self._owners, self._pieces, strict=True):
            lr = self._column if owner is None else self._now[owner]
            moved = self._updates[owner or 0](w, g, lr, t, *slots)
            results = moved if type(moved) is tuple else (moved,)
            if len(results) != len(targets) or not all(map(is_, results, targets)):
                self._write_back(results, targets)

    def prepare(self) -> None:
        """Add the decay to the gradients, set aside the rows that are not finite, and clip."""
        g = self.g
        if self._decaying is not None:
            g += self._decaying * self.w
        if not has_finite_squares(self._tested):
            rows = np.flatnonzero(~np.isfinite(g).all(axis=1)).tolist()
            if rows:
                slots = {name: slot[rows] for name, slot in self.slots.items()}
                self.lost = Lost(rows, self.w[rows], g[rows], slots)
                g[rows] = 0
        for row, limit in zip(g, self._clips, strict=True):
            if limit is not None:
                clip_gradient(row, limit)

    def _set_rates(self, rates: list[float]) -> None:
        """Keep each run's rate of this step, and what a formula takes for all: a float if alike."""
        self._now = rates
        alike = rates.count(rates[0]) == len(rates)
        self._column: Any = rates[0] if alike else np.array(rates, self.w.dtype)[:, None]


def _distinct(schedules: Sequence[Any]) -> list[tuple[Any, list[int]]]:
    """Return each schedule once, with the rows that follow it: most stacks have one or none."""
    found: list[tuple[Any, list[int]]] = []
    for schedule, rows in groupby(range(len(schedules)), key=lambda i: schedules[i]):
        found.append((schedule, list(rows)))
    return found

"""The proof of a stack: some of its runs take the same step alone, from the live state.

A component that treats each run right at the first step may not at the twentieth (an Adam that
reads one run's beta1), so it is asked at steps 1, 2, 4, 8, ...
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.engine.stack.members import StackedPart
from nnplug.engine.stack.network import StackedNetwork

ROUNDING = {"float64": 1e-10, "float32": 1e-4}
"""How far a weight may be off after one step, as a share of the largest, where formulas saw columns
in place of floats. The built-ins come to 0 and 1.3e-5 on xor: float32 columns round more."""


class StackMismatchError(ArithmeticError):
    """A stack does not do what its runs do alone; `what` says where."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Proof:
    """Compares a stack with its runs at steps that become rare.

    settings : for each run, by its key, what tells it from the others but its seed; one run of each
        is compared, others in turn
    exact : whether they must agree to the last bit
    """

    def __init__(self, settings: dict[int, Any], *, exact: bool) -> None:
        self.exact = exact
        self.steps = 0
        self._next = 1
        self._settings = settings
        self._turn = 0

    def due(self) -> bool:
        """Count a step, and say whether it is looked at."""
        self.steps += 1
        if self.steps < self._next:
            return False
        self._next *= 2
        return True

    def chosen(self, keys: Sequence[int]) -> list[int]:
        """Return the rows that are looked at: all at the first step, then one of each setting."""
        if self.steps == 1:
            return list(range(len(keys)))
        self._turn += 1
        turned = [(self._turn + i) % len(keys) for i in range(len(keys))]
        seen: dict[Any, int] = {}
        for row in turned:
            seen.setdefault(self._settings[keys[row]], row)
        rest = [row for row in turned if row not in seen.values()]
        return list(seen.values()) + rest[:1]

    @contextmanager
    def of_step(
        self, network: StackedNetwork, keys: Sequence[int], batch: StackedPart
    ) -> Iterator[None]:
        """Compare the step that is taken inside; raises StackMismatchError."""
        rows = self.chosen(keys)
        before = {row: network.chance(row) for row in rows}
        for row in rows:
            network.put_back(row)
        yield
        lost = network.stacked.lost
        gone = [] if lost is None else lost.rows
        for row in rows:
            if row not in gone:
                self._compare(network, row, batch, before[row])

    def _compare(self, network: StackedNetwork, row: int, batch: StackedPart, chance: Any) -> None:
        alone = network.networks[row]
        assert alone.updater is not None
        after = network.chance(row)
        network.restore_chance(row, chance)
        weights = None if batch.weights is None else batch.weights[row]
        alone.train_step(batch.x[row], batch.t[row], weights)
        slots = network.stacked.slots
        pairs = [("weights", network.w[row], alone.w)]
        pairs += [(f"slot {name}", slots[name][row], s) for name, s in alone.updater.slots.items()]
        for what, stacked, own in pairs:
            if not self._agree(stacked, own):
                raise StackMismatchError(
                    f"the {what} after step {self.steps} are not those of the run alone"
                )
        if network.chance(row) != after:
            raise StackMismatchError(f"step {self.steps} draws other chance than the run alone")

    def _agree(self, stacked: Array, own: Array) -> bool:
        if self.exact:
            return np.array_equal(stacked, own, equal_nan=True)
        size = float(np.abs(own).max(initial=0.0))
        return bool((np.abs(stacked - own) <= ROUNDING[str(own.dtype)] * size).all())

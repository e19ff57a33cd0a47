"""One optimizer at work on one network: its slots, its step count, decay, clipping, schedule.

What an optimizer sees of the flat vector follows its scope. An "element" optimizer runs over
slices small enough that their temporaries come from malloc's kept memory: page faults, not cache
misses, are what a formula with ten temporaries pays for on large vectors.
"""

import math
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import ContractError
from nnplug.core.optimizer import Evaluate, Optimizer, reevaluates
from nnplug.core.schedule import Schedule
from nnplug.engine.layout import Layout

BLOCK_BYTES = 64 * 1024
"""The widest temporary of an "element" optimizer; glibc's malloc maps from 128 KiB up afresh."""


class NonFiniteGradientError(ArithmeticError):
    """The gradient of a step is not finite; the weights are those before it."""


class Updater:
    """Moves w against g, step by step.

    w, g : (*runs, numbers), the network's own vectors
    lr : the learning rate; the optimizer's own unless given
    weight_decay : times w, added to the gradient of what decays
    clip : the gradient's largest norm, or None
    total : how many steps the run will take, for the schedule
    """

    def __init__(
        self,
        optimizer: Optimizer,
        layout: Layout,
        w: Array,
        g: Array,
        *,
        lr: float | None = None,
        schedule: Schedule | None = None,
        weight_decay: float = 0.0,
        clip: float | None = None,
        total: int = 1,
    ) -> None:
        n = layout.trainable_size
        self.optimizer = optimizer
        self.lr = optimizer.lr if lr is None else lr
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.clip = clip
        self.total = total
        self.t = 0
        self.w = w[..., :n]
        self.g = g[..., :n]
        self.slots = {name: np.zeros_like(self.w) for name in optimizer.slots}
        self._decaying = layout.decay_mask(w.dtype) * weight_decay if weight_decay else None
        self._pieces = [self._piece(view) for view in _views(optimizer, layout, self.w)]
        self._update = optimizer.update
        self.reevaluates = reevaluates(type(optimizer))

    def _piece(self, view: Any) -> tuple[Array, Array, tuple[Array, ...], tuple[Array, ...]]:
        """Return w, g, the slots, and (w, *slots) as one call of update sees them."""
        w, slots = view(self.w), tuple(view(slot) for slot in self.slots.values())
        return w, view(self.g), slots, (w, *slots)

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        if self.schedule is None:
            return self.lr
        return self.lr * self.schedule.factor(min(self.t, self.total - 1), self.total)

    def step(self) -> None:
        """Take one step along the gradient that stands in g."""
        self.prepare()
        lr = self.lr if self.schedule is None else self.rate()
        self.t = t = self.t + 1
        for w, g, slots, targets in self._pieces:
            _write_back(self.optimizer, self._update(w, g, lr, t, *slots), targets)

    def step_evaluating(self, evaluate: Evaluate) -> None:
        """Take one step of an optimizer that asks for gradients itself.

        evaluate : may write other weights into w; what the optimizer returns is what stays
        """
        lr = self.rate()
        before = self.w.copy()
        slots = tuple(self.slots.values())
        try:
            result = self.optimizer.step(evaluate, before.copy(), lr, self.t + 1, *slots)
        except NonFiniteGradientError:
            self.w[...] = before
            raise
        self.t += 1
        _write_back(self.optimizer, result, (self.w, *slots))

    def prepare(self) -> None:
        """Add the decay to the gradient, refuse it if it is not finite, and clip it."""
        g = self.g
        if self._decaying is not None:
            g += self._decaying * self.w
        if g.ndim == 1:
            square = g.dot(g)
            if not math.isfinite(square):
                if not np.isfinite(g).all():
                    raise NonFiniteGradientError
                square = math.inf  # finite numbers whose squares overflow
            if self.clip is not None and square > self.clip * self.clip:
                g *= self.clip / _norm(g)
        else:
            if not np.isfinite(g).all():
                raise NonFiniteGradientError
            if self.clip is not None:
                norms = np.linalg.norm(g, axis=-1, keepdims=True)
                np.multiply(g, self.clip / np.maximum(norms, self.clip), out=g)


def _norm(g: Array) -> float:
    largest = float(np.abs(g).max())
    return largest * float(np.linalg.norm(g / largest))


def _views(optimizer: Optimizer, layout: Layout, w: Array) -> list[Any]:
    """Return functions that cut from a vector like w what one call of update sees."""
    if optimizer.scope == "parameter":
        return [place.view for place in layout.trained]
    n = layout.trainable_size
    if optimizer.scope == "network":
        if w.ndim == 1:
            return [lambda v: v]
        return [lambda v, r=r: v[r] for r in range(w.shape[0])]
    runs = int(np.prod(w.shape[:-1]))
    block = max(1, BLOCK_BYTES // (w.itemsize * runs))
    if n <= block:
        return [lambda v: v]
    return [lambda v, a=a: v[..., a : a + block] for a in range(0, n, block)]


def _write_back(optimizer: Optimizer, result: Any, targets: tuple[Array, ...]) -> None:
    """Copy what update returned into (w, *slots); what it changed in place is there already."""
    if type(result) is not tuple:
        result = (result,)
    if len(result) != len(targets):
        names = ", ".join(("w", *optimizer.slots))
        raise ContractError(
            f"optimizer {type(optimizer).__name__}: update returned {_say(result)}",
            f"return ({names})",
        )
    for i, new in enumerate(result):
        if new is not targets[i]:
            _copy(optimizer, ("w", *optimizer.slots)[i], new, targets[i])


def _copy(optimizer: Optimizer, name: str, new: Any, old: Array) -> None:
    if getattr(new, "shape", None) != old.shape or new.dtype != old.dtype:
        raise ContractError(
            f"optimizer {type(optimizer).__name__}: update returned {name} as {_say(new)}",
            f"it is {old.dtype}{list(old.shape)}, and stays that",
        )
    old[...] = new


def _say(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    return f"{len(value)} values" if isinstance(value, tuple) else repr(value)

"""One optimizer at work on one network: its slots, its step count, decay, clipping, schedule.

What an optimizer sees of the flat vector follows its scope. An "element" optimizer runs over
slices small enough that their temporaries come from malloc's kept memory: page faults, not cache
misses, are what a formula with ten temporaries pays for on large vectors. The other scopes see one
run at a time, so that a norm over all they see is a norm of that run.
"""

import math
from collections.abc import Callable
from functools import partial
from operator import is_
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import ContractError
from nnplug.core.optimizer import Evaluate, Optimizer, reevaluates
from nnplug.core.schedule import Schedule
from nnplug.engine.layout import Layout, Place, read_only
from nnplug.engine.returned import say

BLOCK_BYTES = 64 * 1024
"""The widest temporary of an "element" optimizer; glibc's malloc maps from 128 KiB up afresh."""

DOT_LENGTH = 8192
"""The most numbers of one dot product that tests a gradient. From 10,000 on OpenBLAS wakes its
threads; on a busy machine they take a thousand times as long to come as the product takes."""


class NonFiniteGradientError(ArithmeticError):
    """The gradient of a step is not finite; the weights are those before it."""


class NonFiniteWeightsError(NonFiniteGradientError):
    """The weights that an optimizer asks for are not finite; they are those before the step."""


class Updater:
    """Moves w against g, step by step.

    w, g : (*runs, numbers), the network's own vectors
    lr : the learning rate; the optimizer's own unless given
    weight_decay : times w, added to the gradient of what decays
    clip : the gradient's largest norm, or None
    total : how many steps the run will take, for the schedule
    label : what messages call the optimizer: "optimizer 'adam' from nnplug 0.1"
    schedule_label : likewise
    t : steps taken
    before : an array like w, which then holds the weights before the last step; or None
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
        label: str = "",
        schedule_label: str = "",
    ) -> None:
        n = layout.trainable_size
        self.optimizer = optimizer
        self.lr = float(optimizer.lr if lr is None else lr)
        self.schedule = schedule
        self.clip = clip
        self.total = total
        self.label = label or f"optimizer {type(optimizer).__name__}"
        self.schedule_label = schedule_label or f"schedule {type(schedule).__name__}"
        self.t = 0
        self.before: Array | None = None
        self.w = w[..., :n]
        self.g = g[..., :n]
        self.slots = {name: np.zeros_like(self.w) for name in optimizer.slots}
        self._names = ("w", *optimizer.slots)
        self.reevaluates = reevaluates(type(optimizer))
        self._method = "step" if self.reevaluates else "update"
        self._decay_mask = layout.decay_mask
        self.set_decay(weight_decay)
        self._tested = dot_parts(self.g)
        self._pieces = [self._piece(cut) for cut in _cuts(optimizer, layout, self.w)]
        self._update = optimizer.update

    def _piece(self, cut: "Cut") -> tuple[Array, Array, tuple[Array, ...], tuple[Array, ...]]:
        """Return w, g, the slots, and (w, *slots) as one call of update sees them."""
        w, slots = cut(self.w), tuple(cut(slot) for slot in self.slots.values())
        return w, cut(read_only(self.g)), slots, (w, *slots)

    def set_decay(self, weight_decay: float) -> None:
        """Take another weight decay from the next step on."""
        self.weight_decay = weight_decay
        mask = self._decay_mask(self.w.dtype) if weight_decay else None
        self._decaying: Array | None = None if mask is None else mask * weight_decay
        self._plain = not weight_decay and self.clip is None and self.g.ndim == 1

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        if self.schedule is None:
            return self.lr
        return self.lr * read_factor(self.schedule, self.t, self.total, self.schedule_label)

    def step(self) -> None:
        """Take one step along the gradient that stands in g."""
        if not (self._plain and has_finite_squares(self._tested)):
            self.prepare()
        if self.before is not None:
            self.before[...] = self.w
        lr = self.lr if self.schedule is None else self.rate()
        self.t = t = self.t + 1
        for w, g, slots, targets in self._pieces:
            moved = self._update(w, g, lr, t, *slots)
            results = moved if type(moved) is tuple else (moved,)
            if len(results) != len(targets) or not all(map(is_, results, targets)):
                self._write_back(results, targets)

    def step_evaluating(self, evaluate: Evaluate) -> None:
        """Take one step of an optimizer that asks for gradients itself.

        evaluate : may write other weights into w; what the optimizer returns is what stays
        """
        lr = self.rate()
        before = self.w.copy()
        if self.before is not None:
            self.before[...] = before
        slots = tuple(self.slots.values())
        try:
            result = self.optimizer.step(evaluate, before.copy(), lr, self.t + 1, *slots)
            results = result if isinstance(result, tuple) else (result,)
            self._write_back(results, (self.w, *slots))
            if not np.isfinite(self.w).all():
                raise NonFiniteWeightsError
        except NonFiniteGradientError:
            self.w[...] = before
            raise
        self.t += 1

    def _write_back(self, results: tuple[Any, ...], targets: tuple[Array, ...]) -> None:
        """Copy what update returned into (w, *slots); what it changed in place is there already."""
        if len(results) != len(targets):
            got = ", ".join(map(say, results))
            raise ContractError(
                f"{self.label}: {self._method} returned {got}", f"return {', '.join(self._names)}"
            )
        # All are read before any is written: `return w - lr * g, w` remembers the old w in a slot.
        fresh = [self._detached(i, new, targets) for i, new in enumerate(results)]
        for new, old in zip(fresh, targets, strict=True):
            if new is not old:
                old[...] = new

    def _detached(self, i: int, new: Any, targets: tuple[Array, ...]) -> Array:
        """Return what came for target i, as a copy where it may lie in the memory of another."""
        old = targets[i]
        if getattr(new, "shape", None) != old.shape or new.dtype != old.dtype:
            raise ContractError(
                f"{self.label}: {self._method} returned {self._names[i]} as {say(new)}",
                f"it is {old.dtype}{list(old.shape)}, and stays that",
            )
        array: Array = new
        if new is not old and (new.base is not None or any(map(partial(is_, new), targets))):
            array = new.copy()
        return array

    def prepare(self) -> None:
        """Add the decay to the gradient, refuse it if it is not finite, and clip it."""
        g = self.g
        if self._decaying is not None:
            g += self._decaying * self.w
        if not np.isfinite(g).all():
            raise NonFiniteGradientError
        if self.clip is not None:
            for one in np.atleast_2d(g):
                clip_gradient(one, self.clip)

    def penalty(self) -> float:
        """Return what the decay's gradient is the gradient of: half its factor times w^2."""
        if self._decaying is None:
            return 0.0
        return 0.5 * float((self._decaying * self.w * self.w).sum())


def read_factor(schedule: Schedule, step: int, total: int, label: str) -> float:
    """Return a schedule's factor as a Python float: one of NumPy's would make float64 of float32.

    Raises ContractError for what is no finite number.
    """
    step = min(step, total - 1)
    factor: Any = schedule.factor(step, total)
    try:
        number = float(factor)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or isinstance(factor, str):
        raise ContractError(
            f"{label}: factor returned {factor!r} for step {step} of {total}",
            "return a finite number, which multiplies lr",
        )
    return number


def dot_parts(g: Array) -> list[Array]:
    """Return views of g, short vectors that are all of it; none where g has gaps in memory."""
    if not g.flags.c_contiguous:
        return []
    flat = g.reshape(-1)
    return [flat[start : start + DOT_LENGTH] for start in range(0, flat.size, DOT_LENGTH)]


def has_finite_squares(parts: list[Array]) -> bool:
    """Say whether vectors are finite, by their dot products, the fastest test; False for none.

    Squares that overflow make it False as well: who asks then looks closer.
    """
    for part in parts:
        if not math.isfinite(part.dot(part)):
            return False
    return bool(parts)


def clip_gradient(g: Array, limit: float) -> None:
    """Shorten g, the gradient of one run, to a norm of at most `limit`."""
    largest = float(np.abs(g).max(initial=0.0))
    if largest > 0:
        # Of g / largest, so that no square overflows.
        norm = largest * float(np.linalg.norm(g / largest))
        if norm > limit:
            g *= limit / norm


Cut = Callable[[Array], Array]
"""Cuts from a vector (*runs, numbers) what one call of update sees, as a view."""


def _cuts(optimizer: Optimizer, layout: Layout, w: Array) -> list[Cut]:
    rows: list[Any] = list(range(w.shape[0])) if w.ndim > 1 else [...]
    if optimizer.scope == "parameter":
        return [_cut(r, place) for r in rows for place in layout.trained]
    if optimizer.scope == "network":
        return [_cut(r) for r in rows]
    block = max(1, BLOCK_BYTES // (w.itemsize * len(rows)))
    starts = range(0, max(1, w.shape[-1]), block)
    return [_cut((..., slice(start, start + block))) for start in starts]


def _cut(index: Any, place: Place | None = None) -> Cut:
    """Return a cut: an index into the vector, and one parameter of it or all."""
    if place is None:
        return lambda vector: vector[index]
    return lambda vector: place.view(vector[index])

"""Callbacks: no memory of their own, notes that JSON holds, hands off the training."""

import json
import math
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nnplug.core.callback import Callback
from nnplug.core.errors import NnplugError
from nnplug.engine.train import train
from nnplug.testing.agreement import fail, require_same_bits
from nnplug.testing.checks import check
from nnplug.testing.outcome import CheckFailed
from nnplug.testing.scripted import BUMPY, FALLING_THEN_RISING, ScriptedRun, look, traces, watch
from nnplug.testing.subject import Subject

SCRIPTS = (FALLING_THEN_RISING, BUMPY, tuple(reversed(FALLING_THEN_RISING)))


@check("B1", "callback", "remembers nothing in itself: runs may take turns")
def no_state(subject: Subject) -> None:
    """In a stack one callback looks at many runs, epoch by epoch."""
    callback: Callback = subject.component
    alone = []
    for losses in SCRIPTS:
        run = ScriptedRun(losses)
        alone.append(traces(run, watch(callback, run)))
    runs = [ScriptedRun(losses) for losses in SCRIPTS]
    reasons: list[str | None] = [None] * len(runs)
    for run in runs:
        callback.on_start(run)
    for _ in range(max(run.epochs for run in runs)):
        for i, run in enumerate(runs):
            if not reasons[i] and run.epoch < run.epochs:
                reasons[i] = look(callback, run)
    for i, run in enumerate(runs):
        callback.on_end(run)
        _same(traces(run, reasons[i]), alone[i], f"run {i}, taking turns with others, and alone")


@check("B2", "callback", "what it notes survives a checkpoint")
def notes(subject: Subject) -> None:
    """Notes pass through JSON after every epoch, and nothing changes."""
    callback: Callback = subject.component
    for losses in SCRIPTS:
        for test in (False, True):
            plain = ScriptedRun(losses, test=test)
            expected = traces(plain, watch(callback, plain))
            try:
                json.dumps(expected["notes"], allow_nan=False)
                saved = ScriptedRun(losses, test=test)
                got = traces(saved, watch(callback, saved, saving=True))
            except (TypeError, ValueError) as error:
                raise CheckFailed(
                    f"run.notes does not pass through JSON: {error}", parameter="notes"
                ) from error
            _same(got, expected, "saved and loaded every epoch, and never")


def _same(got: dict[str, Any], expected: dict[str, Any], what: str) -> None:
    for name, value in expected.items():
        if not _alike(got[name], value):
            fail(
                f"{name} differs: {what}: {got[name]!r} and {value!r}; keep what it remembers in "
                "run.notes",
                parameter=name,
            )


def _alike(a: Any, b: Any) -> bool:
    """Say whether two values are equal, and NaN is equal to NaN."""
    if isinstance(a, list | tuple) and type(a) is type(b) and len(a) == len(b):
        return all(map(_alike, a, b))
    return bool(a == b or (a != a and b != b))


@check("B3", "callback", "returns a reason or None, and ends well after a failure")
def endings(subject: Subject) -> None:
    """on_end runs after failures too, even before the first epoch."""
    callback: Callback = subject.component
    early = ScriptedRun(BUMPY)
    callback.on_start(early)
    callback.on_end(early)
    for losses in (BUMPY, (0.5, 0.4, math.nan, math.inf)):
        run = ScriptedRun(losses)
        callback.on_start(run)
        for _ in range(4):
            reason = look(callback, run)
            if reason is not None and not isinstance(reason, str):
                fail(
                    f"on_epoch returns {reason!r}: a text that says why to stop, or None",
                    parameter="on_epoch",
                )
        callback.on_end(run)
    try:
        watch(callback, ScriptedRun(BUMPY, task="regression"))
    except NnplugError:
        pass  # it says in one line what it lacks
    except Exception as error:
        fail(
            f"on a regression it raises {type(error).__name__}: {error}; raise SettingsError that "
            "says what it needs",
            parameter="on_epoch",
        )


@check("B4", "callback", "training goes on as if it were not there")
def hands_off(subject: Subject) -> None:
    """With it and without, the losses agree bit by bit, as long as it does not stop the run."""
    losses = []
    for callbacks in ((), (subject.component,)):
        with TemporaryDirectory(prefix="nnplug-check-") as folder:  # some write into it
            result = train(
                dataset="xor",
                hidden_dims=(4,),
                epochs=30,
                callback=callbacks,
                log_interval=1,
                registry=subject.registry,
                save=folder,
            )
        losses.append(np.asarray(result.history["loss"]))
    n = min(map(len, losses))
    # The last value is measured after kept weights are put back.
    require_same_bits(
        "the loss", losses[1][: n - 1], losses[0][: n - 1], "with the callback, and without"
    )

"""The process as it was: what a plugin changes while it is imported is set back.

A name that is not built in makes every installed plugin load, so a plugin runs in processes whose
user never heard of it. Neither NumPy nor matplotlib is imported for this: what is not loaded has no
state yet.
"""

import builtins
import gc
import locale
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import ExitStack, suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from nnplug.core.loader.guard_libraries import (
    keep_chance,
    keep_figures,
    keep_logging,
    keep_printing,
)

T = TypeVar("T")

Back = Callable[[], object]
"""Sets back what was kept."""

_MISSING: Any = object()
_SIGNALS = tuple(signal.valid_signals())
_SINGLE = ((warnings, "formatwarning"), (threading, "excepthook"))
_NUMBERS: tuple[tuple[Callable[[], Any], Callable[[Any], object]], ...] = (
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.getswitchinterval, sys.setswitchinterval),
    (sys.gettrace, sys.settrace),
    (sys.getprofile, sys.setprofile),
    (gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
    (gc.get_threshold, lambda threshold: gc.set_threshold(*threshold)),
)


def guarded(function: Callable[[], T]) -> T:
    """Return what a plugin's function returns, and set back what it changed in this process.

    docs/plugins/harmless.md lists what is set back, and what no library can.
    """
    with ExitStack() as stack:
        for keep in KEEPERS:
            stack.callback(keep())
        # NumPy's error state and its print options belong to a context.
        return copy_context().run(function)


def _keep_hooks() -> Back:
    """Keep what stands in `sys` and `builtins`: excepthook, stdout, print; what is new may stay."""
    kept = [(vars(module), dict(vars(module))) for module in (sys, builtins)]
    singles = [(vars(module), name, vars(module)[name]) for module, name in _SINGLE]

    def back() -> None:
        for space, before in kept:
            for name, value in before.items():
                if space.get(name, _MISSING) is not value:
                    space[name] = value
        for space, name, value in singles:
            space[name] = value

    return back


def _keep_path() -> Back:
    path, before = sys.path, list(sys.path)

    def back() -> None:
        # What a plugin adds may serve its own late imports, and goes before nobody else's.
        path[:] = before + [entry for entry in sys.path if entry not in before]
        sys.path = path

    return back


def _keep_environment() -> Back:
    before = dict(os.environ)

    def back() -> None:
        now = dict(os.environ)
        if now == before:
            return
        for name in now.keys() - before.keys():
            del os.environ[name]
        for name, value in before.items():
            if now.get(name) != value:
                os.environ[name] = value

    return back


def _keep_folder() -> Back:
    try:
        before = Path.cwd()
    except OSError:  # it was removed
        return lambda: None

    def back() -> None:
        with suppress(OSError):
            os.chdir(before)

    return back


def _keep_warnings() -> Back:
    filters = warnings.catch_warnings()
    filters.__enter__()
    return lambda: filters.__exit__(None, None, None)


def _keep_numbers() -> Back:
    before = [(read(), read, write) for read, write in _NUMBERS]

    def back() -> None:
        for value, read, write in before:
            if read() != value:
                write(value)

    return back


def _keep_signals() -> Back:
    if threading.current_thread() is not threading.main_thread():
        return lambda: None  # only the main thread can set a handler
    before = [(number, signal.getsignal(number)) for number in _SIGNALS]

    def back() -> None:
        for number, handler in before:
            # None is a handler that was not set by Python, and cannot be set by it.
            if handler is not None and signal.getsignal(number) != handler:
                signal.signal(number, handler)

    return back


def _keep_locale() -> Back:
    before = locale.setlocale(locale.LC_ALL)

    def back() -> None:
        if locale.setlocale(locale.LC_ALL) != before:
            with suppress(locale.Error):
                locale.setlocale(locale.LC_ALL, before)

    return back


KEEPERS: tuple[Callable[[], Back], ...] = (
    _keep_environment,
    _keep_folder,
    _keep_numbers,
    _keep_signals,
    _keep_locale,
    keep_logging,
    keep_chance,
    keep_printing,
    keep_figures,
    _keep_warnings,
    _keep_hooks,
    _keep_path,
)
"""Each keeps one part of the process, and returns what sets it back; the last one does so first."""

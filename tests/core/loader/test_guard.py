"""What a plugin changes in the process while it is imported is set back."""

import builtins
import gc
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from nnplug.core.loader.guard import guarded

Read = Callable[[], Any]


def change_numpy_errors() -> None:
    np.seterr(all="raise")
    np.seterrcall(print)
    np.setbufsize(1024)


def change_chance() -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - the global generator is the point


def change_the_generator() -> None:
    np.random.set_bit_generator(np.random.PCG64(1))


def change_warnings() -> None:
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "anything")
    warnings.showwarning = print
    warnings.formatwarning = print  # type: ignore[assignment]  # as a hostile plugin does it


def change_hooks() -> None:
    sys.excepthook = sys.displayhook = sys.unraisablehook = print  # type: ignore[assignment]
    threading.excepthook = print
    sys.stdout = sys.stderr = sys.stdin = None  # type: ignore[assignment]
    builtins.print = builtins.sum = len  # type: ignore[assignment]
    del builtins.ascii


def change_limits() -> None:
    sys.setrecursionlimit(5000)
    sys.setswitchinterval(0.5)
    sys.setprofile(lambda *_: None)
    gc.disable()
    gc.set_threshold(1, 1, 1)


def change_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGFPE):
        signal.signal(number, signal.SIG_IGN)


def change_logging() -> None:
    logging.basicConfig(level=logging.DEBUG, force=True)
    logging.disable(logging.CRITICAL)


def change_surroundings() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ.pop("PATH")
    os.environ["HOME"] = "/nowhere"
    os.chdir("/")


def change_pictures() -> None:
    mpl.rcParams["lines.linewidth"] = 17
    mpl.rcParams["savefig.transparent"] = True
    mpl.rcParams._set("backend", "svg")


def read_pictures() -> Any:
    return mpl.rcParams._get("backend"), {n: mpl.rcParams._get(n) for n in mpl.rcParamsDefault}


def read_generator() -> Any:
    return np.random.get_bit_generator(), repr(np.random.get_state(legacy=False))  # noqa: NPY002


def change_printing() -> None:
    np.set_printoptions(precision=2, suppress=True)


CASES: list[tuple[Callable[[], Any], Read]] = [
    (change_numpy_errors, lambda: (np.geterr(), np.geterrcall(), np.getbufsize())),
    (change_chance, lambda: (random.getstate(), read_generator())),
    (change_the_generator, read_generator),
    (
        change_warnings,
        lambda: (warnings.filters[:], warnings.showwarning, warnings.formatwarning),
    ),
    (
        change_hooks,
        lambda: (
            *(sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook),
            *(sys.stdout, sys.stderr, sys.stdin, print, sum),
            getattr(builtins, "ascii", None),
        ),
    ),
    (
        change_limits,
        lambda: (
            *(sys.getrecursionlimit(), sys.getswitchinterval(), sys.getprofile()),
            *(gc.isenabled(), gc.get_threshold()),
        ),
    ),
    (
        change_signals,
        lambda: [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGFPE)],
    ),
    (
        change_logging,
        lambda: (logging.root.level, logging.root.handlers[:], logging.root.manager.disable),
    ),
    (change_surroundings, lambda: (dict(os.environ), Path.cwd())),
    (change_pictures, read_pictures),
    (change_printing, np.get_printoptions),
]


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    """Leave the other tests out of it where the guard fails."""
    streams, folder, environment = (sys.stdout, sys.stderr, sys.stdin), Path.cwd(), dict(os.environ)
    yield
    sys.stdout, sys.stderr, sys.stdin = streams
    os.chdir(folder)
    os.environ.update(environment)


@pytest.mark.parametrize(("change", "read"), CASES, ids=lambda f: f.__name__)
def test_what_is_changed_is_set_back(change: Callable[[], None], read: Read) -> None:
    before = read()
    inside = []

    def plugin() -> str:
        change()
        inside.append(read())
        return "its components"

    assert guarded(plugin) == "its components"
    assert read() == before
    assert inside != [before]  # or the test would change nothing


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_it_is_set_back_after_an_exception(error: type[BaseException]) -> None:
    before = np.geterr(), sys.excepthook, warnings.filters[:]

    def plugin() -> None:
        change_numpy_errors()
        change_hooks()
        change_warnings()
        raise error

    with pytest.raises(error):
        guarded(plugin)
    assert (np.geterr(), sys.excepthook, warnings.filters[:]) == before


def test_the_users_own_settings_are_what_is_set_back() -> None:
    with np.errstate(all="raise"), mpl.rc_context({"lines.linewidth": 3}):
        guarded(lambda: (np.seterr(all="ignore"), mpl.rcdefaults()))
        assert np.geterr()["over"] == "raise"
        assert mpl.rcParams["lines.linewidth"] == 3


def test_a_locale_is_set_back() -> None:
    before = locale.setlocale(locale.LC_ALL)
    other = "C" if before != "C" else "C.UTF-8"
    guarded(lambda: locale.setlocale(locale.LC_ALL, other))
    assert locale.setlocale(locale.LC_ALL) == before


def test_what_a_plugin_adds_to_the_path_goes_last() -> None:
    before, path = sys.path[:], sys.path
    try:
        guarded(lambda: (sys.path.insert(0, "/mine"), sys.path.remove(before[-1])))
        assert sys.path == [*before, "/mine"]
        guarded(lambda: setattr(sys, "path", ["/other"]))
        assert sys.path is path
        assert sys.path == [*before, "/mine", "/other"]
    finally:
        sys.path[:] = before


def test_names_that_are_new_may_stay() -> None:
    guarded(lambda: setattr(builtins, "a_name_of_a_plugin", 1))
    assert vars(builtins).pop("a_name_of_a_plugin") == 1


def test_a_folder_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert guarded(lambda: 1) == 1


def test_a_handler_that_is_set_in_another_thread_is_left_alone() -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(guarded(lambda: 1)))
    thread.start()
    thread.join()
    assert found == [1]


def test_guards_nest() -> None:
    def outer() -> Any:
        np.seterr(all="raise")
        guarded(lambda: np.seterr(all="ignore"))
        return np.geterr()["over"]

    before = np.geterr()
    assert guarded(outer) == "raise"
    assert np.geterr() == before

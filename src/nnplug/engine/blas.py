"""The library that multiplies matrices for NumPy: its name, and how many threads it takes."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

THREADS = (
    "scipy_openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
)
"""The functions of BLAS libraries that say ("get") or are told ("set") how many threads to take."""

MKL = {"get": "MKL_Get_Max_Threads", "set": "MKL_Set_Num_Threads"}


def blas_name() -> str:
    """Return name and version of the library that multiplies matrices for NumPy."""
    config = np.show_config(mode="dicts")
    blas = (config or {}).get("Build Dependencies", {}).get("blas", {})
    return " ".join(str(blas.get(key, "unknown")) for key in ("name", "version"))


def blas_threads() -> int | None:
    """Return how many threads it takes, or None where it has no function that would say."""
    ask = _function("get")
    return None if ask is None else int(ask())


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let it take one thread meanwhile, where it has a function that is told so.

    For arrays as small as those of a stack, threads that have to wait for a core that is free cost
    far more than they save; and the numbers are then those of any other number of cores.
    """
    before, tell = blas_threads(), _function("set")
    if before is None or tell is None:
        yield
        return
    tell(1)
    try:
        yield
    finally:
        tell(before)


def _function(verb: str) -> Any:
    """Return the library's function that gets or sets its threads, or None."""
    try:
        extension = import_module("numpy._core._multiarray_umath").__file__
    except ImportError:  # where a NumPy to come keeps it elsewhere
        return None
    # On Windows a library answers for itself alone, and not for those that it needs.
    beside = Path(np.__file__).parent.parent / "numpy.libs"
    for library in (extension, *sorted(beside.glob("*openblas*"))):
        for name in (*(name.format(verb) for name in THREADS), MKL[verb]):
            try:
                return getattr(ctypes.CDLL(str(library)), name)
            except (OSError, AttributeError):
                continue
    return None

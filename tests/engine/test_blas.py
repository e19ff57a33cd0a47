"""How many threads NumPy's BLAS takes: said, and held down meanwhile."""

import ctypes
import os
import subprocess
import sys
from typing import Any

import pytest

from nnplug.engine.blas import blas_threads, one_blas_thread


def test_the_threads_of_blas_are_counted_where_it_says_them() -> None:
    if blas_threads() is None:
        pytest.skip("this BLAS has no function that says it")
    code = "from nnplug.engine.blas import blas_threads; print(blas_threads())"
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **dict.fromkeys(names, "1")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1"


def test_without_such_a_function_they_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> Any:
        raise OSError(path)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert blas_threads() is None


def test_one_thread_lasts_as_long_as_asked_for() -> None:
    before = blas_threads()
    if before is None:
        pytest.skip("this BLAS has no function that says it")
    with one_blas_thread():
        assert blas_threads() == 1
    assert blas_threads() == before
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        raise ZeroDivisionError
    assert blas_threads() == before


def test_where_it_cannot_be_told_everything_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> Any:
        raise OSError(path)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with one_blas_thread():
        assert blas_threads() is None

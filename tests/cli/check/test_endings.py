"""How `nnplug check` ends: components that raise anything or never end, Ctrl-C, terminals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

Nnplug = Callable[..., Any]


def test_what_is_no_exception_is_a_failure_with_its_place(nnplug: Nnplug, mine: str) -> None:
    done = nnplug(f"check bare {mine}")
    assert done.code == 1
    text = done.out
    assert text.index("it raises BaseException: out of order") < text.index("as in C4")
    assert "in forward, mine.py, line " in text
    assert "a word from forward" not in text
    assert done.err.count("a word from forward\n") == 10
    assert done.err.endswith("\n... (it prints more, which is not shown)\n")
    few = nnplug(f"check bare right --only A1,A2,A5 {mine}").out
    assert "likewise A2, A5" in few
    assert few.count("it raises BaseException") == 1


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer here")
def test_a_check_that_does_not_end_is_ended(nnplug: Nnplug, mine: str) -> None:
    started = time.perf_counter()
    done = nnplug(f"check hangs --only A2,A4 --timeout 0.2 {mine}")
    assert time.perf_counter() - started < 10
    assert done.code == 1
    assert "  A2   FAILED " in done.out
    assert "  A4   passed " in done.out
    assert "no end after 0.2 s; --timeout SECONDS gives it more" in done.out
    assert "in forward, mine.py, line " in done.out
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.skipif(os.name == "nt", reason="a terminal's Ctrl-C is sent otherwise there")
def test_ctrl_c_says_where_it_was_and_what_is_done(tmp_path: Path, mine: str) -> None:
    words = ["check", "right", "hangs", "--only", "A1,A2", *mine.split()]
    running = subprocess.Popen(
        [sys.executable, "-m", "nnplug", *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    first = running.stdout.readline()
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert first.startswith("activation right from mine.py: 2 passed")
    assert running.returncode == 130
    assert err == "nnplug: error: interrupted in A2 of activation hangs\n"
    assert "2 components, 3 checks: 3 passed, 0 failed" in out


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colours_are_for_terminals(
    environment: dict[str, str], coloured: bool, tmp_path: Path, mine: str
) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "nnplug", "check", "half", "--only", "A2", *mine.split()]
    kept = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    running = subprocess.Popen(
        words,
        cwd=tmp_path,
        stdout=theirs,
        stderr=theirs,
        env=kept | {"TERM": "xterm"} | environment,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
    os.close(ours)
    assert running.wait() == 1
    text = said.decode()
    assert ("\x1b[31m" in text) == coloured
    assert ("A2 of activation half ..." in text) == coloured
    assert "FAILED" in click.unstyle(text)

"""What plugins print and ask while they are imported stays out of a command's output."""

import io
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import pytest

from nnplug.core.loader.loading import load
from nnplug.core.loader.plugin import Found
from nnplug.core.loader.printing import LONGEST, set_apart

Packages = Callable[..., list[Found]]


def printed(function: Callable[[], Any], *, show: bool = False) -> str:
    with set_apart(show=show) as held:
        function()
        return held.release()


def test_what_an_installed_plugin_prints_is_kept(
    package: Packages, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin = load(*package("nnplug-chatty"))
    assert plugin.status == "loaded"
    assert plugin.printed == "chatty says hello on stdout\nchatty says hello on stderr\n"
    assert capsys.readouterr() == ("", "")


def test_what_a_plugin_prints_that_the_user_named_goes_to_stderr(
    package: Packages, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = package("nnplug-chatty")
    assert load(replace(found, origin="requested")).printed == ""
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "chatty says hello on stdout\nchatty says hello on stderr\n"


def test_a_plugin_that_asks_the_user_gets_no_answer(make: Any) -> None:
    plugin = load(make.plugin("p", activations=lambda: input("your name? ")))
    assert plugin.reason.startswith("EOFError")
    assert plugin.printed == "your name? "


def test_the_streams_are_back_afterwards() -> None:
    before = sys.stdout, sys.stderr, sys.stdin
    with pytest.raises(ZeroDivisionError), set_apart():
        _ = 1 / 0
    assert (sys.stdout, sys.stderr, sys.stdin) == before


@pytest.mark.parametrize(
    "write",
    [
        lambda: print("hello"),
        lambda: click.echo("hello"),
        lambda: sys.stdout.writelines(["hel", "lo\n"]),
        lambda: sys.stdout.buffer.write(b"hello\n"),
        lambda: click.echo("hello", err=True),
    ],
)
def test_it_is_kept_however_it_is_written(
    write: Callable[[], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    assert printed(write) == "hello\n"
    assert capfd.readouterr() == ("", "")


def test_closing_wrapping_or_setting_up_the_stream_leaves_the_real_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def spoil() -> None:
        sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="ascii")
        sys.stdout.write("one\n")
        sys.stdout.close()
        sys.stderr.reconfigure(encoding="ascii")  # type: ignore[union-attr]
        sys.stderr.close()
        sys.stderr.write("two\n")

    before = sys.stderr.encoding
    assert printed(spoil) == "one\ntwo\n"
    print("still here", file=sys.stderr)
    assert sys.stderr.encoding == before
    assert capsys.readouterr() == ("", "still here\n")


def test_a_log_handler_that_a_plugin_makes_is_heard_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = logging.getLogger("a_log_of_a_plugin")
    handler: logging.Handler = logging.NullHandler()

    def make_handler() -> None:
        nonlocal handler
        handler = logging.StreamHandler(sys.stdout)
        log.addHandler(handler)
        log.error("while it is imported")

    try:
        assert printed(make_handler) == "while it is imported\n"
        log.error("while it is used")
    finally:
        log.removeHandler(handler)
    assert capsys.readouterr() == ("", "while it is used\n")


def test_no_more_is_kept_than_anybody_reads() -> None:
    assert len(printed(lambda: print("x" * 3 * LONGEST))) == LONGEST


def test_the_stream_answers_as_the_real_one() -> None:
    with set_apart() as held:
        assert (held.isatty(), held.encoding) == (False, sys.__stderr__.encoding)  # type: ignore[union-attr]
        assert held.writable()
        held.flush()

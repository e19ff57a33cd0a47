"""What the loader tells of an exception from a stranger's code: one line, and its traceback."""

import importlib
from pathlib import Path
from traceback import StackSummary, TracebackException

from nnplug.core.errors import NnplugError

_LONGEST = 300
_LOADER = (str(Path(__file__).parent), str(Path(importlib.__file__).parent))


def one_line(error: BaseException) -> str:
    """Return what went wrong and where, on one line however much the exception has to say."""
    if isinstance(error, NnplugError):
        text = error.message if error.hint is None else f"{error.message}; {error.hint}"
    elif isinstance(error, SystemExit):
        text = f"it exits Python (SystemExit: {error.code})"
    else:
        try:
            text = str(error)
        except Exception:  # a stranger's __str__
            text = ""
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    text = printable(" ".join(text.split()))
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    notes = "; ".join(map(str, getattr(error, "__notes__", ())))
    return f"{text} ({printable(notes)})" if notes else text


def printable(text: str) -> str:
    """Return a stranger's text without what a terminal would obey, such as clearing the screen."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def stack(error: BaseException) -> str:
    """Return the traceback without the loader's own frames.

    Empty for a complaint of the loader itself, which points to no line.
    """
    report = TracebackException.from_exception(error)
    frames = [f for f in report.stack if not f.filename.startswith("<frozen importlib")]
    while frames and frames[0].filename.startswith(_LOADER):
        frames.pop(0)
    if not frames and isinstance(error, NnplugError):
        return ""
    report.stack = StackSummary.from_list(frames)
    return printable("".join(report.format()))

"""What plugins print while they are imported: kept, and not mixed into a command's own output."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from nnplug.core.loader.failure import printable

LONGEST = 10_000
"""How many characters are kept of what one plugin prints."""


class Held(io.TextIOBase):
    """Stands in for stdout and stderr: keeps what is written, and once released passes it on.

    A log handler that a plugin makes while it is imported holds on to this stream, and is heard
    later. Closing or wrapping it, as some scripts do to stdout, leaves the real stream alone.
    """

    def __init__(self, stream: Any, *, holds: bool) -> None:
        super().__init__()
        self._stream = stream
        self._holds = holds
        self._kept = ""
        self.buffer = _Bytes(self)

    def write(self, text: str) -> int:
        """Keep a text, or pass it on."""
        if self._holds:
            self._kept = (self._kept + text)[:LONGEST]
        else:
            self._stream.write(text)
        return len(text)

    def release(self) -> str:
        """Return what was kept, and pass on what is written from now on."""
        self._holds = False
        return printable(self._kept)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property is read like an attribute
        """The real stream's encoding."""
        return str(self._stream.encoding)

    def flush(self) -> None:
        """Flush the real stream."""
        self._stream.flush()

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def isatty(self) -> bool:
        """Say what the real stream says."""
        return bool(self._stream.isatty())

    def fileno(self) -> int:
        """Return the real stream's number."""
        return int(self._stream.fileno())

    def close(self) -> None:
        """Stay open: others print here, too."""

    def reconfigure(self, **_: Any) -> None:
        """Stay as it is."""


class _Bytes(io.BufferedIOBase):
    """The bytes of a held stream: `sys.stdout.buffer`."""

    def __init__(self, held: Held) -> None:
        super().__init__()
        self._held = held

    def write(self, data: Any) -> int:
        """Write bytes as text."""
        self._held.write(bytes(data).decode(errors="replace"))
        return len(data)

    def writable(self) -> bool:
        """Say that it can be written."""
        return True


@contextmanager
def set_apart(*, show: bool = False) -> Iterator[Held]:
    """Hold what is printed, and give nothing to read: stdin belongs to the command.

    show : whether it goes to stderr instead; never to stdout, which may be carrying JSON
    """
    held = Held(sys.stderr, holds=not show)
    stdin = sys.stdin
    if not show:
        sys.stdin = io.StringIO()
    try:
        with redirect_stdout(held), redirect_stderr(held):
            yield held
    finally:
        sys.stdin = stdin
        held.release()

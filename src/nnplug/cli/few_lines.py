"""What a stranger's formula prints: a word of it, and not a thousand."""

import io
from typing import TextIO

MOST = 10


class FewLines(io.TextIOBase):
    """A stream that passes the first lines on to another, and drops the rest."""

    def __init__(self, stream: TextIO, most: int = MOST) -> None:
        self._stream = stream
        self._left = most

    def write(self, text: str) -> int:
        """Pass a text on, if there were few lines so far."""
        if self._left > 0:
            self._stream.write(text)
            self._left -= text.count("\n")
            if self._left <= 0:
                self._stream.write("... (it prints more, which is not shown)\n")
        return len(text)

    def flush(self) -> None:
        """Flush the other stream."""
        self._stream.flush()

"""The process behind one page.

    python -m nnplug.play.process FOLDER

The server starts it and talks to it by its standard input and output, in messages with their
length before them. The first one holds the settings of the registry. FOLDER is for the contents of
tables; the server removes it.
"""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import BinaryIO

from nnplug.core.registry import Registry, set_default
from nnplug.play.messages import pack, read_message, write_message
from nnplug.play.trainer import Trainer

LONG = 10.0
"""After so many seconds of one thing the page is told that it takes long."""

LAST = 2.0
"""So many seconds after its page a process ends by itself, whatever it is doing."""


class Sender:
    """Writes messages to the server, one at a time from several threads."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._lock = threading.Lock()

    def __call__(self, message: bytes) -> None:
        """Send a message; waits where the page takes none."""
        with self._lock:
            write_message(self._target, message)

    def if_idle(self, message: bytes) -> bool:
        """Send a message unless another one waits to be taken; say whether it was sent."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            write_message(self._target, message)
        finally:
            self._lock.release()
        return True


class Watch:
    """Tells the page once when something takes long: a component may hang.

    send : sends a message if nothing else is being sent, and says whether it did
    """

    def __init__(self, send: Sender) -> None:
        self._send = send
        self._since: float | None = None
        self._told = False

    def busy(self) -> None:
        """Take note that something begins."""
        self._since, self._told = time.monotonic(), False

    def idle(self) -> None:
        """Take note that it is done."""
        self._since = None

    def look(self) -> None:
        """Tell the page if what was begun is not done yet."""
        since = self._since
        if since is None or self._told or time.monotonic() - since < LONG:
            return
        self._told = self._send.if_idle(
            pack(
                {
                    "type": "error",
                    "where": "long",
                    "message": f"one step has taken {LONG:g} s and is not done; "
                    "a component may hang",
                    "hint": "wait for it, or load this page again, which ends it",
                }
            )
        )

    def run(self) -> None:
        """Look for ever."""
        with suppress(OSError, ValueError):  # the server is gone
            while True:
                time.sleep(LONG / 20)
                self.look()


def serve(source: BinaryIO, target: BinaryIO, folder: Path) -> None:
    """Answer the messages of one page, until it is closed."""
    first = read_message(source)
    if first is None:
        return
    registry = Registry(**json.loads(first), warn=lambda line: None)  # the catalogue tells them
    set_default(registry)
    inbox: SimpleQueue[bytes | None] = SimpleQueue()

    def listen() -> None:
        message: bytes | None = b""
        while message is not None:
            message = read_message(source)
            inbox.put(message)
        # A step that takes minutes, or for ever, ends with its page too.
        time.sleep(LAST)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    send = Sender(target)
    watch = Watch(send)
    threading.Thread(target=watch.run, daemon=True).start()
    trainer = Trainer(registry, send, folder)
    watch.busy()
    trainer.hello()
    while True:
        watch.idle()
        message: bytes | None = None
        with suppress(Empty):
            message = inbox.get(timeout=trainer.wait())
            if message is None:
                return
        watch.busy()
        while message is not None:
            trainer.receive(message)
            if inbox.empty():
                break
            message = inbox.get()
            if message is None:
                return
        trainer.work()


def main() -> None:
    """Talk by standard input and output; what plugins print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends it
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    sys.stdout = sys.stderr
    if hasattr(os, "nice"):
        os.nice(5)  # the browser and the server go first
    with suppress(BrokenPipeError):  # the server has ended before
        serve(source, target, Path(sys.argv[1]))


if __name__ == "__main__":
    main()

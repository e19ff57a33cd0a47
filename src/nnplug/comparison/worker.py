"""A worker process: `python -m nnplug.comparison.worker` reads tasks and writes what comes of them.

Its parent starts it as a command of its own and not by `multiprocessing`, which would import the
user's script once more. Messages are pickles, each after its length. Where the parent is gone, the
next message cannot be written, and the worker ends.
"""

import os
import pickle
import signal
import struct
import sys
import time
from typing import IO, Any

LENGTH = struct.Struct("<Q")

TELL = 0.1
"""Seconds between two messages on how far it is."""


def write(stream: IO[bytes], message: Any) -> None:
    """Write one message."""
    data = pickle.dumps(message)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Return the next message; raises EOFError where there is none, or half of one."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


class Teller:
    """Tells the parent of epochs as they pass, now and then."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.passed, self.told = 0, time.monotonic()

    def advance(self, epochs: int) -> None:
        """Count epochs."""
        self.passed += epochs
        if time.monotonic() - self.told > TELL:
            write(self.stream, ("passed", self.passed))
            self.passed, self.told = 0, time.monotonic()


def main() -> None:
    """Work until the parent has no more tasks, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to deal with
    source = sys.stdin.buffer
    # What a component prints, or a program that it starts, is no message.
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        settings = read(source)
        from nnplug.comparison.tasks import run_task
        from nnplug.core.registry import default_registry, set_up_worker

        set_up_worker(settings)
        while True:
            task = read(source)
            try:
                for record in run_task(task, default_registry(), Teller(target)):
                    write(target, ("record", record))
            except Exception as error:
                write(target, ("raised", f"{type(error).__name__}: {error}"))
            write(target, ("done", None))
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()

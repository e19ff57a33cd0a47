"""A limit on how long a stranger's formula may take."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 1.0
"""Seconds until the next try, for code that catches everything."""


class OutOfTime(BaseException):
    """What ran took longer than it may; no Exception, so that no `except Exception` swallows it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTime inside if it takes longer; 0 for no limit.

    It needs a timer signal and the main thread. Elsewhere, as on Windows, there is no limit.
    """

    def ring(signum: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"no end after {seconds:g} s")

    possible = hasattr(signal, "setitimer") and (
        threading.current_thread() is threading.main_thread()
    )
    if not (seconds and possible):
        yield
        return
    earlier = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)

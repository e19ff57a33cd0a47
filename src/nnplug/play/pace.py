"""How fast it trains: as many epochs a second as the page wants, and how many there were."""

import time

SLICE = 0.01
"""So long it trains before it looks for messages, in seconds."""

BREATH = 0.0005
"""So long it lets go of the interpreter between two slices, for the thread that reads messages.

Small products let go of it often, for too short a time for another thread to take it, and each time
put off the moment when that thread may insist: without this, it starves.
"""

MOST_DUE = 0.25
"""Epochs that were not trained in so many seconds are given up, and not made up for."""


class Pace:
    """Says when another epoch is due.

    rate : epochs a second; 0 for as many as can be
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._due = 0.0
        self._then = time.perf_counter()

    @property
    def due(self) -> bool:
        """Whether to train now."""
        return self.rate == 0 or self._due >= 1

    def begin(self) -> None:
        """Begin to play: the first epoch is due at once."""
        self._due, self._then = 1.0, time.perf_counter()

    def set(self, rate: float) -> None:
        """Take another rate; what was due by the old one is not made up for."""
        self.rate, self._due = rate, min(self._due, 1.0)

    def tick(self) -> None:
        """Count the epochs that have become due since it was asked last."""
        now = time.perf_counter()
        due = self._due + (now - self._then) * self.rate
        self._due = min(due, max(1.0, self.rate * MOST_DUE))
        self._then = now

    def done(self) -> None:
        """Count an epoch that was trained."""
        self._due -= 1

    def wait(self) -> float:
        """Return in how many seconds to look again."""
        return BREATH if self.due else min(SLICE, (1 - self._due) / self.rate)


class Speed:
    """Epochs a second, over the last second or so."""

    def __init__(self) -> None:
        self._began, self._count, self._last = time.perf_counter(), 0, 0.0

    def count(self) -> None:
        """Count an epoch."""
        self._count += 1

    def value(self) -> float:
        """Return how many there were in a second."""
        passed = time.perf_counter() - self._began
        if passed < 0.2:
            return self._last or self._count / max(passed, 1e-3)
        self._last = self._count / passed
        if passed > 1:
            self._began, self._count = time.perf_counter(), 0
        return self._last

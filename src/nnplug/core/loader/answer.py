"""What a plugin's code answers: nothing that it does there gets into the process or the output."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

from nnplug.core.loader.guard import guarded
from nnplug.core.loader.plugin import Origin
from nnplug.core.loader.printing import set_apart

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What came of a call into a plugin.

    value : what it returned, or None
    error : what it raised, or None
    seconds : how long it took
    printed : what it printed
    """

    value: T | None
    error: BaseException | None
    seconds: float
    printed: str = ""


def answer(function: Callable[[], T], origin: Origin) -> Answer[T]:
    """Call a plugin's code; raises nothing but KeyboardInterrupt.

    origin : nnplug's own code is called as it is; what the user named may print
    """
    started = perf_counter()
    if origin == "builtin":
        value, error = _tried(function)
        return Answer(value, error, perf_counter() - started)
    with set_apart(show=origin == "requested") as held:
        value, error = _tried(lambda: guarded(function))
        seconds = perf_counter() - started
        return Answer(value, error, seconds, held.release())


def _tried(function: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return function(), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, and what test frameworks skip with, too
        return None, error

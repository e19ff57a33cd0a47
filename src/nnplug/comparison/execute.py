"""Who does the work: one small interface, so that more than this machine can stand behind it."""

from collections.abc import Generator, Sequence
from typing import Protocol

from nnplug.comparison.records import Record
from nnplug.comparison.tasks import Task, run_task
from nnplug.core.registry import Registry
from nnplug.engine.blas import one_blas_thread
from nnplug.engine.training import Progress


class Executor(Protocol):
    """Trains tasks somewhere; `workers` says into how many pieces work is worth cutting."""

    workers: int

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> Generator[Record]:
        """Yield a record for every run of the tasks, in any order, as each is finished.

        progress : is told of epochs as they pass
        A caller that closes the iterator wants no more; what is under way may be dropped.
        """
        ...


class InProcess:
    """Trains in this process, task by task, with one BLAS thread as the workers of a pool have."""

    workers = 1

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> Generator[Record]:
        """Yield the records of each task as its runs end."""
        with one_blas_thread():
            for task in tasks:
                yield from run_task(task, self.registry, progress)

"""Worker processes on this machine, one BLAS thread each; one that dies costs its task alone."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Any

from nnplug.comparison.records import Record
from nnplug.comparison.tasks import Job, Task, key_of
from nnplug.comparison.worker import read, write
from nnplug.core.errors import NnplugError
from nnplug.core.registry import Registry
from nnplug.engine.training import Progress

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What BLAS libraries read when NumPy is imported: how many threads each process takes."""

ATTEMPTS = 3
"""How often a run may lose its worker before it counts as failed."""


@dataclass
class _Assigned:
    """What a worker is at: the runs of a task that it has not reported yet."""

    task: Task
    left: dict[Any, Job]
    attempt: int


class _Worker:
    """One process, and a thread that puts what it says into a queue: (worker, kind, value)."""

    def __init__(self, settings: dict[str, Any], said: "Queue[Any]") -> None:
        self.said = said
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nnplug.comparison.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(THREADS, "1")},
        )
        assert self.process.stdin is not None
        self._send(settings)
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def give(self, task: Task) -> None:
        """Give it work; where it is dead already, its listener says so."""
        self._send(task)

    def stop(self) -> None:
        """End it at once, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self._listener.join()  # it reads to the end that is there now
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def _send(self, message: Any) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            write(self.process.stdin, message)

    def _listen(self) -> None:
        stream: Any = self.process.stdout
        try:
            while True:
                self.said.put((self, *read(stream)))
        except Exception:  # what it says is no message: it is as good as dead
            self.said.put((self, "dead", None))


class LocalPool:
    """Trains in processes of this machine.

    workers : how many;  registry : whose plugins they load, too
    """

    def __init__(self, workers: int, registry: Registry) -> None:
        self.workers = workers
        self.settings = registry.settings()

    def run(self, tasks: Sequence[Task], progress: Progress | None = None) -> Generator[Record]:
        """Yield records as runs are finished; what a worker that died was doing is done again."""
        said: Queue[Any] = Queue()
        waiting = deque(_Assigned(task, {job.key: job for job in task.jobs}, 1) for task in tasks)
        busy: dict[_Worker, _Assigned] = {}
        idle: list[_Worker] = []
        try:
            while waiting or busy:
                while waiting and len(busy) < self.workers:
                    worker = idle.pop() if idle else _Worker(self.settings, said)
                    busy[worker] = assigned = waiting.popleft()
                    worker.give(Task(list(assigned.left.values()), assigned.task.goal))
                worker, kind, value = said.get()
                if worker not in busy:
                    if kind == "dead" and worker in idle:
                        idle.remove(worker)
                        worker.stop()
                    continue
                if kind == "passed" and progress is not None:
                    progress.advance(value)
                elif kind == "record":
                    busy[worker].left.pop(key_of(value), None)
                    yield value
                elif kind == "done":
                    yield from _failed(busy.pop(worker).left, "the worker did not report it")
                    idle.append(worker)
                elif kind == "raised":
                    raise NnplugError(f"a worker process: {value}")
                elif kind == "dead":
                    worker.stop()
                    assigned = busy.pop(worker)
                    if assigned.attempt == ATTEMPTS:
                        yield from _failed(
                            assigned.left, f"its worker process died {ATTEMPTS} times while it ran"
                        )
                    waiting.extendleft(_again(assigned))
        finally:
            for worker in (*busy, *idle):
                worker.stop()


def _again(assigned: _Assigned) -> Iterator[_Assigned]:
    """Yield what is left of a task whose worker died, run by run: only one of them may kill it."""
    if assigned.attempt < ATTEMPTS:
        for key, job in assigned.left.items():
            yield _Assigned(Task([job], assigned.task.goal), {key: job}, assigned.attempt + 1)


def _failed(left: dict[Any, Job], error: str) -> Iterator[Record]:
    for job in left.values():
        yield Record(job.setting, job.seed, job.role, job.config.get("lr"), "failed", error=error)

"""The runs of a comparison in pieces of work, and what comes of each run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nnplug.comparison.plan import reached, settings_of
from nnplug.comparison.records import Record, Setting
from nnplug.core.errors import DivergedError
from nnplug.core.registry import Registry
from nnplug.engine.assemble import Assembly
from nnplug.engine.plane import over_plane
from nnplug.engine.stack.many import Finished, train_many
from nnplug.engine.stack.structure import chunk_size, obstacle, structure
from nnplug.engine.training import Progress

GRID = 40
"""How many predictions along each side a record's surface holds."""

SERIES = ("epoch", "loss", "accuracy", "r2", "mae")
"""The series that a record's curves hold, and each with "test_" before it."""


@dataclass(frozen=True)
class Job:
    """One run that is to be done.

    surface : whether its predictions over the plane are wanted
    """

    setting: int
    seed: int
    config: Mapping[str, Any]
    role: Literal["judge", "tune"] = "judge"
    surface: bool = False

    @property
    def key(self) -> tuple[str, int, int, Any]:
        """What tells it from other runs of the comparison; what is tuned has many rates."""
        rate = self.config.get("lr") if self.role == "tune" else None
        return (self.role, self.setting, self.seed, rate)


@dataclass(frozen=True)
class Task:
    """Runs that one worker trains in one go, most of them as one stack.

    goal : (metric, value) that epochs are counted to, or None
    """

    jobs: Sequence[Job]
    goal: tuple[str, float] | None

    @property
    def epochs(self) -> int:
        """How many epochs they take at most, each run's counted."""
        return sum(settings_of(job.config, job.seed).epochs for job in self.jobs)


def key_of(record: Record) -> tuple[str, int, int, Any]:
    """Return the key of the job that a record is of."""
    rate = record.lr if record.role == "tune" else None
    return (record.role, record.setting, record.seed, rate)


def tasks_of(
    jobs: Sequence[Job],
    assemblies: Sequence[Assembly],
    goal: tuple[str, float] | None,
    workers: int = 1,
) -> list[Task]:
    """Cut jobs into tasks: what trains as one stays together, and every worker gets some.

    assemblies : of every setting, by its index
    """
    groups: dict[Any, list[Job]] = {}
    for job in jobs:
        assembly = assemblies[job.setting]
        # What trains alone is a task of its own.
        key = job.key if obstacle(assembly) else structure(assembly)
        groups.setdefault(key, []).append(job)
    found = []
    for group in groups.values():
        size = chunk_size(assemblies[group[0].setting])
        if workers > 1:
            # Every worker gets some of each group; smaller pieces would make slower stacks.
            size = min(size, -(-len(group) // workers))
        found += [Task(group[i : i + size], goal) for i in range(0, len(group), size)]
    return found


def run_task(task: Task, registry: Registry, progress: Progress | None = None) -> Iterator[Record]:
    """Train the runs of a task, and yield a record for each as it ends."""
    wanted = [settings_of(job.config, job.seed) for job in task.jobs]
    for finished in train_many(wanted, registry, progress=progress):
        yield record_of(task.jobs[finished.index], finished, task.goal)


def record_of(job: Job, finished: Finished, goal: tuple[str, float] | None) -> Record:
    """Return what came of a run, as plain data."""
    result = finished.result
    if result is None:
        error = finished.error
        return Record(
            job.setting,
            job.seed,
            job.role,
            lr=job.config.get("lr"),
            status="failed",
            error="" if error is None else " ".join(error.message.split()),
            note=finished.note,
        )
    history = result.history
    curves = {
        name: history[name].tolist()
        for plain in SERIES
        for name in (plain, f"test_{plain}")
        if name in history
    }
    if job.role == "tune":
        curves = {}
    at: list[int] = []
    if goal is not None:
        name, wanted = goal
        curve = zip(history["epoch"], history[name], strict=True)
        at = [int(epoch) for epoch, value in curve if reached(name, value, wanted)]
    diverged = isinstance(finished.error, DivergedError)
    metrics = {
        ("" if part == "train" else "test_") + name: float(value)
        for part, measured in result.metrics.items()
        for name, value in measured.items()
    }
    surface = None
    if job.surface and result.train.x.shape[1:] == (2,):
        with np.errstate(all="ignore"):
            surface = over_plane(result.predict_points, result.train, GRID).round(4).tolist()
    return Record(
        job.setting,
        job.seed,
        job.role,
        lr=result.settings["lr"],
        status="diverged" if diverged else "done",
        metrics=metrics,
        curves=curves,
        goal_epoch=at[0] if at else None,
        epochs=result.epochs,
        reason=result.reason,
        error=" ".join(finished.error.message.split()) if finished.error else "",
        seconds=result.seconds,
        together=finished.together,
        note=finished.note,
        surface=surface,
    )


def judging_jobs(
    settings: Sequence[Setting], seeds: Sequence[int], rates: Mapping[int, float]
) -> list[Job]:
    """Return the runs that judge; rates : the learning rate that was tuned for a setting."""
    return [
        Job(
            setting.index,
            seed,
            {**setting.config, "lr": rates[setting.index]} if rates else setting.config,
            surface=seed == seeds[0],
        )
        for setting in settings
        for seed in seeds
    ]


def tuning_jobs(
    settings: Sequence[Setting], seeds: Sequence[int], rates: Sequence[float]
) -> list[Job]:
    """Return the runs that choose a learning rate for every setting."""
    return [
        Job(setting.index, seed, {**setting.config, "lr": rate}, "tune")
        for setting in settings
        for seed in seeds
        for rate in rates
    ]

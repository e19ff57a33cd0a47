"""A comparison from plan to end: learning rates are tuned, runs trained, kept and collected."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

from nnplug.comparison.execute import Executor
from nnplug.comparison.plan import Plan, Prepared
from nnplug.comparison.records import Comparison, Record, Tuned, worst
from nnplug.comparison.statistics import median
from nnplug.comparison.store import Store
from nnplug.comparison.tasks import Job, judging_jobs, key_of, tasks_of, tuning_jobs
from nnplug.core.dataset import Data
from nnplug.engine.machine import machine_facts, packages_of, write_machine
from nnplug.engine.training import Progress

MOST_POINTS = 2000
"""Samples beyond which pictures show no points."""

OnRecord = Callable[[Record], None]
OnKnown = Callable[[Sequence[Record]], None]


class Work:
    """Trains the runs that a comparison still lacks.

    done : finished runs by their key; what is in it is not trained again
    store : takes every run as it is finished, or None
    """

    def __init__(
        self,
        prepared: Prepared,
        executor: Executor,
        done: Mapping[Any, Record],
        store: Store | None,
        progress: Progress | None,
        on_record: OnRecord | None,
        on_known: OnKnown | None,
    ) -> None:
        self.prepared = prepared
        self.executor = executor
        self.done = dict(done)
        self.store = store
        self.progress = progress
        self.on_record = on_record
        self.on_known = on_known

    def records(self, jobs: Sequence[Job]) -> list[Record]:
        """Return the records of jobs, in their order, training those that are not done."""
        missing = [job for job in jobs if not self._is_done(job)]
        if self.on_known is not None and len(missing) < len(jobs):
            lacking = {job.key for job in missing}
            self.on_known([self.done[job.key] for job in jobs if job.key not in lacking])
        if missing and self.store is not None:
            write_machine(self.store.folder, self.machine())
        tasks = tasks_of(
            missing, self.prepared.assemblies, self.prepared.goal, self.executor.workers
        )
        # Closed whatever happens, so that no worker goes on for nobody.
        with closing(self.executor.run(tasks, self.progress)) as records:
            for record in records:
                self.done[key_of(record)] = record
                if self.store is not None:
                    self.store.append(record)
                if self.on_record is not None:
                    self.on_record(record)
        return [self.done[job.key] for job in jobs]

    def machine(self) -> dict[str, Any]:
        """Return what this machine and its versions are, for a report."""
        assemblies = self.prepared.assemblies
        components = (c for a in assemblies for c in (*a.components.all(), *a.network.layers))
        facts = machine_facts(packages_of(components, assemblies[0].registry))
        workers = self.executor.workers
        if workers > 1 or facts["blas_threads"] is not None:
            facts["blas_threads"] = 1  # the executors see to it
        return {**facts, "workers": workers}

    def _is_done(self, job: Job) -> bool:
        record = self.done.get(job.key)
        # Another rate may have been tuned since.
        return record is not None and job.config.get("lr") in (None, record.lr)


def run_plan(
    plan: Plan,
    prepared: Prepared,
    executor: Executor,
    *,
    store: Store | None = None,
    progress: Progress | None = None,
    on_record: OnRecord | None = None,
    on_known: OnKnown | None = None,
) -> Comparison:
    """Do what a plan says, and return the comparison.

    store : keeps every finished run, and has those of earlier; they are not trained again
    progress, on_record : are told of epochs that passed, and of every run that is finished
    on_known : is told of the runs that were finished before
    """
    before = [] if store is None else store.records()
    # What failed is tried again.
    done = {key_of(record): record for record in before if record.status != "failed"}
    work = Work(prepared, executor, done, store, progress, on_record, on_known)
    settings = prepared.settings
    tuned: dict[int, Tuned] = {}
    if plan.tune is not None:
        rates = [float(value) for value in plan.tune.values]
        jobs = tuning_jobs(settings, plan.tuning, rates)
        tuned = tune(work.records(jobs), rates, prepared.metric)
    chosen = {index: one.lr for index, one in tuned.items()}
    records = work.records(judging_jobs(settings, plan.judging, chosen))
    return Comparison(
        settings,
        plan.judging,
        prepared.metric,
        prepared.goal,
        prepared.task,
        records,
        tuned,
        points_of(prepared),
    )


def tune(records: Iterable[Record], rates: Sequence[float], metric: str) -> dict[int, Tuned]:
    """Return the learning rate with the best median of the metric, for every setting.

    Of rates that are equally good the lowest is taken.
    """
    values: dict[int, dict[float, list[float]]] = {}
    for record in records:
        of_rates = values.setdefault(record.setting, {rate: [] for rate in rates})
        of_rates[float(record.lr or 0)].append(record.value(metric))
    sign = -1 if worst(metric) < 0 else 1
    found = {}
    for setting, of_rates in values.items():
        ordered = sorted(rates)
        medians = [median(of_rates[rate]) for rate in ordered]
        best = min(range(len(ordered)), key=lambda i: sign * medians[i])
        edge = len(ordered) > 1 and best in (0, len(ordered) - 1)
        seeds = len(of_rates[ordered[best]])
        found[setting] = Tuned(ordered[best], ordered, medians, edge, seeds)
    return found


def points_of(prepared: Prepared) -> dict[int, Data]:
    """Return what pictures draw behind surfaces: the training points of the first seed."""
    return {
        setting.index: assembly.train
        for setting, assembly in zip(prepared.settings, prepared.assemblies, strict=True)
        if assembly.train.x.shape[1:] == (2,) and len(assembly.train) <= MOST_POINTS
    }

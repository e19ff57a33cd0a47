"""A comparison as its folder holds it, finished or not; nothing is trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnplug.comparison.claims import Claim, read_claims
from nnplug.comparison.compare import points_of, tune
from nnplug.comparison.plan import Plan, Prepared, prepare_plan
from nnplug.comparison.plan_file import plan_from
from nnplug.comparison.records import Comparison, Tuned
from nnplug.comparison.store import Store
from nnplug.comparison.tasks import judging_jobs, key_of, tuning_jobs
from nnplug.core.registry import Registry


@dataclass(frozen=True)
class Loaded:
    """A comparison with what it was to do.

    given : its claims as they were written;  claims : as they are tested
    missing : how many of its runs are not there yet, those that tune among them
    """

    plan: Plan
    prepared: Prepared
    comparison: Comparison
    given: Sequence[Mapping[str, Any]]
    claims: Sequence[Claim]
    missing: int


def load_comparison(folder: str | Path, registry: Registry) -> Loaded:
    """Read a comparison from its folder.

    Raises RunFileError for a folder that holds none, and what `prepare_plan` raises where a
    component is not there that it compares.
    """
    store = Store(Path(folder))
    saved = store.read_plan()
    given = saved.get("claims", [])
    plan = plan_from(saved)
    prepared = prepare_plan(plan, registry)
    # What failed was tried again: the last line of a run counts.
    done = {key_of(record): record for record in store.records()}
    jobs = [*judging_jobs(prepared.settings, plan.judging, {})]
    records = [done[job.key] for job in jobs if job.key in done]
    tuned: dict[int, Tuned] = {}
    if plan.tune is not None:
        rates = [float(value) for value in plan.tune.values]
        tuning = tuning_jobs(prepared.settings, plan.tuning, rates)
        jobs += tuning
        if all(job.key in done for job in tuning):
            tuned = tune([done[job.key] for job in tuning], rates, prepared.metric)
    return Loaded(
        plan,
        prepared,
        Comparison(
            prepared.settings,
            plan.judging,
            prepared.metric,
            prepared.goal,
            prepared.task,
            records,
            tuned,
            points_of(prepared),
        ),
        given,
        read_claims(given, plan, prepared),
        sum(job.key not in done for job in jobs),
    )

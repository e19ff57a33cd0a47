"""`nnplug.compare`: a comparison in one call."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nnplug.comparison.compare import run_plan
from nnplug.comparison.defaults import SEEDS, TUNING_SEEDS
from nnplug.comparison.execute import Executor, InProcess
from nnplug.comparison.plan import prepare_plan
from nnplug.comparison.plan_file import plan_data, plan_of
from nnplug.comparison.pool import LocalPool
from nnplug.comparison.records import Comparison
from nnplug.comparison.store import Store
from nnplug.core.errors import SettingsError
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.folder import discard, make_folder
from nnplug.engine.lock import locked


def compare(
    vary: Mapping[str, Any] | str | Sequence[str],
    *,
    seeds: int = SEEDS,
    sample: int | None = None,
    tune: Any = None,
    tuning_seeds: int = TUNING_SEEDS,
    metric: str | None = None,
    goal: Any = None,
    workers: int = 1,
    executor: Executor | None = None,
    save: str | Path | None = None,
    registry: Registry | None = None,
    **settings: Any,
) -> Comparison:
    """Train every setting with the same seeds, and return the comparison.

        found = nnplug.compare({"optimizer": ["gd", "adam"]}, epochs=500)
        print(found.text)

    vary : values by name, as a list or as a text ("0.001..1:log7"), or texts as `--vary` takes them
    seeds, sample, tune, tuning_seeds, metric, goal, workers : as the flags of `nnplug compare`
    executor : who trains, instead of so many workers
    save : a folder that keeps every run as it ends; one that has runs of this comparison goes on
    settings : what all settings share, as the flags of `nnplug train`
    Raises NnplugError for what does not fit together. Runs that diverge or fail are in the records.
    """
    registry = registry or default_registry()
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise SettingsError(f"workers is a whole number from 1, not {workers!r}")
    if "hidden" in settings:
        settings["hidden_dims"] = settings.pop("hidden")
    plan = plan_of(
        {
            "base": settings,
            "vary": vary,
            "seeds": seeds,
            "sample": sample,
            "tune": tune,
            "tuning_seeds": tuning_seeds,
            "metric": metric,
            "goal": goal,
        }
    )
    prepared = prepare_plan(plan, registry)
    if executor is None:
        executor = InProcess(registry) if workers == 1 else LocalPool(workers, registry)
    if save is None:
        return run_plan(plan, prepared, executor)
    data = {**plan_data(plan), "points": prepared.digests()}
    folder = Path(save)
    store = Store(folder)
    if not store.is_of(data):
        make_folder(folder, "")
        store.write_plan(data)
    try:
        with locked(folder):
            return run_plan(plan, prepared, executor, store=store)
    finally:
        discard(folder)

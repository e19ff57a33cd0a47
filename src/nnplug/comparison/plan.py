"""From what was asked to the settings and seeds of a comparison."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from nnplug.comparison.defaults import SEEDS, TUNING_SEEDS
from nnplug.comparison.records import Setting, worst
from nnplug.comparison.statistics import seeds_to_decide
from nnplug.comparison.vary import Axis
from nnplug.comparison.verdict import ALPHA
from nnplug.core.errors import NnplugError, SettingsError
from nnplug.core.registry import Registry
from nnplug.engine.assemble import Assembly
from nnplug.engine.data import fingerprint
from nnplug.engine.scores import SCORES
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare

GOALS = {
    "binary": ("accuracy", 0.95),
    "multiclass": ("accuracy", 0.95),
    "regression": ("r2", 0.9),
}
"""What the epochs are counted to where nobody says."""

MANY = 10_000
"""Runs beyond which a plan is refused: somebody forgot what a grid multiplies to."""


@dataclass(frozen=True)
class Plan:
    """What a comparison is to do.

    base : the settings that all share, as a config file holds them; `seed` is the first seed
    axes : what is varied; their grid is compared
    seeds : how many seeds judge;  sample : how many points of the grid, drawn, or None for all
    tune : an axis of learning rates, of which each setting gets its best, or None
    tuning_seeds : how many other seeds choose it
    metric, goal : what is judged and what epochs are counted to, or None for the task's own
    """

    base: Mapping[str, Any] = field(default_factory=dict)
    axes: Sequence[Axis] = ()
    seeds: int = SEEDS
    sample: int | None = None
    tune: Axis | None = None
    tuning_seeds: int = TUNING_SEEDS
    metric: str | None = None
    goal: tuple[str, float] | None = None

    def __post_init__(self) -> None:
        names = [axis.name for axis in self.axes]
        for name in names:
            if names.count(name) > 1:
                raise SettingsError(
                    f"--vary {name} is given twice", "one --vary has all its values"
                )
        if "layers" in names and {"hidden_dims", "activation"} & {*names, *self.base}:
            raise SettingsError(
                "layers and hidden_dims or activation are both given",
                "layers names every hidden layer with its activation",
            )
        if min(self.seeds, self.tuning_seeds) < 1 or (self.sample is not None and self.sample < 1):
            raise SettingsError("seeds and sample count from 1")
        Settings().but(seed=self.base.get("seed", 0))
        self._check_tune(names)

    def _check_tune(self, names: Sequence[str]) -> None:
        if self.tune is None:
            return
        if self.tune.name != "lr":
            raise SettingsError(
                f"--tune {self.tune.name}: only lr is tuned",
                f'what else is to be compared is varied: --vary "{self.tune.name}=..."',
            )
        if "lr" in names or "lr" in self.base:
            raise SettingsError("--tune lr and an lr of its own contradict each other")
        if len(self.tune.values) < 2:
            only = self.tune.labels[0]
            raise SettingsError(
                f"--tune lr={only} leaves nothing to choose",
                f"give several, --tune lr=1e-4..1:log9, or --lr {only} to all",
            )

    @property
    def first_seed(self) -> int:
        """The first seed that judges."""
        return int(self.base.get("seed", 0))

    @property
    def judging(self) -> list[int]:
        """The seeds that judge."""
        return list(range(self.first_seed, self.first_seed + self.seeds))

    @property
    def tuning(self) -> list[int]:
        """The seeds that choose learning rates, and judge nothing."""
        start = self.first_seed + self.seeds
        return list(range(start, start + self.tuning_seeds))

    def settings(self) -> list[Setting]:
        """Return every point of the grid, or those that were drawn."""
        base = {name: value for name, value in self.base.items() if name != "seed"}
        places = self._places()
        found = []
        # A hyperparameter is set on whatever component its point of the grid has.
        axes = sorted(enumerate(self.axes), key=lambda pair: "." in pair[1].name)
        for index, place in enumerate(places):
            config = dict(base)
            for i, axis in axes:
                config = axis.apply(config, place[i])
            varied = {a.name: a.labels[i] for a, i in zip(self.axes, place, strict=True)}
            found.append(Setting(index, varied, config))
        return found

    def _places(self) -> list[tuple[int, ...]]:
        """Return the points of the grid by the places of their values, none of them twice."""
        sizes = [len(axis.labels) for axis in self.axes]
        total = math.prod(sizes)
        count = total if self.sample is None else min(self.sample, total)
        if count * self.seeds > MANY:
            raise SettingsError(
                f"{count} settings with {self.seeds} seeds each are {count * self.seeds} runs",
                f"--sample 50 draws some of the grid; more than {MANY} runs are refused",
            )
        if count == total:
            return list(product(*map(range, sizes)))
        drawn = sorted(random.Random(self.first_seed).sample(range(total), count))
        return [_place(number, sizes) for number in drawn]


def _place(number: int, sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the point of a grid that has this number, the last axis running fastest."""
    place = []
    for size in reversed(sizes):
        number, here = divmod(number, size)
        place.append(here)
    return tuple(reversed(place))


@dataclass(frozen=True)
class Prepared:
    """A plan whose settings are known to fit together.

    assemblies : of every setting, with the first seed
    """

    settings: Sequence[Setting]
    assemblies: Sequence[Assembly]
    metric: str
    goal: tuple[str, float] | None

    def digests(self) -> list[str]:
        """Return what tells the points of each setting from others."""
        return [fingerprint(assembly.data) for assembly in self.assemblies]

    @property
    def task(self) -> str:
        """The task of the data; "mixed" where they differ."""
        tasks = {one.data.task for one in self.assemblies}
        return tasks.pop() if len(tasks) == 1 else "mixed"

    def seeds_to_decide(self) -> int:
        """Return how many seeds it takes until any two settings can be told apart, 0 for one."""
        most = max(Counter(self.digests()).values())
        return seeds_to_decide(math.comb(most, 2), ALPHA) if most > 1 else 0

    @property
    def metrics(self) -> list[str]:
        """The metrics that the runs of every setting have."""
        known = _metrics(self.assemblies[0])
        return [name for name in known if all(name in _metrics(one) for one in self.assemblies)]


def prepare_plan(plan: Plan, registry: Registry) -> Prepared:
    """Build every setting once, so that what does not fit is said before anything is trained."""
    settings = plan.settings()
    assemblies = []
    for setting in settings:
        try:
            if plan.tune is not None:
                tuned = {**setting.config, "lr": plan.tune.values[0]}
                prepare(settings_of(tuned, plan.first_seed), registry)
            assemblies.append(prepare(settings_of(setting.config, plan.first_seed), registry))
        except NnplugError as error:
            where = f" (setting {setting.label})" if setting.varied else ""
            raise SettingsError(f"{error.message}{where}", error.hint) from error
    metric = plan.metric or _metric(plan, assemblies)
    known = _metrics(assemblies[0])
    for one in assemblies:
        known = [name for name in known if name in _metrics(one)]
    goal = plan.goal
    if goal is None and GOALS[assemblies[0].data.task][0] in known:
        goal = GOALS[assemblies[0].data.task]
    for what, name in (("metric", metric), ("goal", "loss" if goal is None else goal[0])):
        if name not in known:
            raise SettingsError(
                f"--{what} {name}: these runs have no {name}", f"they have {', '.join(known)}"
            )
    if goal is not None and not math.isfinite(goal[1]):
        raise SettingsError(f"--goal {goal[0]}={goal[1]} is never reached")
    if goal is not None and worst(goal[0]) < 0 and goal[1] > 1:
        raise SettingsError(f"--goal {goal[0]}={goal[1]:g} is never reached", "1 is the most")
    return Prepared(settings, assemblies, metric, goal)


def settings_of(config: Mapping[str, Any], seed: int) -> Settings:
    """Return the settings of one run."""
    values = {name: _tuple(value) for name, value in config.items()}
    return Settings().but(**{**values, "seed": seed})


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _metric(plan: Plan, assemblies: Sequence[Assembly]) -> str:
    """Return what is judged: the loss, held out where there is a split.

    Two losses cannot be compared by their values; there the task's score judges.
    """
    held_out = all(one.test is not None for one in assemblies)
    # Settings are judged on equal data alone; of other data, another loss is no matter.
    pairs = {(one.source, one.resolved["loss"]) for one in assemblies}
    alike = len(pairs) == len({dataset for dataset, _ in pairs})
    name = "loss" if alike else SCORES[assemblies[0].data.task][0]
    return f"test_{name}" if held_out else name


def _metrics(assembly: Assembly) -> list[str]:
    names = ["loss", *SCORES[assembly.data.task]]
    return names + [f"test_{name}" for name in names] * (assembly.test is not None)


def reached(metric: str, value: float, goal: float) -> bool:
    """Say whether a metric is as good as a goal."""
    return value >= goal if worst(metric) < 0 else value <= goal

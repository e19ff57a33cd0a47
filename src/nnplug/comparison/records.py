"""What a comparison holds: its settings, and what came of each run, as plain data."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnplug.core.dataset import Data
from nnplug.core.errors import SettingsError

if TYPE_CHECKING:
    from nnplug.comparison.verdict import Verdict

Status = Literal["done", "diverged", "failed"]

HIGHER_IS_BETTER = ("accuracy", "r2")
"""The metrics of which more is better; of all others, less."""


@dataclass(frozen=True)
class Setting:
    """One of the settings that are compared.

    index : its place in the comparison
    varied : what tells it from the others, by name, as typed: {"optimizer": "adam", "lr": "0.01"}
    config : the settings of its runs as a config file holds them, without the seed
    """

    index: int
    varied: Mapping[str, str]
    config: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What tables and pictures call it: "adam, lr 0.01"; specs speak for themselves."""
        return ", ".join(_say(name, value) for name, value in self.varied.items()) or "as given"


@dataclass(frozen=True)
class Record:
    """One finished run.

    setting, seed : which run it is
    role : "judge" for a run that is compared, "tune" for one that helped to choose an lr
    lr : the learning rate, as the optimizer was given it
    status : "done"; "diverged", and metrics are those of the best weights; "failed" for an error
    metrics : at the end: loss, accuracy (or r2, mae), and test_loss, ... where points are held out
    curves : the history, equally long: epoch, loss, accuracy, test_loss, ...
    goal_epoch : the first recorded epoch at which the goal was reached, or None
    epochs : epochs done;  reason : why it ended;  error : what went wrong, empty for nothing
    seconds : its share of the time;  together : how many runs trained as one with it
    note : what is to be said of how it trained
    surface : of the first seed's run, predictions over the plane of two features, (GRID, GRID,
        outputs), rows from the lowest second feature up; else None
    """

    setting: int
    seed: int
    role: Literal["judge", "tune"] = "judge"
    lr: float | None = None
    status: Status = "done"
    metrics: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    goal_epoch: int | None = None
    epochs: int = 0
    reason: str = ""
    error: str = ""
    seconds: float = 0.0
    together: int = 1
    note: str = ""
    surface: Sequence[Sequence[Sequence[float]]] | None = None

    def value(self, metric: str) -> float:
        """Return a metric at the end; a run that diverged or failed has the worst there is."""
        if self.status == "done" and metric in self.metrics:
            value = float(self.metrics[metric])
            if not math.isnan(value):
                return value
        return worst(metric)

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Record":
        """Return the record that `as_json` described."""
        return cls(**saved)


@dataclass(frozen=True)
class Tuned:
    """The learning rate that was chosen for a setting, on seeds that judge nothing.

    rates, values : what was tried, and the median of the metric at each
    at_edge : whether the best one is the first or the last of them
    seeds : how many seeds chose it; 0 where that is not known
    """

    lr: float
    rates: Sequence[float]
    values: Sequence[float]
    at_edge: bool
    seeds: int = 0


@dataclass(frozen=True)
class Comparison:
    """Settings, and the runs that judge them; all that tables, pictures and the verdict need.

    seeds : those that judge;  metric : what is judged;  goal : (metric, value) that epochs count
        to, or None
    task : "binary", "multiclass" or "regression"
    records : of the finished judging runs, in any order
    tuned : by setting, empty without --tune
    points : by setting, those that the first seed trains on, for pictures; none of more than two
        features, or of very many samples
    """

    settings: Sequence[Setting]
    seeds: Sequence[int]
    metric: str
    goal: tuple[str, float] | None
    task: str
    records: Sequence[Record]
    tuned: Mapping[int, Tuned] = field(default_factory=dict)
    points: Mapping[int, Data] = field(default_factory=dict)

    @property
    def higher_is_better(self) -> bool:
        """Whether more of the metric is better."""
        return worst(self.metric) < 0

    def of(self, setting: int) -> list[Record]:
        """Return the judging records of one setting, by seed."""
        return list(self._by_setting.get(setting, ()))

    @cached_property
    def _by_setting(self) -> dict[int, list[Record]]:
        found: dict[int, list[Record]] = {}
        for record in sorted(self.records, key=lambda record: record.seed):
            found.setdefault(record.setting, []).append(record)
        return found

    def values(self, setting: int) -> NDArray[np.float64]:
        """Return the metric of one setting's runs: (seeds,), infinitely bad where one diverged."""
        return np.array([record.value(self.metric) for record in self.of(setting)])

    @property
    def verdict(self) -> "Verdict":
        """What the runs prove, as data; raises SettingsError where the data differ."""
        from nnplug.comparison.parts import parts
        from nnplug.comparison.verdict import judge

        if len(parts(self)) > 1:
            raise SettingsError(
                "settings on other data have no verdict in common",
                "nnplug.comparison.parts.parts(comparison) are comparisons that have one",
            )
        return judge(self)

    @property
    def text(self) -> str:
        """The table, and what the runs prove in words."""
        from nnplug.comparison.tables import written

        return written(self)

    def complete(self) -> bool:
        """Say whether every setting has a run of every seed."""
        done = {(record.setting, record.seed) for record in self.records}
        return all((one.index, seed) in done for one in self.settings for seed in self.seeds)


def worst(metric: str) -> float:
    """Return the worst value of a metric: infinity, or minus infinity where more is better."""
    return -math.inf if metric.removeprefix("test_") in HIGHER_IS_BETTER else math.inf


def judged(records: Iterable[Record]) -> list[Record]:
    """Return the records of runs that judge."""
    return [record for record in records if record.role == "judge"]


def _say(name: str, value: str) -> str:
    spec = name in ("dataset", "activation", "layers", "output", "loss", "optimizer", "schedule")
    return value if spec and value != "none" else f"{name.replace('_', '-')} {value}"

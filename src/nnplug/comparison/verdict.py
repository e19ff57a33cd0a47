"""What the runs of a comparison prove: who is better, and who cannot be told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from nnplug.comparison.records import Comparison, Setting, judged
from nnplug.comparison.statistics import (
    Interval,
    differences,
    holm,
    median,
    median_interval,
    quantile,
    seeds_to_decide,
    signed_rank,
)

ALPHA = 0.05

ROUNDING = {"float64": 1e-9, "float32": 1e-4}
"""Values that differ by no more than this share are a tie. One formula in two forms rounds in two
ways: after 3,000 epochs on xor the losses of momentum and sgd are 3e-15 apart; in float32, after
1,000, up to 1.4e-5. A winner by such digits would be none."""

Group = Literal["best", "not told apart", "worse", "not compared"]


@dataclass(frozen=True)
class Pair:
    """Two settings, by the seeds that both have.

    seeds : how many those are
    p, p_holm : two-sided, of the signed-rank test; p_holm is corrected for all pairs
    effect : matched-pairs rank-biserial correlation, in [-1, 1]; above 0 speaks for the first
    wins, losses : seeds in which the first is better, and worse; the rest are ties
    difference : median of the first's metric less the second's
    interval : for that median, of at least 95 %; None for too few seeds
    better : the setting that is shown to be better, or None
    """

    first: int
    second: int
    seeds: int
    p: float
    p_holm: float
    effect: float
    wins: int
    losses: int
    difference: float
    interval: Interval | None
    better: int | None

    @property
    def ties(self) -> int:
        """Seeds in which both are equally good, to rounding."""
        return self.seeds - self.wins - self.losses

    def other(self, setting: int) -> int:
        """Return the one of the two that is not this one."""
        return self.first + self.second - setting

    def turned(self) -> "Pair":
        """Return the same with the other setting first."""
        at = self.interval
        return replace(
            self,
            first=self.second,
            second=self.first,
            effect=-self.effect,
            wins=self.losses,
            losses=self.wins,
            difference=-self.difference,
            interval=None if at is None else Interval(-at.high, -at.low, at.coverage),
        )


@dataclass(frozen=True)
class Spread:
    """One metric of one setting over its seeds: median and quartiles, diverged runs as worst."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """What is proved about settings, by their indices.

    order : best first, by the median of the metric; those that are not compared are last
    pairs : every two of those that are compared, in the order of their indices
    leader : the best median of those that none is shown to be better than; None without settings,
        and where each is worse than some other, as stone, paper and scissors are
    winner : the leader where it is shown to be better than every other, or None
    alike : the others that none is shown to be better than, so that they may be the best as well
    worse : those that some other is shown to be better than
    left_out : settings of which every run failed, or of which there is none yet
    needed : how many seeds it takes until any of so many pairs can be told apart
    """

    metric: str
    higher_is_better: bool
    alpha: float
    order: Sequence[int]
    spreads: Mapping[int, Spread]
    pairs: Sequence[Pair]
    leader: int | None
    winner: int | None
    alike: Sequence[int]
    worse: Sequence[int]
    left_out: Sequence[int]
    needed: int

    def pair(self, first: int, second: int) -> Pair:
        """Return what is known of two settings, seen from the first."""
        for one in self.pairs:
            if {one.first, one.second} == {first, second}:
                return one if one.first == first else one.turned()
        raise KeyError((first, second))

    def p_worse(self, setting: int) -> float:
        """Return the least corrected p of the pairs that show a setting to be worse; 1 without."""
        shown = (one for one in self.pairs if setting in (one.first, one.second))
        return min((one.p_holm for one in shown if one.better not in (None, setting)), default=1.0)

    def effect_worse(self, setting: int) -> float:
        """Return the largest effect of the pairs that show a setting to be worse; 0 without."""
        shown = (one for one in self.pairs if setting in (one.first, one.second))
        effects = (abs(one.effect) for one in shown if one.better not in (None, setting))
        return max(effects, default=0.0)

    def group(self, setting: int) -> Group:
        """Return where a setting stands: the leader, as good as it may be, or worse than some."""
        if setting == self.leader:
            return "best"
        if setting in self.alike:
            return "not told apart"
        return "worse" if setting in self.worse else "not compared"


def judge(comparison: Comparison, alpha: float = ALPHA) -> Verdict:
    """Compare every setting with every other over the seeds that both have.

    A run that diverged or failed counts as worse than any that ended, and as equal to another such
    run. A setting of which every run failed is left out: there is nothing to compare.
    """
    values = _values(comparison)
    left_out = tuple(one.index for one in comparison.settings if one.index not in values)
    spreads = {index: spread(list(of_seeds.values())) for index, of_seeds in values.items()}
    order = _best_first(spreads, higher_is_better=comparison.higher_is_better)
    pairs = _pairs(comparison, values, alpha)
    beaten = {one.other(one.better) for one in pairs if one.better is not None}
    leader = next((index for index in order if index not in beaten), None)
    others = [index for index in order if index != leader]
    behind = {one.other(leader) for one in pairs if leader is not None and one.better == leader}
    return Verdict(
        metric=comparison.metric,
        higher_is_better=comparison.higher_is_better,
        alpha=alpha,
        order=(*order, *left_out),
        spreads=spreads,
        pairs=tuple(pairs),
        leader=leader,
        winner=leader if others and behind.issuperset(others) else None,
        alike=tuple(index for index in others if index not in beaten),
        worse=tuple(index for index in others if index in beaten),
        left_out=left_out,
        needed=seeds_to_decide(len(pairs), alpha) if pairs else 0,
    )


def spread(values: Sequence[float]) -> Spread:
    """Return median and quartiles."""
    return Spread(median(values), quantile(values, 0.25), quantile(values, 0.75))


def _best_first(spreads: Mapping[int, Spread], *, higher_is_better: bool) -> list[int]:
    """Order settings by their medians; where those are equal, by their worse, then better half."""
    sign = -1 if higher_is_better else 1

    def key(index: int) -> tuple[float, float, float]:
        of = spreads[index]
        ends = (of.low, of.high) if higher_is_better else (of.high, of.low)
        return (sign * of.median, sign * ends[0], sign * ends[1])

    return sorted(spreads, key=key)


def _values(comparison: Comparison) -> dict[int, dict[int, float]]:
    """Return the metric by setting and seed, of settings with a run that did not fail."""
    found: dict[int, dict[int, float]] = {one.index: {} for one in comparison.settings}
    trained = set()
    for record in judged(comparison.records):
        found[record.setting][record.seed] = record.value(comparison.metric)
        if record.status != "failed":
            trained.add(record.setting)
    return {index: of_seeds for index, of_seeds in found.items() if index in trained}


def _pairs(
    comparison: Comparison, values: Mapping[int, Mapping[int, float]], alpha: float
) -> list[Pair]:
    settings = {one.index: one for one in comparison.settings}
    found = [
        _pair(settings[a], settings[b], values, higher_is_better=comparison.higher_is_better)
        for a, b in combinations(values, 2)
    ]
    corrected = holm([one.p for one in found])
    return [_decided(one, p, alpha) for one, p in zip(found, corrected, strict=True)]


def _pair(
    first: Setting,
    second: Setting,
    values: Mapping[int, Mapping[int, float]],
    *,
    higher_is_better: bool,
) -> Pair:
    a, b = values[first.index], values[second.index]
    common = sorted(a.keys() & b.keys())
    rounding = max(ROUNDING[str(one.config.get("dtype", "float64"))] for one in (first, second))
    apart = differences([a[s] for s in common], [b[s] for s in common], rounding)
    gain = apart if higher_is_better else -apart
    test = signed_rank(gain)
    return Pair(
        first.index,
        second.index,
        len(common),
        test.p,
        test.p,
        test.effect,
        int(np.count_nonzero(gain > 0)),
        int(np.count_nonzero(gain < 0)),
        median(apart) if common else 0.0,
        median_interval(apart),
        None,
    )


def _decided(pair: Pair, p_holm: float, alpha: float) -> Pair:
    better = (pair.first if pair.effect > 0 else pair.second) if p_holm <= alpha else None
    return replace(pair, p_holm=p_holm, better=better)

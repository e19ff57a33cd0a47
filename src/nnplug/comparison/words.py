"""The verdict in words: a headline, what it rests on, and what a reader must know beside it."""

import math
from collections.abc import Sequence

from nnplug.comparison.caveats import caveats, rates_clause
from nnplug.comparison.records import Comparison
from nnplug.comparison.spelling import (
    counted,
    effect,
    listed,
    metric_difference,
    metric_name,
    metric_value,
    p_value,
    plain,
)
from nnplug.comparison.verdict import Pair, Verdict

FEW = 4
"""The most settings of which every pair gets a sentence."""


def say(comparison: Comparison, verdict: Verdict) -> list[str]:
    """Return the verdict as sentences: the headline first, then the pairs, then the rest."""
    words = _Words(comparison, verdict)
    return [*words.judgement(), *words.basis(), *caveats(comparison, verdict)]


def headline(comparison: Comparison, verdict: Verdict) -> str:
    """Return the verdict in one sentence."""
    return say(comparison, verdict)[0]


class _Words:
    def __init__(self, comparison: Comparison, verdict: Verdict) -> None:
        self.comparison, self.verdict = comparison, verdict
        self.names = {one.index: plain(one.label) for one in comparison.settings}
        self.compared = [index for index in verdict.order if index not in verdict.left_out]
        self.metric = metric_name(verdict.metric)
        self.better_word = "higher" if verdict.higher_is_better else "lower"
        self.seeds = max((pair.seeds for pair in verdict.pairs), default=0)

    def judgement(self) -> list[str]:
        if not self.compared:
            return ["Nothing was compared: no run has ended."]
        if len(self.compared) == 1:
            return self._description()
        clause = rates_clause(self.comparison, self.verdict)
        head = self._headline()
        head = f"{clause}, {head}" if clause else _capital(head)
        if self._all_tied() or (len(self.compared) == 2 and self.seeds >= self.verdict.needed):
            return [head]
        return [head, *(self._pairs() if len(self.compared) <= FEW else self._groups())]

    def basis(self) -> list[str]:
        verdict = self.verdict
        if not verdict.pairs:
            return []
        where = "held out" if verdict.metric.startswith("test_") else "trained on"
        what = verdict.metric.removeprefix("test_")
        many = len(verdict.pairs)
        corrected = f", p with Holm's correction for {many} pairs" if many > 1 else ""
        said = [
            f"Judged by the {what} on the points {where}, over {counted(self.seeds, 'seed')}: "
            f"exact Wilcoxon signed-rank test of runs paired by seed{corrected}, level "
            f"{verdict.alpha:g}."
        ]
        if self._all_tied() or not (len(self.compared) <= FEW or self.seeds >= verdict.needed):
            return said
        interval = ""
        if len(self.compared) <= FEW and any(pair.better is not None for pair in verdict.pairs):
            interval = "; in brackets beside a median is its 95 % interval"
        said.append(
            "Effect is the matched-pairs rank-biserial correlation, from -1 to 1, above 0 where it "
            f"speaks for the one named first{interval}."
        )
        return said

    def _description(self) -> list[str]:
        (one,) = self.compared
        of = self.verdict.spreads[one]
        metric = self.verdict.metric
        seeds = len(self.comparison.of(one))
        median = metric_value(metric, of.median)
        if seeds == 1:
            said = f"{self.names[one]}: {self.metric} {median}, from one seed."
        else:
            low, high = metric_value(metric, of.low), metric_value(metric, of.high)
            said = (
                f"{self.names[one]}: median {self.metric} {median} of {counted(seeds, 'seed')}, "
                f"quartiles {low} and {high}."
            )
        if len(self.comparison.settings) > 1:
            return [said]
        return [said, "A single setting is compared with nothing; --vary gives others."]

    def _headline(self) -> str:
        verdict, compared = self.verdict, self.compared
        two = len(compared) == 2
        if self._all_tied():
            names = listed([self.names[i] for i in compared])
            return f"{names if two else f'all {len(compared)} settings'} {self._same(compared[0])}."
        if self.seeds < verdict.needed:
            return f"{counted(self.seeds, 'seed')} cannot tell {len(compared)} settings apart."
        if two:
            return self._pair(verdict.pair(*compared))
        if verdict.winner is None:
            return "no setting is better than all others."
        others = [self.names[i] for i in compared if i != verdict.winner]
        whom = listed(others) if len(compared) <= FEW else f"all {len(others)} others"
        return f"{self.names[verdict.winner]} is better than {whom}."

    def _pairs(self) -> list[str]:
        compared = self.compared
        found = [self.verdict.pair(a, b) for i, a in enumerate(compared) for b in compared[i + 1 :]]
        return [self._pair(pair) for pair in found]

    def _pair(self, pair: Pair) -> str:
        if pair.better == pair.second:
            pair = pair.turned()
        a, b = self.names[pair.first], self.names[pair.second]
        seeds = counted(pair.seeds, "seed")
        if pair.seeds == 0:
            return f"{a} and {b} have no seed in common."
        if pair.ties == pair.seeds:
            return f"{a} and {b} {self._same(pair.first)}."
        p = p_value(pair.p_holm, self.verdict.alpha)
        ties = f", {pair.ties} tied" if pair.ties else ""
        if pair.better is None:
            between = self._interval(pair)
            return (
                f"{a} and {b} cannot be told apart ({p}, effect {effect(pair.effect)}): "
                f"{self.better_word} {self.metric} for {a} "
                f"in {pair.wins} of {seeds}, for {b} in {pair.losses}{ties}{between}."
            )
        won = f"{self.better_word} {self.metric} in {pair.wins} of {seeds}{ties}"
        gain, interval = self._gain(pair)
        rest = f"{interval}{p}, effect {effect(pair.effect)}"
        return f"{a} is better than {b}: {won}{gain} ({rest})."

    def _all_tied(self) -> bool:
        return self.seeds > 0 and all(pair.ties == pair.seeds for pair in self.verdict.pairs)

    def _same(self, setting: int) -> str:
        """Say what settings have in common that are tied in every seed, as this one is."""
        of = self.verdict.spreads[setting]
        if math.isinf(of.low) and of.low == of.high:
            return "came to nothing in every seed"
        return f"gave the same {self.metric}, to rounding, in every seed"

    def _interval(self, pair: Pair) -> str:
        """Say between what the median difference of two that are alike may lie."""
        at = pair.interval
        if at is None or math.isinf(at.low) or math.isinf(at.high):
            return ""
        low, high = (self._difference(value) for value in (at.low, at.high))
        return f"; their median difference is between {low.removesuffix(' points')} and {high}"

    def _gain(self, pair: Pair) -> tuple[str, str]:
        """Say by how much the first is better, or that sizes and seeds disagree; and how sure."""
        sign = 1 if self.verdict.higher_is_better else -1
        gain = sign * pair.difference
        if pair.wins <= pair.losses:
            return ", but by more where it is", ""
        if gain == 0 or math.isinf(gain):
            return "", ""
        said = f", by {self._difference(gain)} in the median"
        at = pair.interval
        if at is None:
            return said, ""
        ends = (at.low, at.high) if sign > 0 else (-at.high, -at.low)
        if math.isinf(ends[0]):
            return said, ""
        low, high = (self._difference(value) for value in ends)
        if math.isinf(ends[1]):
            return said, f"{low} or more; "
        return said, f"{low.removesuffix(' points')} to {high}; "

    def _difference(self, value: float) -> str:
        return metric_difference(self.verdict.metric, value)

    def _groups(self) -> list[str]:
        verdict, leader = self.verdict, self.verdict.leader
        if leader is None:
            return ["Each is worse than some other: the pairs have no order."]
        value = metric_value(verdict.metric, verdict.spreads[leader].median)
        best = "Best" if leader == verdict.order[0] else "Best of those that none is better than"
        said = [f"{best}: {self.names[leader]}, median {self.metric} {value}."]
        if verdict.alike and self.seeds >= verdict.needed:
            alike = [f"{self.names[i]} ({self._figures(leader, i)})" for i in verdict.alike]
            said.append(f"Not told apart from it: {listed(alike)}. More seeds tell more.")
        if verdict.worse:
            highest = p_value(max(map(verdict.p_worse, verdict.worse)), verdict.alpha)
            most = highest.replace("=", "at most") if len(verdict.worse) > 1 else highest
            worse = "Worse" if verdict.winner is not None else "Worse than some other"
            strongest = min(map(verdict.effect_worse, verdict.worse))
            bound = "at least " if len(verdict.worse) > 1 and strongest < 1 else ""
            least = f"effect {bound}{effect(strongest)}"
            said.append(f"{worse}: {listed(self._named(verdict.worse))} ({most}, {least}).")
        return said

    def _figures(self, a: int, b: int) -> str:
        pair = self.verdict.pair(a, b)
        return f"{p_value(pair.p_holm, self.verdict.alpha)}, effect {effect(pair.effect)}"

    def _named(self, settings: Sequence[int]) -> list[str]:
        return [self.names[i] for i in settings]


def _capital(sentence: str) -> str:
    """Return a sentence with a capital, unless it begins with a name."""
    ours = sentence.startswith(("no setting ", "all "))
    return sentence[0].upper() + sentence[1:] if ours else sentence

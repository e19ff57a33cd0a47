"""What becomes of claims: held, not held or undecided, by the runs of a comparison.

"Better" is tested as the verdict tests it, by the exact signed-rank test over the seeds that both
settings have. "At least", "at most" and "diverges" are tested by the exact binomial test whether
more than a share of all runs of a setting do it, a half unless the claim says otherwise.

A claim about several settings or pairs holds if it is shown for each of them. It does not hold if
the contrary is shown for one, by Holm's correction, for the more there are the sooner one of them
looks like it. Otherwise it is undecided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nnplug.comparison.binomial import share_interval, share_p
from nnplug.comparison.claims import HALF, Claim
from nnplug.comparison.measures import bound_text, measure, measure_name, measure_text
from nnplug.comparison.records import Comparison, Setting, worst
from nnplug.comparison.spelling import counted, p_value, percent, plain
from nnplug.comparison.statistics import differences, holm, median, signed_rank
from nnplug.comparison.verdict import ALPHA, ROUNDING

Outcome = Literal["held", "not held", "undecided"]


@dataclass(frozen=True)
class Finding:
    """What the runs say about one setting, or one pair, that a claim is about.

    about : the setting, or both;  seeds : how many its runs have;  figures : in words
    p : of the test;  side : 1 where it speaks for the claim, -1 where it speaks against it
    """

    about: str
    outcome: Outcome
    seeds: int
    figures: str
    p: float
    side: int


@dataclass(frozen=True)
class Settled:
    """A claim with what became of it."""

    claim: Claim
    outcome: Outcome
    findings: Sequence[Finding]

    @property
    def seeds(self) -> str:
        """Over how many seeds: "16 seeds", or "12 to 16 seeds"."""
        counts = {finding.seeds for finding in self.findings} or {0}
        least, most = min(counts), max(counts)
        return counted(most, "seed") if least == most else f"{least} to {most} seeds"

    @property
    def summary(self) -> str:
        """How it went: "16 seeds; shown for 3 of 4 pairs, the contrary for 1"."""
        if len(self.findings) == 1:
            return self.seeds
        held = sum(one.outcome == "held" for one in self.findings)
        refuted = sum(one.outcome == "not held" for one in self.findings)
        what = "pairs" if self.claim.pairs else "settings"
        said = f"{self.seeds}; shown for {held} of {len(self.findings)} {what}"
        return said + f", the contrary for {refuted}" * (refuted > 0)


def settle_claims(claims: Sequence[Claim], comparison: Comparison) -> list[Settled]:
    """Test claims by the runs that there are."""
    return [_settled(claim, comparison) for claim in claims]


def _settled(claim: Claim, comparison: Comparison) -> Settled:
    settings = {one.index: one for one in comparison.settings}
    findings = [_pair(claim, comparison, settings[a], settings[b]) for a, b in claim.pairs]
    findings += [_share(claim, comparison, settings[one]) for one in claim.settings]
    against = holm([one.p if one.side < 0 else 1.0 for one in findings])
    contrary = [p <= ALPHA for p in against]
    judged = [
        _with(one, "not held" if refuted else "held" if _is_shown(one) else "undecided")
        for one, refuted in zip(findings, contrary, strict=True)
    ]
    outcome: Outcome = "undecided"
    if any(contrary):
        outcome = "not held"
    elif judged and all(map(_is_shown, judged)):
        outcome = "held"
    return Settled(claim, outcome, judged)


def _is_shown(finding: Finding) -> bool:
    return finding.side > 0 and finding.p <= ALPHA


def _with(finding: Finding, outcome: Outcome) -> Finding:
    return Finding(finding.about, outcome, finding.seeds, finding.figures, finding.p, finding.side)


def _pair(claim: Claim, comparison: Comparison, better: Setting, worse: Setting) -> Finding:
    values = [
        {record.seed: measure(record, claim.metric) for record in comparison.of(one.index)}
        for one in (better, worse)
    ]
    common = sorted(values[0].keys() & values[1].keys())
    a, b = ([of[seed] for seed in common] for of in values)
    higher = worst(claim.metric) < 0
    rounding = max(ROUNDING[str(one.config.get("dtype", "float64"))] for one in (better, worse))
    apart = differences(a, b, rounding)
    gain = apart if higher else -apart
    test = signed_rank(gain)
    if not common:
        return Finding(_about(better, worse), "undecided", 0, "no seed in common", 1.0, 0)
    wins, losses = int(np.count_nonzero(gain > 0)), int(np.count_nonzero(gain < 0))
    medians = " and ".join(measure_text(claim.metric, median(of)) for of in (a, b))
    ties = len(common) - wins - losses
    figures = (
        f"{measure_name(claim.metric)}: {'higher' if higher else 'lower'} in {wins} of "
        f"{counted(len(common), 'seed')}{f', {ties} tied' * (ties > 0)}; medians {medians}; "
        f"{p_value(test.p, ALPHA)}"
    )
    side = (test.effect > 0) - (test.effect < 0)
    return Finding(_about(better, worse), "undecided", len(common), figures, test.p, side)


def _about(better: Setting, worse: Setting) -> str:
    """Return what tells two settings apart, and after it what they have in common."""
    same = {name: text for name, text in better.varied.items() if worse.varied[name] == text}

    def label(names: Iterable[str], one: Setting) -> str:
        return plain(Setting(one.index, {name: one.varied[name] for name in names}, {}).label)

    apart = [name for name in better.varied if name not in same]
    said = f"{label(apart, better)} against {label(apart, worse)}"
    return f"{said} ({label(same, better)})" if same else said


def _share(claim: Claim, comparison: Comparison, setting: Setting) -> Finding:
    records = comparison.of(setting.index)
    n, k = len(records), 0
    if claim.diverges is not None:
        k = sum((record.status == "diverged") is claim.diverges for record in records)
        what = "diverges" if claim.diverges else "does not diverge"
    else:
        values = [measure(record, claim.metric) for record in records]
        low = -np.inf if claim.low is None else claim.low
        high = np.inf if claim.high is None else claim.high
        k = sum(low <= value <= high for value in values)
        what = f"{measure_name(claim.metric)}: {_bounds(claim)}"
    if n == 0:
        return Finding(plain(setting.label), "undecided", 0, "no run has ended", 1.0, 0)
    p, side = share_p(k, n, claim.share)
    ends = " to ".join(f"{100 * end:.0f}" for end in share_interval(k, n))
    figures = f"{what} in {k} of {counted(n, 'seed')} (at 95 %: {ends} % of all runs)"
    if claim.share != HALF:
        figures += f"; claimed are more than {percent(claim.share).replace('.00', '')}"
    return Finding(plain(setting.label), "undecided", n, figures, p, side)


def _bounds(claim: Claim) -> str:
    low = None if claim.low is None else bound_text(claim.metric, claim.low)
    high = None if claim.high is None else bound_text(claim.metric, claim.high)
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"at least {low}" if high is None else f"at most {high}"

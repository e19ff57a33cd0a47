"""What a verdict must say beside who is better: at which learning rates, from which runs."""

import math
from collections.abc import Callable, Mapping

from nnplug.comparison.records import Comparison, Record, judged
from nnplug.comparison.spelling import counted, listed, plain, rate
from nnplug.comparison.statistics import least_p
from nnplug.comparison.verdict import Verdict

OWN_RATE = {"lr", "optimizer.lr"}
"""What is varied where each setting's rate is part of what is compared."""

NO_MATTER = {"callback", "dtype", "log_interval", "test_split", "threshold", "track"}
"""What can be varied without another learning rate becoming the best one."""

NAMED = 4
"""The most settings whose learning rates are all named."""


def rates_clause(comparison: Comparison, verdict: Verdict) -> str:
    """Return under which learning rates the verdict holds: "At this lr (0.1)", or nothing."""
    compared = [one.index for one in comparison.settings if one.index not in verdict.left_out]
    if comparison.tuned.keys() >= set(compared):
        return "Each at its own lr"
    if not _rates_matter(comparison):
        return ""
    rates = {index: lr for index in compared if (lr := _rate(comparison, index)) is not None}
    if not rates:
        return "At these lrs"
    if len(set(rates.values())) == 1:
        return f"At this lr ({rate(next(iter(rates.values())))})"
    return f"At these lrs ({_say_rates(comparison, rates)})"


def caveats(comparison: Comparison, verdict: Verdict) -> list[str]:
    """Return sentences on everything that is not as one would wish."""
    return [
        *_too_few(verdict),
        *_tuning(comparison, verdict),
        *_lost(comparison, verdict),
        *_missing(comparison, verdict),
    ]


def _too_few(verdict: Verdict) -> list[str]:
    seeds = max((pair.seeds for pair in verdict.pairs), default=0)
    if not verdict.pairs or seeds >= verdict.needed:
        return []
    pairs = len(verdict.pairs)
    least = f"{least_p(seeds):.2g}" + (f", and {pairs} pairs multiply it" if pairs > 1 else "")
    return [
        f"Even if one setting won in every seed, {counted(seeds, 'seed')} could not show it: the "
        f"least p is {least}. --seeds {verdict.needed} can."
    ]


def _tuning(comparison: Comparison, verdict: Verdict) -> list[str]:
    names = _names(comparison)
    tuned = comparison.tuned
    if not tuned:
        if len(verdict.spreads) > 1 and _rates_matter(comparison):
            return [
                "Another lr may order them otherwise: --tune lr=1e-4..1:log9 finds each its own."
            ]
        return []
    seeds = {one.seeds for one in tuned.values()}
    how_many = counted(seeds.pop(), "other seed") if len(seeds) == 1 and 0 not in seeds else ""
    rates = {index: one.lr for index, one in tuned.items()}
    said = [f"Each lr was chosen on {how_many or 'other seeds'}: {_say_rates(comparison, rates)}."]
    without = [names[one.index] for one in comparison.settings if one.index not in tuned]
    if without:
        said.append(f"No lr was chosen for {listed(without)}.")
    for end, word, further in ((min, "smallest", "smaller"), (max, "largest", "larger")):
        at_end = [
            i
            for i, one in tuned.items()
            if one.at_edge and one.lr == end(one.rates) and any(map(math.isfinite, one.values))
        ]
        if at_end:
            whose = listed([names[i] for i in at_end])
            said.append(
                f"The {word} lr tried was the best for {whose}: a {further} one may be better."
            )
    hopeless = [names[i] for i, one in tuned.items() if not any(map(math.isfinite, one.values))]
    if hopeless:
        said.append(
            f"At every lr tried, half of the runs or more were lost for {listed(hopeless)}."
        )
    return said


def _lost(comparison: Comparison, verdict: Verdict) -> list[str]:
    diverged = _share(comparison, verdict, lambda one: one.status == "diverged")
    failed = _share(comparison, verdict, lambda one: one.status == "failed")
    unmeasured = _share(
        comparison,
        verdict,
        lambda one: one.status == "done" and math.isinf(one.value(comparison.metric)),
    )
    said = []
    if diverged:
        said.append(f"Diverged, and counted as the worst: {listed(diverged)}.")
    if unmeasured:
        said.append(f"Without a finite number, and counted as the worst: {listed(unmeasured)}.")
    if failed:
        said.append(f"Failed, and counted as the worst: {listed(failed)}.")
    names = _names(comparison)
    for index in verdict.left_out:
        errors = [plain(one.error) for one in comparison.of(index) if one.error]
        why = f"every run failed ({errors[0]})" if errors else "it has no finished run"
        said.append(f"{names[index]} is not compared: {why}.")
    return said


def _missing(comparison: Comparison, verdict: Verdict) -> list[str]:
    wanted = len(comparison.seeds)
    few = [
        f"{name} {counted(done, 'seed')}"
        for index, name in _names(comparison).items()
        if index not in verdict.left_out and (done := len(comparison.of(index))) < wanted
    ]
    if not few:
        return []
    return [f"Not all {wanted} seeds have run: {listed(few)}. A pair is judged by what both have."]


def _share(comparison: Comparison, verdict: Verdict, is_one: Callable[[Record], bool]) -> list[str]:
    """Return "gd 3 of 16" for every compared setting that has runs of a kind."""
    found = []
    for index, name in _names(comparison).items():
        records = comparison.of(index)
        number = sum(map(is_one, records))
        if number and index not in verdict.left_out:
            found.append(f"{name} {number} of {len(records)}")
    return found


def _rates_matter(comparison: Comparison) -> bool:
    """Say whether settings differ in what changes the best lr, and not in the lr itself."""
    varied = {name for one in comparison.settings for name in one.varied}
    return not varied & OWN_RATE and bool(varied - NO_MATTER)


def _rate(comparison: Comparison, setting: int) -> float | None:
    rates = (record.lr for record in judged(comparison.of(setting)))
    return next((lr for lr in rates if lr is not None), None)


def _say_rates(comparison: Comparison, rates: Mapping[int, float]) -> str:
    if len(rates) > NAMED:
        low, high = min(rates.values()), max(rates.values())
        return rate(low) if low == high else f"{rate(low)} to {rate(high)}"
    names = _names(comparison)
    return listed([f"{names[index]} {rate(lr)}" for index, lr in rates.items()])


def _names(comparison: Comparison) -> dict[int, str]:
    return {one.index: plain(one.label) for one in comparison.settings}

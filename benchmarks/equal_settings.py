"""How often equal settings get a winner, and how often different ones do.

    python benchmarks/equal_settings.py [--trials 1000] [--pool 1600] [--short] [--json FILE]

Equal settings: many runs of one setting are trained, each with a seed of its own. A trial draws
runs from them without putting any back, calls the first 16 setting 1, the next 16 setting 2, and so
on, pairs them by their place, and asks for the verdict. Nothing tells these settings apart but
chance, so whatever the verdict calls better is an error. It may err in at most 5 % of the trials.

Why not the same setting twice with the same seeds, as `nnplug compare` pairs runs: the same seed
gives the same numbers to the bit, every difference is 0, and no test could err. Runs of other seeds
differ by all that chance can do (data, first weights), which is more than paired runs ever do.

Different settings: pairs are trained with the same seeds, as `nnplug compare` does, and a trial
draws some of the seeds. Here a verdict that tells them apart is right.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.comparison.binomial import share_interval
from nnplug.comparison.plan import settings_of
from nnplug.comparison.records import Comparison, Record, Setting
from nnplug.comparison.tasks import Job, record_of
from nnplug.comparison.verdict import ALPHA, Verdict, judge
from nnplug.engine.stack.many import train_many

SEEDS = 16
SETTINGS = (3, 10)
TARGET = ("accuracy", 0.95)

ADAM = {"dataset": "xor", "optimizer": "adam", "epochs": 200}
LINEAR = {
    "dataset": "xor",
    "activation": "none",
    "output": "none",
    "loss": "mse",
    "optimizer": "gd",
    "init": "normal",
    "lr": 0.0075,
    "epochs": 100,
}
POOLS = {
    "loss": ("adam on xor, 200 epochs", ADAM, "loss"),
    "held out": ("the same with 20 % held out", {**ADAM, "test_split": 0.2}, "test_loss"),
    "ties": ("the same, by its accuracy", {**ADAM, "test_split": 0.2}, "test_accuracy"),
    "diverging": ("no activation, N(0, 1) weights, lr 0.0075", LINEAR, "loss"),
}
"""Settings whose runs are drawn, and the metric that judges: smooth, wild, of few values, and with
infinities where runs diverged."""

PAIRS = (
    ("gd", {"optimizer": "gd"}, "adam", {"optimizer": "adam"}),
    ("momentum", {"optimizer": "momentum"}, "adam", {"optimizer": "adam"}),
    ("adam, lr 0.01", {"lr": 0.01}, "adam, lr 0.011", {"lr": 0.011}),
    ("hidden-dims 10,10", {}, "hidden-dims 12,12", {"hidden_dims": (12, 12)}),
    ("tanh", {}, "relu", {"activation": "relu"}),
)
"""Pairs that differ, by much and by little; all else is as in ADAM."""


def train(config: dict[str, Any], seeds: Sequence[int]) -> list[Record]:
    """Train a setting with every seed, as stacks, and return the records by seed."""
    jobs = [Job(0, seed, config) for seed in seeds]
    finished = train_many([settings_of(job.config, job.seed) for job in jobs])
    records = [record_of(jobs[one.index], one, TARGET) for one in finished]
    return sorted(records, key=lambda record: record.seed)


def verdict_of(groups: Sequence[Sequence[Record]], metric: str) -> Verdict:
    """Return the verdict on groups of runs, each taken for a setting, paired by their places."""
    settings = [Setting(i, {"copy": str(i)}, {}) for i in range(len(groups))]
    records = [
        Record(i, place, status=run.status, metrics=run.metrics)
        for i, group in enumerate(groups)
        for place, run in enumerate(group)
    ]
    return judge(Comparison(settings, range(len(groups[0])), metric, None, "binary", records))


def equal_trials(
    pool: Sequence[Record], metric: str, settings: int, trials: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Return in how many trials equal settings are told apart, and in how many one wins."""
    told = winners = 0
    for _ in range(trials):
        drawn = rng.choice(len(pool), size=(settings, SEEDS), replace=False)
        verdict = verdict_of([[pool[i] for i in row] for row in drawn], metric)
        told += any(pair.better is not None for pair in verdict.pairs)
        winners += verdict.winner is not None
    return {"settings": settings, "trials": trials, "told_apart": told, "winner": winners}


def power(
    first: Sequence[Record], second: Sequence[Record], n: int, trials: int, rng: Any
) -> dict[str, Any]:
    """Return in how many trials of n seeds a pair is told apart."""
    told = 0
    for _ in range(trials):
        seeds = rng.choice(len(first), size=n, replace=False)
        verdict = verdict_of([[first[i] for i in seeds], [second[i] for i in seeds]], "loss")
        told += verdict.winner is not None
    return {"seeds": n, "trials": trials, "told_apart": told}


def share(hits: int, n: int) -> str:
    """Say a share with its interval: "3.1 % (2.1 .. 4.4)"."""
    low, high = share_interval(hits, n)
    return f"{100 * hits / n:5.1f} % ({100 * low:.1f} .. {100 * high:.1f})"


def judged(hits: int, n: int) -> str:
    """Say whether a share is at most 5 %, or above it by no more than chance may do."""
    if hits <= ALPHA * n:
        return "met"
    return "open" if share_interval(hits, n)[0] <= ALPHA else "missed"


def report_equal(trials: int, runs: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Print how often equal settings are told apart."""
    print(f"equal settings, {SEEDS} seeds each, {trials} trials from {runs} runs: at most 5 %")
    print(f"{'':58s}{'settings':>8s}  {'any two told apart':22s}one wins")
    trained: dict[str, list[Record]] = {}
    found = []
    for name, (label, config, metric) in POOLS.items():
        key = repr(config)
        if key not in trained:
            trained[key] = train(config, range(runs))
        pool = trained[key]
        lost = sum(run.status == "diverged" for run in pool)
        label += f", {100 * lost / runs:.0f} % diverge" if lost else ""
        for settings in SETTINGS:
            one = equal_trials(pool, metric, settings, trials, rng)
            told, wins = share(one["told_apart"], trials), share(one["winner"], trials)
            said = judged(one["told_apart"], trials)
            print(f"{label:58s}{settings:8d}  {told:22s}{wins:22s}{said}")
            found.append({"pool": name, "diverged": lost, "metric": metric, **one})
            label = ""
    return found


def report_power(trials: int, runs: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Print how often different settings are told apart."""
    sizes = (8, 16, 32)
    print(f"\ndifferent settings, told apart in so many of {trials} trials, by seeds")
    print(f"{'':58s}" + "".join(f"{n:>10d}" for n in sizes))
    found = []
    for a, first, b, second in PAIRS:
        pools = [train({**ADAM, **config}, range(runs)) for config in (first, second)]
        row = f"{f'{a} against {b}':58s}"
        for n in sizes:
            one = power(pools[0], pools[1], n, trials, rng)
            row += f"{100 * one['told_apart'] / trials:8.1f} %"
            found.append({"first": a, "second": b, **one})
        print(row)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--pool", type=int, default=1600, help="runs to draw equal settings from")
    parser.add_argument("--short", action="store_true", help="100 trials from few runs")
    parser.add_argument("--json", type=Path, help="write all counts here")
    options = parser.parse_args()
    trials, runs = (100, 320) if options.short else (options.trials, options.pool)
    if trials < 1 or runs < max(SETTINGS) * SEEDS:
        parser.error(f"a trial takes {max(SETTINGS) * SEEDS} runs")

    rng = np.random.default_rng(1)
    equal = report_equal(trials, runs, rng)
    different = report_power(trials, runs // 5, rng)
    if options.json:
        text = json.dumps({"equal": equal, "different": different}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(judged(one["told_apart"], trials) == "missed" for one in equal) else 0


if __name__ == "__main__":
    sys.exit(main())

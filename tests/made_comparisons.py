"""Comparisons that were never run, for tests of what is said about them."""

import math
from collections.abc import Mapping, Sequence

from nnplug.comparison.records import Comparison, Record, Setting, Tuned


def made(
    values: Mapping[str, Sequence[float | str | None]],
    *,
    metric: str = "loss",
    varied: str = "optimizer",
    lr: float | Mapping[str, float] = 0.1,
    config: Mapping[str, object] | None = None,
    tuned: Mapping[str, Tuned] | None = None,
    goal: tuple[str, float] | None = None,
    beside: Mapping[str, float] | None = None,
    reached: Mapping[str, Sequence[int | None]] | None = None,
) -> Comparison:
    """Return a comparison with these values of the metric, by setting and seed.

    An infinite value is a run that diverged, a text the error of one that failed, None no run yet.

    beside : other metrics of every run;  reached : the epochs of the goal, by setting
    """
    settings, records = [], []
    for index, (label, of_seeds) in enumerate(values.items()):
        settings.append(Setting(index, {varied: label}, {**(config or {}), varied: label}))
        rate = lr if isinstance(lr, float) else lr[label]
        for seed, value in enumerate(of_seeds):
            if value is None:
                continue
            epoch = reached[label][seed] if reached else None
            if isinstance(value, str):
                records.append(Record(index, seed, status="failed", error=value))
            elif math.isinf(value):
                records.append(
                    Record(index, seed, lr=rate, status="diverged", metrics={metric: 0.5})
                )
            else:
                records.append(
                    Record(
                        index,
                        seed,
                        lr=rate,
                        metrics={metric: value, **(beside or {})},
                        goal_epoch=epoch,
                        epochs=100,
                        seconds=0.25,
                    )
                )
    seeds = range(max(map(len, values.values()), default=0))
    of = tuned or {}
    chosen = {i: of[label] for i, label in enumerate(values) if label in of}
    return Comparison(settings, seeds, metric, goal, "binary", records[::-1], chosen)


def three() -> Comparison:
    """Return three optimizers over eight seeds: one best, one that diverged twice."""
    adam = [0.01 + 0.001 * i for i in range(8)]
    sgd = [v + 0.25 + 0.01 * i for i, v in enumerate(adam[:6])]
    gd = [v + 0.5 + 0.01 * i for i, v in enumerate(adam)]
    return made(
        {"gd": gd, "adam": adam, "sgd:momentum=0.9": [*sgd, math.inf, math.inf]},
        goal=("accuracy", 0.95),
        beside={"accuracy": 0.9714},
        reached={
            "gd": [None] * 8,
            "adam": [40, 10, 20, 30, 50, 60, 70, 80],
            "sgd:momentum=0.9": [200, 100, 300, 400, None, None, None, None],
        },
    )

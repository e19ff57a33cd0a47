"""Comparisons that were never trained."""

from collections.abc import Mapping, Sequence
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nnplug.comparison.records import Comparison, Record, Setting
from nnplug.core.dataset import Data

EPOCHS = np.arange(0, 1001, 10)


def settings_of(axes: Mapping[str, Sequence[str]]) -> list[Setting]:
    """Return the settings of a grid."""
    return [
        Setting(i, dict(zip(axes, values, strict=True)), {})
        for i, values in enumerate(product(*axes.values()))
    ]


def points(n: int = 60) -> Data:
    """Return points of xor with areas."""
    x = np.random.default_rng(0).random((n, 2))
    y = ((x[:, :1] > 0.5) != (x[:, 1:] > 0.5)).astype(float)
    return Data(x, y, "binary", ("no", "yes"), ("x1", "x2"), ((0.0, 1.0), (0.0, 1.0)))


def surface(slope: float, cells: int = 40) -> Any:
    """Return what a network says of xor whose borders are this steep, as a record holds it."""
    side = (np.arange(cells) + 0.5) / cells - 0.5
    value = 1 / (1 + np.exp(slope * side * side[:, None]))
    return value[..., None].round(4).tolist()


def record(
    setting: int,
    seed: int,
    *,
    metric: str = "loss",
    stop: int = 1000,
    status: Any = "done",
    speed: float = 1.0,
    **changes: Any,
) -> Record:
    """Return a run whose loss falls, or whose score rises, towards its end at this speed."""
    rng = np.random.default_rng([setting, seed])
    epochs = EPOCHS[stop >= EPOCHS]
    loss = 0.7 * np.exp(-speed * epochs / 250 * rng.uniform(0.7, 1.3))
    if status == "diverged":
        loss = 0.7 * np.exp(epochs / 400)
    values = np.exp(-loss) if metric.removeprefix("test_") in ("accuracy", "r2") else loss
    known = {
        "metrics": {metric: float(values[-1])},
        "curves": {"epoch": epochs.tolist(), metric: values.tolist()},
        "epochs": int(stop),
    }
    return Record(setting, seed, status=status, **{**known, **changes})


def comparison(
    axes: Mapping[str, Sequence[str]],
    seeds: int = 16,
    *,
    metric: str = "loss",
    diverged: Mapping[int, int] | None = None,
    surfaces: bool = False,
    **changes: Any,
) -> Comparison:
    """Return a comparison over a grid; later settings learn faster.

    diverged : how many of a setting's seeds diverge, by its index
    """
    settings = settings_of(axes)
    count = len(settings)
    records = []
    for one in settings:
        for seed in range(seeds):
            lost = seed >= seeds - (diverged or {}).get(one.index, 0)
            speed = 0.3 + 3 * one.index / count
            records.append(
                record(
                    one.index,
                    seed,
                    metric=metric,
                    status="diverged" if lost else "done",
                    stop=200 + 10 * seed if lost else 1000,
                    speed=speed,
                    surface=surface(10 * speed**3) if surfaces and seed == 0 else None,
                )
            )
    known = {
        "seeds": list(range(seeds)),
        "goal": None,
        "task": "binary",
        "points": {one.index: points() for one in settings} if surfaces else {},
    }
    return Comparison(settings=settings, metric=metric, records=records, **{**known, **changes})


@pytest.fixture
def make() -> Any:
    """Return the makers of this file."""
    return SimpleNamespace(
        comparison=comparison,
        record=record,
        settings=settings_of,
        points=points,
        surface=surface,
        epochs=EPOCHS,
    )

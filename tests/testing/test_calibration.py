"""No false alarm: the built-ins pass at other points than the usual ones, too."""

from collections import defaultdict

import pytest

from nnplug.core.registry import default_registry
from nnplug.testing import run_checks

UNSEEDED = {"C1", "C2", "C3", "C8", "O1"}
"""What these look at does not depend on the seed."""

FEW, MANY = range(1, 4), range(1, 201)


def margins(seeds: range) -> dict[str, float]:
    """Return the largest error of each check as a share of its tolerance; none may be above 1."""
    worst: dict[str, float] = defaultdict(float)
    for entry in default_registry().entries():
        if entry.provider.package != "nnplug":
            continue
        for seed in seeds:
            for result in run_checks(entry.cls, seed=seed):
                if result.id in UNSEEDED:
                    continue
                assert not result.failed, f"{entry.kind} {entry.name}, seed {seed}: {result.text}"
                worst[result.id] = max(worst[result.id], result.margin or 0.0)
    return worst


STATISTICAL = {"L8", "L9", "W1"}
"""Checks of drawn numbers: within 5 standard errors, and so near 1 at times."""


def assert_far_from_alarm(worst: dict[str, float]) -> None:
    for id, margin in worst.items():
        assert margin < (1.0 if id in STATISTICAL else 0.5), f"{id} came up to {margin:.2g}"


def test_a_few_seeds() -> None:
    assert_far_from_alarm(margins(FEW))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_hundred_seeds() -> None:
    worst = margins(MANY)
    print({id: f"{margin:.1e}" for id, margin in sorted(worst.items())})
    assert_far_from_alarm(worst)

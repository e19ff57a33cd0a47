"""A check that cannot fail proves nothing: each one has a wrong component that it catches."""

import re
from pathlib import Path

from mistakes import all_mistakes
from nnplug.core.kinds import KINDS
from nnplug.testing import all_checks, checks_for

CAUGHT = re.compile(r'"([A-Z]\d+)"')


def test_every_check_catches_a_mistake() -> None:
    files = Path(__file__).parent.glob("test_mistakes_*.py")
    caught = {id for file in files for id in CAUGHT.findall(file.read_text(encoding="utf-8"))}
    caught |= {mistake.check for mistake in all_mistakes()}
    assert caught == {check.id for check in all_checks()}


def test_every_kind_has_checks_of_its_own() -> None:
    every = set.intersection(*({check.id for check in checks_for(kind)} for kind in KINDS))
    assert {"C1", "C2", "C3", "C4", "C6", "C8"} <= every
    for kind in KINDS:
        assert {check.id for check in checks_for(kind)} - every

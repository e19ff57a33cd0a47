"""The documentation has every check, with the title that the report prints."""

import re
from pathlib import Path

from nnplug.testing import all_checks

PAGE = Path(__file__).parents[2] / "docs" / "contributing" / "conformance.md"
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+?)(?: \(\*default\*\))? \| (.+) \|$", re.M)


def test_the_table_has_every_check() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [(id, title) for id, title, _ in rows] == [
        (check.id, check.title) for check in all_checks()
    ]


def test_the_table_says_which_run_with_the_defaults_alone() -> None:
    text = PAGE.read_text(encoding="utf-8")
    marked = set(re.findall(r"^\| ([A-Z]\d+) \|[^|]*\(\*default\*\) \|", text, re.M))
    assert marked == {check.id for check in all_checks() if not check.variants}

"""The table of machines."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from nnplug.engine.machine import machine_facts
from nnplug.report.document import Table, Text
from nnplug.report.setup import setup_blocks
from nnplug.report.sources import ComparisonSource, Source

FACTS = {
    "cpu": "Abacus",
    "memory": 8 * 2**30,
    "system": "Linux 6",
    "cores": 4,
    "python": "CPython 3.12.1",
    "numpy": "2.1.0",
    "blas": "openblas 0.3",
    "blas_threads": 4,
    "nnplug": "0.1.0",
    "packages": {"nnplug-mish": "0.2", "mine.py": ""},
}


def source(name: str, *machines: Mapping[str, Any]) -> Source:
    return ComparisonSource(name, cast(Any, None), machines)


def table(sources: Sequence[Source]) -> dict[str, list[str]]:
    (found,) = (block for block in setup_blocks(sources) if isinstance(block, Table))
    return {"": list(found.head[1:])} | {row[0]: list(row[1:]) for row in found.rows}


def test_one_machine_has_one_column() -> None:
    assert table([source("a", FACTS), source("b", FACTS)]) == {
        "": ["value"],
        "CPU": ["Abacus"],
        "cores": ["4"],
        "memory": ["8.0 GiB"],
        "system": ["Linux 6"],
        "Python": ["CPython 3.12.1"],
        "NumPy": ["2.1.0"],
        "BLAS": ["openblas 0.3, 4 threads"],
        "nnplug": ["0.1.0"],
        "packages": ["nnplug-mish 0.2, mine.py"],
    }


def test_machines_that_differ_have_a_column_each_and_workers_are_named() -> None:
    pool = {**FACTS, "workers": 2, "blas_threads": 1, "packages": {}}
    found = table([source("a", FACTS), source("b", pool, FACTS), source("c", pool)])
    assert found[""] == ["a, b", "b, c"]
    assert found["processes"] == ["", "2"]
    assert found["BLAS"] == ["openblas 0.3, 4 threads", "openblas 0.3, 1 thread"]
    assert found["packages"] == ["nnplug-mish 0.2, mine.py", ""]


def test_what_is_not_known_is_said() -> None:
    found = table([source("a", {"cpu": None})])
    assert found["CPU"] == found["memory"] == found["NumPy"] == ["not known"]
    assert "packages" not in found


def test_without_a_stored_machine_it_is_this_one_and_that_is_said() -> None:
    blocks = setup_blocks([source("a", FACTS), source("b")])
    found = table([source("a", FACTS), source("b")])
    assert found[""] == ["a", "where this report was written"]
    assert found["NumPy"] == ["2.1.0", machine_facts()["numpy"]]
    (told,) = (block.text for block in blocks if isinstance(block, Text))
    assert told.startswith("No machine is stored with b;")

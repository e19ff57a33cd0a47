"""The table reader as a dataset among others."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nnplug.testing
from nnplug.core.registry import default_registry
from nnplug.tables.dataset import TableFile, read_points

ROWS = 60


@pytest.fixture
def path(tmp_path: Path) -> str:
    rng = np.random.default_rng(0)
    city = rng.choice(["Bonn", "Jena", "Ulm"], ROWS)
    age = rng.normal(40, 10, ROWS).round(1)
    label = np.where((age > 40) ^ (city == "Ulm"), "yes", "no")
    lines = [f"{a},{c},{y}" for a, c, y in zip(age, city, label, strict=True)]
    lines[3] = ",Bonn,yes"
    file = tmp_path / "people.csv"
    file.write_text("age,city,bought\n" + "\n".join(lines) + "\n")
    return str(file)


def test_it_keeps_the_contract_of_datasets(path: str) -> None:
    dataset = TableFile(path=path, target=("bought",))
    results = nnplug.testing.run_checks(dataset)
    assert {r.id: r.text for r in results if r.failed} == {}
    assert {r.id for r in results if r.status == "skipped"} == {"D3", "D4"}  # no rule, no domain


def test_without_a_file_there_is_nothing_to_check() -> None:
    results = nnplug.testing.run_checks(TableFile)
    assert {r.status for r in results} == {"skipped"}
    assert "it needs path and target" in results[0].reason


def test_it_is_named_like_any_other(path: str) -> None:
    registry = default_registry()
    spec = {"name": "table", "path": path, "target": ["bought"], "categorical": ["city"]}
    dataset: Any = registry.build("dataset", spec)
    assert dataset == TableFile(path=path, target=("bought",), categorical=("city",))
    assert registry.build("dataset", registry.spec(dataset)) == dataset


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@example(path="none", target=("none",), column="none")
@given(path=texts, target=st.lists(texts, min_size=1).map(tuple), column=st.none() | texts)
def test_its_spec_holds_whatever_columns_are_called(path: str, target: Any, column: Any) -> None:
    registry = default_registry()
    dataset = TableFile(path=path, target=target, weight_column=column)
    assert registry.build("dataset", registry.spec(dataset)) == dataset


def test_the_runs_of_a_comparison_share_what_was_read(path: str) -> None:
    file = TableFile(path=path, target=("bought",))
    first = read_points(file)
    assert read_points(TableFile(path=path, target=("bought",))) is first
    assert read_points(TableFile(path=path, target=("bought",), task="multiclass")) is not first
    os.utime(path, ns=(0, 0))
    assert read_points(file) is not first, "the file has changed since"

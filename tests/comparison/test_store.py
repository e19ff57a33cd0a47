"""Where finished runs are kept."""

import json
import math
from pathlib import Path

import pytest

from nnplug.comparison.records import Record
from nnplug.comparison.store import PLAN, RUNS, Store
from nnplug.comparison.store import RECORD as RECORD_LINE
from nnplug.core.errors import RunFileError

RECORD = Record(
    3,
    7,
    lr=0.1,
    status="diverged",
    metrics={"loss": math.inf, "accuracy": math.nan},
    curves={"epoch": [0.0, 1.0], "loss": [0.5, -math.inf]},
    surface=[[[0.5], [math.nan]]],
    error="it blew up",
)


def same(a: Record, b: Record) -> bool:
    return repr(a) == repr(b)  # in which NaN equals itself


def test_a_record_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert list(store.records()) == []
    store.append(RECORD)
    store.append(Record(0, 1))
    found = list(store.records())
    assert same(found[0], RECORD)
    assert same(found[1], Record(0, 1))
    for line in (tmp_path / RUNS).read_text().splitlines():
        json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_line_that_was_cut_off_is_left_out_and_spoils_none(tmp_path: Path, cut: int) -> None:
    store = Store(tmp_path)
    store.append(Record(0, 1))
    store.append(Record(0, 2))
    path = tmp_path / RUNS
    path.write_bytes(path.read_bytes()[:-cut])
    store.append(Record(0, 3))
    assert [record.seed for record in store.records()] == ([1, 2, 3] if cut == 1 else [1, 3])


def test_a_plan_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write_plan({"base": {"epochs": 3}})
    assert store.read_plan() == {"base": {"epochs": 3}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file"),
        ("{", "is no plan of a comparison"),
        ("[]", "is no plan of a comparison"),
        ("{}", "is no plan of a comparison"),
        ('{"format": 99}', "has format 99; this nnplug reads 1"),
    ],
)
def test_what_is_no_comparison_is_told(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / PLAN).write_text(text)
    with pytest.raises(RunFileError, match=says):
        Store(tmp_path).read_plan()


HOSTILE = [
    "[]", "3", "null", '"x"', "{}", "[" * 5000, "{" * 100, "NaN", "1e999", "9" * 5000,
    '{"setting": 0, "seed": 1}', "\xff", "\0",
]  # fmt: skip


def test_hostile_lines_are_left_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(Record(0, 1))
    sound = json.loads((tmp_path / RUNS).read_text())
    wrong = [
        {**sound, name: value}
        for name, values in {
            "setting": [-1, "0", 1.5, None, True, 10**400],
            "seed": [None, []],
            "role": ["spy", None],
            "status": ["fine", 3],
            "metrics": [[], {"loss": "low"}, {"loss": {}}, {"loss": None}],
            "curves": [{"loss": 3}, {"loss": [None]}, {"loss": ["x"]}],
            "goal_epoch": [-1, "x"],
            "epochs": [None, 1.5],
            "seconds": ["nan", None, []],
            "together": [0],
            "surface": [3, [3], [[3]], [[["x"]]]],
            "surprise": [1],
        }.items()
        for value in values
    ]
    lines = [*HOSTILE, *map(json.dumps, wrong)]
    (tmp_path / RUNS).write_bytes("\n".join(lines).encode("latin-1"))
    assert list(store.records()) == []
    store.append(Record(0, 2))
    assert list(store.records()) == [Record(0, 2)]


def test_a_line_has_what_a_record_has() -> None:
    RECORD_LINE(json.loads(json.dumps(Record(0, 1).as_json())), "")


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"cannot write .*runs.jsonl: No such file"):
        Store(tmp_path / "nowhere").append(Record(0, 1))

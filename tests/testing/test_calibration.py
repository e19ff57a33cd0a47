"""The kit gives no false alarm and misses no mistake: the short form, and what the page says."""

import json
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "calibration.py"

STATISTICAL = {"L8", "L9", "W1"}
"""Checks of drawn numbers: within 5 standard errors, and so near 1 at times."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("calibration", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["calibration"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tables(script: ModuleType) -> ModuleType:
    return import_module("calibration_tables")  # the script has found the way


@pytest.fixture(scope="module")
def stored(script: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(script.SUMMARY.read_text(encoding="utf-8"))
    return found


def assert_far_from_alarm(found: dict[str, Any]) -> None:
    assert found["alarms"] == []
    for id, one in found["checks"].items():
        limit = 1.0 if id in STATISTICAL else 0.5
        assert float(one["margin"] or 0) < limit, f"{id} came up to {one}"


def test_the_short_form(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--short"]) == 0
    said = capsys.readouterr().out
    assert "| activations | 14 | 3 | " in said
    assert "false alarm:" not in said
    assert "not caught" not in said


def test_the_page_shows_what_was_measured(script: ModuleType, stored: dict[str, Any]) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(stored)


def test_a_thousand_seeds_gave_no_false_alarm(stored: dict[str, Any]) -> None:
    assert_far_from_alarm(stored)
    for kind, one in stored["kinds"].items():
        assert one["seeds"] == (1000 if kind in ("activation", "loss") else 100)
        assert one["failed"] == 0


def test_every_mistake_was_caught_with_words_that_fit(
    script: ModuleType, stored: dict[str, Any]
) -> None:
    assert len(stored["mistakes"]) >= 40
    assert script.missed(stored) == []
    assert {one["seeds"] for one in stored["mistakes"].values()} == {script.MISTAKE_SEEDS}


def test_what_is_killed_goes_on_where_it_was(script: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    words = [sys.executable, str(SCRIPT), "--only", "schedule constant", "--into", str(path)]
    running = subprocess.Popen(
        [*words, "--seeds", "1000000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not path.exists() or path.read_bytes().count(b"\n") < 5:
        assert running.poll() is None
        time.sleep(0.05)
    running.kill()
    running.wait()
    before = path.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]
    done = whole.count(b"\n") - 1
    path.write_bytes(whole + b'{"kind": "schedule", "na')  # and killed while it wrote
    seeds = 10 * (done + 3)
    again = subprocess.run([*words, "--seeds", str(seeds)], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    after = path.read_bytes()
    assert after.startswith(whole)
    rows = [json.loads(line) for line in after.splitlines()[1:]]
    assert [row["seed"] for row in rows] == list(range(1, done + 4))
    assert f"| schedules | 1 | {done + 3} | " in again.stdout


def test_several_processes_find_the_same(script: ModuleType) -> None:
    todo = script.jobs(20, 0, "initializer")
    alone = script.collect(todo, None, 1)
    together = script.collect(todo, None, 2)
    assert len(todo) == len(alone) == 16
    assert sorted(together, key=script.job_of) == sorted(alone, key=script.job_of)


def test_rows_of_other_sources_are_refused(script: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"sources": "others"}\n')
    with pytest.raises(SystemExit, match="was begun with other sources"):
        script.Into(path)
    assert path.read_text() == '{"sources": "others"}\n'


def test_a_false_alarm_and_a_missed_mistake_are_told(script: ModuleType) -> None:
    rows = [
        {
            "kind": "loss",
            "name": "mse",
            "seed": 3,
            "ran": ["S1", "C5"],
            "margins": {"S1": "inf"},
            "failed": {"S1": "gradient at 1: wrong"},
        },
        {
            "kind": "mistake",
            "name": "activation-Half-A2",
            "seed": 0,
            "check": "A2",
            "description": "half the derivative",
            "caught": True,
            "fits": False,
            "margin": 5e6,
            "says": "the sign | a bar",
        },
    ]
    found = script.summary(rows)
    assert found["kinds"] == {"loss": {"components": 1, "seeds": 1, "ran": 2, "failed": 1}}
    said = script.tables(found)
    assert "| losses | 1 | 1 | 2 | 1 |" in said
    assert "| S1 | 1 | 1 | ∞ | loss mse |" in said
    assert "false alarm: loss mse, seed 3: S1: gradient at 1: wrong" in said
    row = r"| activation: half the derivative | A2 | 1 of 1 | 0 | 5e6 | the sign \| a bar |"
    assert row in said
    assert "not caught at every seed with words that fit: activation-Half-A2" in said


def test_a_margin_is_said_in_few_digits(tables: ModuleType) -> None:
    said = [tables.say(one) for one in (None, 0, 0.00312, 7.06, 334.4, 99_999, 4.4e6, "inf")]
    assert said == ["—", "0", "0.0031", "7.1", "334", "99,999", "4e6", "∞"]

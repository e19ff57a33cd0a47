"""The labs' experiments run, claim something, and came out as their README says."""

import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nnplug.cli.main import run

ROOT = Path(__file__).parents[1]
LABS = ROOT / "examples" / "labs"
FILES = sorted(LABS.glob("*.toml"))
README = (LABS / "README.md").read_text(encoding="utf-8")
MEASURED: dict[str, Any] = json.loads(
    (ROOT / "benchmarks" / "lab_claims.json").read_text(encoding="utf-8")
)
EACH = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "benchmarks" / "lab_claims.py"
    spec = importlib.util.spec_from_file_location("lab_claims", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lab_claims"] = module
    spec.loader.exec_module(module)
    return module


@EACH
def test_an_experiment_says_what_its_report_claims(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = "\n".join(line for line in text.split("\n\n")[0].splitlines() if line.startswith("#"))
    assert re.match(r"# Report [A-E]", header)
    assert re.search(r"[Cc]laim", header)
    assert all(len(line) <= 100 for line in text.splitlines())
    assert tomllib.loads(text)["claims"]


@EACH
def test_an_experiment_runs_in_a_short_form(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = tomllib.loads(path.read_text(encoding="utf-8"))
    # Of a grid some settings are drawn, and some claims are then about none of them.
    short = ["--seeds", "2", "--epochs", "5", "--sample", "8", "--no-save", "--quiet"]
    short += ["--tuning-seeds", "1"] if "tune" in asked["compare"] else []
    assert run(["compare", str(path), *short]) == 0
    out, err = capsys.readouterr()
    assert not err
    for claim in asked["claims"]:
        outcome = r"^(held|not held|undecided) +"
        assert re.search(f"{outcome}{re.escape(claim['says'])} \\([02] seeds", out, re.M)


def test_every_experiment_was_measured_as_it_is(script: ModuleType) -> None:
    assert list(MEASURED) == [path.name for path in script.experiments()]
    for path in FILES:
        one = MEASURED[path.name]
        assert one["sha256"] == script.digest(path), f"{path.name}: run benchmarks/lab_claims.py"
        claims = tomllib.loads(path.read_text(encoding="utf-8"))["claims"]
        assert [claim["says"] for claim in one["claims"]] == [claim["says"] for claim in claims]


def test_the_readme_has_what_was_measured(script: ModuleType) -> None:
    assert script.table(MEASURED) in README


def test_each_takes_two_minutes_at_most() -> None:
    assert {name: one["seconds"] for name, one in MEASURED.items() if one["seconds"] > 120} == {}


@pytest.mark.parametrize(
    "name",
    [
        "no-activation-c",
        "no-activation-e",
        "learning-rate-e",
        pytest.param("hidden-units-e", marks=pytest.mark.slow),
        pytest.param("learning-rate-d-xor", marks=pytest.mark.slow),
        pytest.param("no-activation-a", marks=pytest.mark.slow),
        pytest.param("optimizer-d", marks=pytest.mark.slow),
        pytest.param("hidden-units-a", marks=pytest.mark.slow),
    ],
)
def test_some_are_measured_again(script: ModuleType, name: str) -> None:
    again, before = script.run(LABS / f"{name}.toml", 1), MEASURED[f"{name}.toml"]
    for one, other in zip(again["claims"], before["claims"], strict=True):
        assert (one["says"], one["outcome"]) == (other["says"], other["outcome"])


def test_an_experiment_can_be_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = LABS / "no-activation-c.toml"
    saved = str(tmp_path / "comparison")
    assert run(["compare", str(path), "--seeds", "8", "--quiet", "--save", saved]) == 0
    capsys.readouterr()
    assert run(["report", saved]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("held       overflow and NaN (8 seeds; shown for 3 of 3 settings)")
    assert "| held | overflow and NaN |" in (tmp_path / "comparison/report/report.md").read_text()

"""What `nnplug check` prints: a line for each check or a few for each component, and the JSON."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from nnplug.cli.checks_json import strict
from nnplug.core.kinds import KINDS
from nnplug.testing import all_checks, checks_for

Nnplug = Callable[..., Any]


def ids(text: str, status: str) -> list[str]:
    """Return the ids of the lines with a status, as a report of one component has them."""
    return re.findall(rf"^  ([A-Z]\d+) +{status} ", text, re.M)


def test_a_right_component_has_a_line_for_each_check_and_a_count(nnplug: Nnplug) -> None:
    done = nnplug("check tanh")
    assert done.code == 0
    assert done.lines[0].startswith("activation tanh from nnplug ")
    expected = [check.id for check in checks_for("activation")]
    assert ids(done.out, "passed") == expected
    assert re.search(r"^ {7}imported in \d+ ms$", done.out, re.M)
    last = f"{len(expected)} checks: {len(expected)} passed, 0 failed, 0 skipped in "
    assert done.lines[-1].startswith(last)
    assert done.err == ""


def test_a_skipped_check_says_why(nnplug: Nnplug) -> None:
    done = nnplug("check softmax --only A2")
    assert done.code == 0
    assert ids(done.out, "skipped") == ["A2"]
    assert "it is not elementwise and gives backward, which A4 compares" in done.out
    assert done.lines[-1].startswith("1 check: 0 passed, 0 failed, 1 skipped")


def test_a_reason_is_given_once(nnplug: Nnplug) -> None:
    done = nnplug("check flatten --only L2,L6")
    assert done.out.count("it has no trainable parameters") == 1
    assert done.lines[4:-1] == ["       as in L2"]
    assert (
        "  skipped: L2, L6 (it has no trainable parameters)"
        in nnplug("check flatten tanh --only L2,L6").lines
    )


def test_a_failure_has_title_figures_and_exit_code_1(nnplug: Nnplug, mine: str) -> None:
    done = nnplug(f"check half {mine}")
    assert done.code == 1
    assert ids(done.out, "FAILED") == ["A2", "A4", "I2"]
    said = " ".join(done.out.split())
    assert "A2 FAILED derivative agrees with finite differences derivative at z = " in said
    assert re.search(r"analytic \S+ numeric \S+ ratio 0.5 \(\d+ of 2000 differ\)", said)
    assert re.search(r"19 checks: 15 passed, 3 failed, 1 skipped", done.out)


def test_a_diagnosis_is_printed(nnplug: Nnplug, mine: str) -> None:
    document = json.loads(nnplug(f"check half --only A2 --json {mine}").out)
    (result,) = document["components"][0]["results"]
    assert result["diagnosis"]
    said = " ".join(nnplug(f"check half --only A2 {mine}").out.split())
    assert f"looks like: {' '.join(result['diagnosis'].split())}" in said


def test_several_names_are_checked_in_few_lines_each(nnplug: Nnplug, mine: str) -> None:
    done = nnplug(f"check softmax half tanh xor --only A2,A4 --only D6 {mine}")
    assert done.code == 1
    assert re.match(
        r"activation softmax from nnplug \S+: 1 passed, 0 failed, 1 skipped$", done.lines[0]
    )
    assert done.lines[1].startswith("  skipped: A2 (it is not elementwise")
    assert "\n  D6: accuracy: constant 0.5238, linear 0.5238, " in done.out
    assert ids(done.out, "FAILED") == ["A2", "A4"]
    assert ids(done.out, "passed") == []
    assert "4 components, 7 checks: 4 passed, 2 failed, 1 skipped in " in done.out
    assert done.lines[-1] == "  failed: activation half (A2, A4)"
    many = nnplug(f"check tanh half -v --only a2 {mine}")
    assert ids(many.out, "passed") == ids(many.out, "FAILED") == ["A2"]


def test_the_import_time_is_printed_when_it_is_measured(nnplug: Nnplug, mine: str) -> None:
    done = nnplug(f"check tanh right --only C1 {mine}")
    assert [bool(re.search(r", imported in \d+ ms$", line)) for line in done.lines[:2]] == [
        True,
        True,
    ]
    assert "imported" not in nnplug("check tanh relu --only A2").out


def test_another_seed_looks_at_other_points(nnplug: Nnplug, mine: str) -> None:
    first, again, other = (
        nnplug(f"check half --only A2 --seed {seed} {mine}").lines[2] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_json_is_one_document(nnplug: Nnplug, mine: str) -> None:
    done = nnplug(f"check half bare --json --seed 7 {mine} --plugin ./late.py")
    assert done.code == 1
    found = json.loads(done.out, parse_constant=pytest.fail)
    assert found["versions"].keys() >= {"nnplug", "contract", "Python", "NumPy"}
    assert (found["seed"], found["ok"], found["missing"]) == (7, False, [])
    half, bare = found["components"]
    assert (half["kind"], half["spec"], half["package"]) == ("activation", "half", "mine.py")
    assert half["import_seconds"] > 0
    assert half["counts"] == {"passed": 15, "failed": 3, "skipped": 1}
    assert found["counts"]["failed"] == 3 + bare["counts"]["failed"]
    (a2,) = [result for result in half["results"] if result["id"] == "A2"]
    assert a2["status"] == "failed"
    assert a2["data"]["ratio"] == pytest.approx(0.5)
    assert "a word from forward" in done.err

    missing = json.loads(nnplug("check --json --plugin ./late.py").out)["missing"]
    assert [(row["kind"], row["name"], row["status"]) for row in missing] == [
        ("loss", "late", "set aside")
    ]
    assert json.loads(nnplug("check tanh --json --only A2").out)["ok"] is True


def test_json_holds_no_nan() -> None:
    found = strict({"a": float("nan"), "b": [float("-inf"), 1.5, None, True], "c": object})
    assert json.loads(json.dumps(found, allow_nan=False)) == {
        "a": "nan",
        "b": ["-inf", 1.5, None, True],
        "c": "<class 'object'>",
    }


def test_the_checks_are_listed_with_their_titles(nnplug: Nnplug) -> None:
    done = nnplug("check --list")
    assert done.code == 0
    for check in all_checks():
        assert f"  {check.id:<4} {check.title}" in done.lines
    rows = json.loads(nnplug("check --list --json").out)
    assert [(row["id"], row["kinds"]) for row in rows] == [
        (check.id, list(check.kinds)) for check in all_checks()
    ]
    for kind in KINDS:
        listed = re.findall(r"^  ([A-Z]\d+) ", nnplug(f"check --list --kind {kind}").out, re.M)
        assert listed == [check.id for check in checks_for(kind)]
    own = re.findall(r"^  ([A-Z]\d+) ", nnplug("check tanh --list").out, re.M)
    assert own == [check.id for check in checks_for("activation")]
    told = nnplug("check --list --only a2 -v").out
    assert "A2   derivative agrees with finite differences\n" in told
    assert "Compare at 2,000 points of [-30, 30]" in told
    assert nnplug("check --list --only A99").code == 1


def test_help_imports_no_numpy() -> None:
    code = (
        "import sys\nfrom nnplug.cli.main import run\nassert run(['check', '--help']) == 0\n"
        "print(sorted({'numpy', 'nnplug.testing', 'nnplug.plugins'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

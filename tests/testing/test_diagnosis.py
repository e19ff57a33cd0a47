"""The corpus of wrong components: each is caught, and told in the words of its mistake."""

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from mistakes import all_mistakes, all_right
from mistakes.activations import Twice
from mistakes.mistake import Mistake
from nnplug.core.registry import default_registry
from nnplug.testing import CheckFailed, CheckResult, run_checks
from nnplug.testing.diagnosis import all_hypotheses, cases, diagnose, hypothesis
from nnplug.testing.subject import subject_of

MISTAKES = all_mistakes()


def test_the_corpus_is_large_and_names_each_entry_once() -> None:
    assert len(MISTAKES) >= 60
    assert len({one.id for one in MISTAKES}) == len(MISTAKES)
    assert {one.kind for one in MISTAKES} == {cls.kind for cls in all_right()}
    for one in MISTAKES:
        assert "\n" not in one.description


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.id)
def test_a_mistake_is_caught_and_named(mistake: Mistake) -> None:
    result = mistake.run()
    assert result.failed, f"{result.status}: {result.reason}"
    assert re.search(mistake.reason, result.reason), result.reason
    if mistake.diagnosis:
        assert re.search(mistake.diagnosis, result.diagnosis), result.diagnosis
        assert "\n" not in result.diagnosis
        assert not result.diagnosis.endswith(".")
    else:
        assert result.diagnosis == ""
    if mistake.figures:
        assert isinstance(result.error, CheckFailed)
        assert {"parameter", "index", "analytic", "numeric", "ratio"} <= set(result.data)


@pytest.mark.parametrize("cls", all_right(), ids=lambda cls: f"{cls.kind}-{cls.__name__}")
def test_the_right_twin_passes_and_gets_no_diagnosis(cls: Any) -> None:
    results = run_checks(cls)
    assert not [one.text for one in results if one.failed]
    assert not [one for one in results if one.diagnosis]


def test_a_diagnosis_is_data() -> None:
    (result,) = run_checks(Twice, "A2")
    assert result.as_json()["diagnosis"] == result.diagnosis
    assert result.diagnosis.startswith("a constant factor: the derivative is 2 times")


def test_a_right_component_costs_no_diagnosis() -> None:
    code = (
        "import sys\n"
        "from nnplug.core.registry import default_registry\n"
        "from nnplug.testing import run_checks\n"
        "run_checks(default_registry().get('activation', 'tanh'))\n"
        "assert not [name for name in sys.modules if 'diagnosis' in name]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def diagnosed(**options: Any) -> str:
    subject = subject_of(default_registry().get("activation", "tanh"))
    return diagnose("X1", subject, options.get("error", CheckFailed("it fails")))


def test_hypotheses_are_tried_in_order_and_one_that_breaks_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cases, "_HYPOTHESES", list(all_hypotheses()))

    @hypothesis("X1")
    def breaks(case: cases.Case) -> str | None:
        """Break, with a word."""
        print("a stranger's word")
        raise RuntimeError("no such experiment")

    @hypothesis("X1", kinds=("loss",))
    def of_a_loss(case: cases.Case) -> str | None:
        """Fit whatever is a loss."""
        return "a loss"

    assert diagnosed() == ""

    @hypothesis("X1")
    def fits(case: cases.Case) -> str | None:
        """Fit, and measure once for all."""
        assert case.measure(len_of_the_id) is case.measure(len_of_the_id)
        return f"{case.id}: {case.error}"

    assert diagnosed() == "X1: it fails"
    assert capsys.readouterr().out == ""


def len_of_the_id(case: cases.Case) -> list[int]:
    return [len(case.id)]


class OutOfTime(BaseException):
    pass


@pytest.mark.parametrize("error", [OutOfTime(), KeyboardInterrupt()])
def test_a_time_limit_ends_the_search_and_an_interrupt_gets_out(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "_HYPOTHESES", list(all_hypotheses()))

    @hypothesis("X1")
    def too_long(case: cases.Case) -> str | None:
        """Take too long."""
        raise error

    @hypothesis("X1")
    def after_it(case: cases.Case) -> str | None:
        """Fit always."""
        return "never told"

    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            diagnosed()
    else:
        assert diagnosed() == ""


def test_every_hypothesis_says_what_it_does() -> None:
    known = all_hypotheses()
    assert len(known) > 60
    assert all(one.function.__doc__ for one in known)


def test_json_leaves_the_exception_alone_whatever_it_holds() -> None:
    error = CheckFailed("it fails")
    error.lock = threading.Lock()  # which cannot be copied
    result = CheckResult(
        "A1", "shapes", "activation", "tanh", "nnplug", "failed", diagnosis="a guess", error=error
    )
    written = json.loads(json.dumps(result.as_json()))
    assert written["diagnosis"] == "a guess"
    assert "error" not in written


def test_the_page_counts_the_corpus() -> None:
    page = Path(__file__).parents[2] / "docs" / "contributing" / "conformance.md"
    assert f"{len(MISTAKES)} pairs of a wrong component" in page.read_text(encoding="utf-8")

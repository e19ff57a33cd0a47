"""The kit in a stranger's pytest, and its cases as data."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug.testing
from nnplug.core import Activation, Array
from nnplug.core.errors import PluginError, SettingsError, UnknownNameError
from nnplug.core.loader import discovery
from nnplug.core.registry import Registry, default_registry
from nnplug.testing import CheckFailed, checks_for
from nnplug.testing.collect import cases, raise_failure


class Swish(Activation):
    """y = z / (1 + exp(-z))  (2017)."""

    def forward(self, z: Array) -> Array:
        return z * (0.5 * np.tanh(0.5 * z) + 0.5)

    def derivative(self, z: Array, y: Array) -> Array:
        s = 0.5 * np.tanh(0.5 * z) + 0.5
        return s + y * (1 - s)


class Doubled(Swish):
    """y = z / (1 + exp(-z)), and twice its derivative  (2017)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return 2 * super().derivative(z, y)


test_conformance = nnplug.testing.parametrize(Swish)
"""As a stranger writes it; these items run with the tests around them."""

test_known_failures = nnplug.testing.parametrize(
    Doubled,
    only=["A2", "A4", "A5"],
    expected_failures={"Doubled": {"A2": "it is doubled", "A4": "it is doubled"}},
)
"""Two of these are expected to fail, and do."""


def test_one_item_a_check() -> None:
    ids = [case.id for case in cases(Swish)]
    assert ids == [f"activation-Swish-{check.id}" for check in checks_for("activation")]
    again = [case.id for case in cases([Swish, Swish()], only="A2")]
    assert again == ["activation-Swish-A2", "activation-Swish-A2"]


def test_a_case_can_be_run_as_data() -> None:
    (case,) = cases(Doubled, only=["A2"], expected_failures={"Doubled": {"A2": "why"}})
    assert case.expected_failure == "why"
    first, again, other = (case.run(seed) for seed in (0, 0, 1))
    assert first.failed
    assert first.data == again.data != other.data


def test_a_package_means_all_its_components() -> None:
    own = [e.name for e in default_registry().entries() if e.provider.package == "nnplug"]
    assert [case.id.split("-")[1] for case in cases("nnplug", only=["C8"])] == own


def test_references_reach_their_component() -> None:
    known: dict[str, Any] = {"adam": {"O9": "a trajectory"}}
    subjects = {case.id: case.subject for case in cases("nnplug", references=known)}
    assert subjects["optimizer-adam-O9"].references == {"O9": "a trajectory"}
    assert subjects["optimizer-gd-O9"].references == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"only": "A99"}, "only: there is no 'A99'"),
        ({"only": ["S1"]}, "only: S1 is a check of a loss"),
        ({"references": {"swish": {}}}, "references names 'swish', and the components are Swish"),
        ({"references": {"Swish": {"O9": 1}}}, r"references\['Swish'\]: O9 is a check of an opt"),
        ({"expected_failures": {"Swihs": {"A2": "why"}}}, "expected_failures names 'Swihs', and"),
        (
            {"expected_failures": {"Swish": {"A0": "why"}}},
            "there is no 'A0'\n  an activation has C1",
        ),
        ({"expected_failures": {"Swish": {"A2": ""}}}, "gives no reason"),
    ],
)
def test_what_names_nothing_is_an_error(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        cases(Swish, **arguments)


def test_nothing_to_check_is_an_error() -> None:
    with pytest.raises(ValueError, match="there is nothing to check"):
        nnplug.testing.parametrize([])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """A registry that finds three packages: one gone, one with a late component, one right."""
    monkeypatch.syspath_prepend(tmp_path)
    late = '{"late": "a_module_that_nobody_has:Late"}'
    hook = "import nnplug\n@nnplug.hookimpl\ndef nnplug_activations():\n    return "
    for name, text in {
        "gone": "import a_module_that_nobody_has",
        "late": f"{hook}{late}",
        "fine": f'{hook}{{"fine": "{__name__}:Swish"}}',
    }.items():
        (tmp_path / f"nnplug_{name}.py").write_text(text)
        folder = tmp_path / "site" / f"nnplug_{name}-3.1.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: nnplug-{name}\nVersion: 3.1\n"
        )
        (folder / "entry_points.txt").write_text(f"[nnplug]\n{name} = nnplug_{name}\n")
    found = partial(distributions, path=[str(tmp_path / "site")])
    monkeypatch.setattr(discovery, "distributions", found)
    return Registry(warn=lambda line: None)


def test_a_package_that_lacks_something_is_an_error(site: Registry) -> None:
    with pytest.raises(PluginError, match=r"plugin .gone. from nnplug-gone 3\.1 is broken: Module"):
        cases("nnplug-gone", registry=site)
    with pytest.raises(PluginError, match=r"activation .late. from nnplug-late 3\.1 is set aside"):
        cases("nnplug_late", registry=site)
    with pytest.raises(PluginError, match=r"numpy .* is installed, and has no entry point"):
        cases("numpy", registry=site)
    with pytest.raises(UnknownNameError, match=r"'nnplug-nobody'(.|\n)*nnplug-fine, nnplug-gone"):
        cases("nnplug-nobody", registry=site)


def run_pytest(folder: Path, text: str, *words: str) -> str:
    (folder / "test_conformance.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *words, str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.stderr == ""
    return done.stdout


WRONG = '''
import nnplug
import nnplug.testing
import numpy as np


class Wrong(nnplug.Activation):
    """y = tanh(z)  (1998)."""

    def forward(self, z):
        return np.tanh(z)

    def derivative(self, z, y):
        return 1 + y * y


test_conformance = nnplug.testing.parametrize(
    Wrong, only=["A2", "A5", "A6", "A7"], expected_failures=EXPECTED
)
'''


def test_a_failure_names_component_check_figures_and_diagnosis(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, WRONG.replace("EXPECTED", "{}"))
    assert "1 failed, 2 passed, 1 skipped" in said
    assert "test_conformance[activation-Wrong-A2]" in said
    assert "activation Wrong: A2 (derivative agrees with finite differences)" in said
    assert "it declares neither range nor monotonicity" in said
    assert re.search(r"analytic \S+, numeric \S+, ratio ", said)


def test_an_expected_failure_fails_no_run(tmp_path: Path) -> None:
    text = WRONG.replace("EXPECTED", '{"Wrong": {"A2": "the sign, issue 7"}}')
    said = run_pytest(tmp_path, text)
    assert "2 passed, 1 skipped, 1 xfailed" in said
    assert "the sign, issue 7" in said
    # Who wants to see it fails it.
    assert "1 failed, 2 passed, 1 skipped" in run_pytest(tmp_path, text, "--runxfail")


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("A5", "it is expected to fail (why), and is passed: take it out of expected_failures"),
        ("A6", "and is skipped (it declares neither range nor monotonicity): take it out"),
    ],
)
def test_an_expected_failure_that_does_not_fail_is_a_failure(
    tmp_path: Path, id: str, says: str
) -> None:
    expected = {"Wrong": {"A2": "why", id: "why"}}
    said = run_pytest(tmp_path, WRONG.replace("EXPECTED", repr(expected)))
    assert re.search(r"1 failed, \d passed.*, 1 xfailed", said)
    assert says in said


def test_a_wrong_name_stops_the_collection(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, WRONG.replace("EXPECTED", '{"Rong": {"A2": "why"}}'))
    assert "expected_failures names 'Rong', and the components are Wrong" in said
    assert "1 error" in said


def test_three_lines_check_a_package(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        'import nnplug.testing\n\ntest_conformance = nnplug.testing.parametrize("nnplug")\n',
        "-k",
        "relu and A2",
    )
    assert re.search(
        r"PASSED test_conformance.py::test_conformance\[activation-leaky_relu-A2\]", said
    )
    assert "failed" not in said


def test_a_raised_failure_keeps_its_data_and_says_what_it_looks_like() -> None:
    (result,) = nnplug.testing.run_checks(Doubled, "A2")
    with pytest.raises(CheckFailed, match="activation Doubled: A2") as caught:
        raise_failure(result)
    assert caught.value.data["ratio"] == pytest.approx(2)
    assert result.diagnosis
    assert f"\nlooks like: {result.diagnosis}" in str(caught.value)


def test_importing_the_kit_imports_neither_pytest_nor_numpy() -> None:
    code = "import sys, nnplug.testing; print(sorted({'numpy', 'pytest'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
